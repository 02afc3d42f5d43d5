"""The drop-in queue: people without an account wait for the counsellor on duty."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

# The page asks every few seconds; who has not been heard of for so long has closed it.
GONE_AFTER: Final = timedelta(minutes=3)
# A visit that nobody has ended is over.
LONGEST_VISIT: Final = timedelta(hours=2)
MOST_WAITING: Final = 50
# What is left of a visit are figures; the rows go after this.
KEPT: Final = timedelta(days=90)


class Channel(StrEnum):
    """How they meet. `call_in`: the visitor calls and tells the ticket's number, and leaves nothing here at all."""

    VIDEO = "video"
    PHONE = "phone"
    CALL_IN = "call_in"


class Outcome(StrEnum):
    """How a visit ends."""

    HELPED = "helped"
    NO_SHOW = "no_show"
    LEFT = "left"
    TIMED_OUT = "timed_out"
    CLOSED = "closed"


class PhoneMissing(Exception):
    """To be called, leave a telephone number; or choose another way."""

    sv = "Lämna ett telefonnummer för att bli uppringd, eller välj ett annat sätt."


class VisitUnderWay(Exception):
    """You have a visit under way; end it before you take the next."""

    sv = "Du har ett besök på gång; avsluta det innan du tar nästa."


class NobodyWaits(Exception):
    """Nobody waits whose language you speak."""

    sv = "Ingen väntar som talar ett språk du har."


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One visit. `place` is how many stand before, None when not waiting; `phone` and `room` are sealed."""

    visit: UUID
    number: int
    municipality: str
    language: str
    channel: Channel
    status: str
    joined_at: datetime
    called_at: datetime | None
    ended_at: datetime | None
    outcome: Outcome | None
    counsellor: UUID | None
    counsellor_municipality: str | None
    phone: bytes | None
    room: bytes | None
    place: int | None = None


def waited(visit: Visit) -> int:
    """Whole seconds in the queue: until called, or until it ended."""
    until = visit.called_at or visit.ended_at or visit.joined_at
    return max(int((until - visit.joined_at).total_seconds()), 0)
