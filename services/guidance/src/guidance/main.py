"""Puts guidance together. The only module that knows all others."""

from pathlib import Path

from guidance import api, consumer, messages, state
from guidance.adapters import cases, counsellors, sessions
from guidance.domain import sessions as booking
from guidance.domain import slots
from guidance.domain.availability import Wrong
from guidance.queries.accounts import NotACounsellor
from shared.service import Service
from shared.settings import Settings
from shared.texts import Text
from shared.work import ConcurrentChange

MIGRATIONS = Path(__file__).parent / "migrations"
ERRORS: dict[type[Exception], int] = {
    cases.CaseUnknown: 404,
    counsellors.CounsellorUnknown: 404,
    sessions.SessionUnknown: 404,
    booking.CaseClosed: 409,
    booking.ChannelNotOffered: 422,
    booking.NotASlot: 422,
    booking.TooSoon: 422,
    booking.SlotTaken: 409,
    booking.CaseBusy: 409,
    booking.AlreadyCancelled: 409,
    booking.AlreadyBegun: 409,
    slots.WindowTooWide: 422,
    slots.WindowBackwards: 422,
    NotACounsellor: 403,
    ConcurrentChange: 409,
}


def build(settings: Settings) -> Service:  # noqa: ARG001  # every service is built from its settings; this one needs none
    """The service as `shared` runs it."""
    return Service(
        name="guidance",
        title=Text(sv="Vägledning", en="Guidance"),
        readings=consumer.readings(),
        listens_to=("admissions.events",),
        migrations=MIGRATIONS,
        routers=api.routers,
        says=messages.SAYS,
        reasons=[wrong.value for wrong in Wrong],
        errors=ERRORS,
        numbers=state.numbers,
        state=state.figures,
    )
