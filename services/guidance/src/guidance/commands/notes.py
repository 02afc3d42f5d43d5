"""Confidential notes: written and read by the counsellor in charge, each deed logged, erased on schedule."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from guidance.adapters import cases, notes
from guidance.adapters.sealing import Seal
from guidance.domain.cases import Status
from guidance.domain.following import NotOpen
from guidance.domain.notes import Deed, NotYours, Sealed, erase_before, may_read
from shared.work import UnitOfWork, Work

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who asks: the token's subject, the counsellor it is of (None: of none) and its municipality."""

    subject: str
    counsellor: UUID | None
    municipality: str | None


@dataclass(frozen=True, slots=True)
class Note:
    """A note, opened for its reader."""

    note: UUID
    written_at: datetime
    text: str


async def write_note(case: UUID, text: str, unit_of_work: UnitOfWork, seal: Seal, *, by: Reader) -> UUID:
    """Keep a note in an open case. Raises NotYours and NotOpen."""
    note = uuid4()
    async with unit_of_work() as work:
        allowed = await _allowed(work, case, by)
        if allowed:
            known = await cases.lock(work.connection, case, municipality=None)
            if known.status is not Status.OPEN:
                raise NotOpen
            assert by.counsellor is not None  # else it would not be allowed
            sealed = Sealed(
                note=note,
                case=case,
                key_id=seal.current,
                content=seal.seal(text, _bound(note, case)),
                written_at=work.now,
            )
            await notes.write(work.connection, sealed, by.counsellor)
            await notes.log(work.connection, Deed.WRITTEN, [(case, note)], counsellor=by.counsellor, now=work.now)
    if not allowed:
        raise NotYours
    return note


async def read_notes(case: UUID, unit_of_work: UnitOfWork, seal: Seal, *, by: Reader) -> Sequence[Note]:
    """The case's notes. That they were read, or that somebody else tried to, is on record before they are shown."""
    shown: list[Note] = []
    async with unit_of_work() as work:
        allowed = await _allowed(work, case, by)
        if allowed:
            found = await notes.of_case(work.connection, case)
            shown = [_opened(each, seal) for each in found]
            read = [(case, each.note) for each in found]
            await notes.log(work.connection, Deed.READ, read, counsellor=by.counsellor, now=work.now)
    if not allowed:
        raise NotYours
    return shown


async def erase_notes(work: Work, *, kept: timedelta) -> bool:
    """Erase the notes of cases closed longer ago than they are kept; whether there may be more."""
    before = erase_before(work.now, kept)
    erased = await notes.erase(work.connection, closed_before=before, now=work.now, limit=_AT_ONCE)
    await notes.log(work.connection, Deed.ERASED, erased, now=work.now)
    return len(erased) == _AT_ONCE


async def reseal_notes(work: Work, seal: Seal) -> bool:
    """Seal anew, with the current key, what is sealed with an older one; whether there may be more."""
    found = await notes.under_old_keys(work.connection, current=seal.current, limit=_AT_ONCE)
    for each in found:
        text = seal.open(each.content, each.key_id, _bound(each.note, each.case))
        sealed = seal.seal(text, _bound(each.note, each.case))
        await notes.reseal(work.connection, replace(each, key_id=seal.current, content=sealed))
    await notes.log(work.connection, Deed.RESEALED, [(each.case, each.note) for each in found], now=work.now)
    return len(found) == _AT_ONCE


async def _allowed(work: Work, case: UUID, by: Reader) -> bool:
    """Whether the reader is in charge of the case; when not, the attempt is logged. Raises CaseUnknown."""
    known = await cases.get(work.connection, case, municipality=None)
    if may_read(known, by.counsellor):
        return True
    if by.municipality not in (None, known.home_municipality):
        raise cases.CaseUnknown
    await notes.log(
        work.connection, Deed.DENIED, [(case, None)], counsellor=by.counsellor, reader=by.subject, now=work.now
    )
    return False


def _opened(note: Sealed, seal: Seal) -> Note:
    return Note(note.note, note.written_at, seal.open(note.content, note.key_id, _bound(note.note, note.case)))


def _bound(note: UUID, case: UUID) -> str:
    """What a sealed note belongs to: in another note's or case's place it can't be opened."""
    return f"{note} {case}"
