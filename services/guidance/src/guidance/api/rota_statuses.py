"""What the named errors of the rota are over HTTP."""

from typing import Final

from guidance.adapters.limits import TooOften
from guidance.adapters.rooms import NoRooms
from guidance.domain import drop_in
from guidance.domain.rota import coverage, layers, refusals, schedule

STATUSES: Final[dict[type[Exception], int]] = {
    layers.LayerWrong: 422,
    schedule.OverrideWrong: 422,
    coverage.RequirementWrong: 422,
    refusals.RotaUnknown: 404,
    refusals.LayerUnknown: 404,
    refusals.OverrideUnknown: 404,
    refusals.ParticipantUnknown: 422,
    refusals.ShiftUnknown: 404,
    refusals.NotYourShift: 403,
    refusals.ShiftBegun: 409,
    refusals.AlreadyOffered: 409,
    refusals.OfferUnknown: 404,
    refusals.OfferClosed: 409,
    refusals.OwnOffer: 409,
    refusals.NotInRota: 422,
    refusals.Occupied: 409,
    refusals.RequirementUnknown: 404,
    refusals.NotOnDuty: 409,
    refusals.QueueClosed: 409,
    refusals.QueueFull: 429,
    refusals.TicketUnknown: 404,
    refusals.VisitUnknown: 404,
    drop_in.PhoneMissing: 422,
    drop_in.VisitUnderWay: 409,
    drop_in.NobodyWaits: 409,
    TooOften: 429,
    NoRooms: 409,
}
