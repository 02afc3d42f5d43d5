"""Confidential notes: readable by the counsellor in charge of the case, and by nobody else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from guidance.domain.cases import Case


class NotYours(Exception):
    """Notes are read and written by the counsellor in charge of the case only. The attempt has been logged."""

    sv = "Anteckningar läses och skrivs bara av vägledaren som ansvarar för ärendet. Försöket har loggats."


class Deed(StrEnum):
    """What is logged of notes, for ever."""

    WRITTEN = "written"
    READ = "read"
    DENIED = "denied"
    RESEALED = "resealed"
    ERASED = "erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A note as it is kept: nothing of its text can be read without the key."""

    note: UUID
    case: UUID
    key_id: str
    content: bytes
    written_at: datetime


def may_read(case: Case, counsellor: UUID | None) -> bool:
    """Whether the reader is the counsellor in charge. No role, scope or municipality stands in for that."""
    return counsellor is not None and counsellor == case.counsellor


def erase_before(now: datetime, kept: timedelta) -> datetime:
    """Notes of cases closed before this are to be erased."""
    return now - kept
