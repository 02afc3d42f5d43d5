"""Messages to those who booked by link."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """What a message tells."""

    INVITED = "invited"
    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    REMINDER = "reminder"
    OFFER = "offer"
    SURVEY = "survey"


class Outcome(StrEnum):
    """What became of a message."""

    SENT = "sent"
    VOID = "void"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message that is due. `moves`: how often its session had been moved when it was written down."""

    id: UUID
    kind: Kind
    invitation: UUID
    session: UUID | None
    moves: int
    attempts: int
