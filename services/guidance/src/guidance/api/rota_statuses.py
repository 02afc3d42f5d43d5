"""What the named errors of the rota are over HTTP."""

from typing import Final

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
}
