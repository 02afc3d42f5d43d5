"""The waitlist: who came first is offered a freed time first, and has some hours to take it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from guidance.domain.availability import Channel


class AlreadyWaiting(Exception):
    """You are already on the waitlist; leave it first to wait for something else."""

    sv = "Du står redan i kö; lämna kön först om du vill vänta på något annat."


class NotWaiting(Exception):
    """You are not on the waitlist."""

    sv = "Du står inte i kö."


class OfferOver(Exception):
    """The offer is no longer open; the time has gone to the next in line."""

    sv = "Erbjudandet gäller inte längre; tiden har gått vidare till nästa i kön."


class WaitStatus(StrEnum):
    """Where one stands: `left` of one's own will or after unanswered offers, `expired` when the wished time passed."""

    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    LEFT = "left"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One who waits: for which type and channel, between when, and perhaps with whom or in which language."""

    entry: UUID
    invitation: UUID
    version: int
    person: UUID
    home_municipality: str
    session_type: str
    channel: Channel
    counsellor: UUID | None
    language: str | None
    not_before: datetime
    not_after: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A time held for one who waits, until the moment it goes to the next."""

    offer: UUID
    entry: Entry
    counsellor: UUID
    starts_at: datetime
    until: datetime


def stands_until(now: datetime, starts_at: datetime, stands: float) -> datetime:
    """When an offer made now lapses: after so many seconds, or when half the time to the session has passed if that is
    sooner, so that the next in line has a chance too."""
    seconds = min(stands, (starts_at - now).total_seconds() / 2)
    return datetime.fromtimestamp(now.timestamp() + seconds, now.tzinfo)


def after_lapse(lapsed: int, most: int) -> WaitStatus:
    """Where one stands after so many unanswered offers: still waiting, or out after `most` of them."""
    return WaitStatus.LEFT if lapsed >= most else WaitStatus.WAITING
