"""The register of the activity responsibility: entering, measures, leaving (SL 29:9)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from guidance.adapters import activity_responsibility as register
from guidance.domain.activity_responsibility import (
    DaysBackwards,
    Ended,
    Entry,
    HasLeft,
    Left,
    MeasureKind,
    Occupation,
    Sex,
    check_entry,
    check_leaving,
    due_to_leave,
)
from shared.work import UnitOfWork, Work

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the municipality knows of a person in its register."""

    born_on: date | None
    sex: Sex | None
    occupation: Occupation


@dataclass(frozen=True, slots=True, kw_only=True)
class AddMeasure:
    """Document a measure: its goal, who does what, when it begins and is followed up."""

    measure: UUID
    entry: UUID
    kind: MeasureKind
    goal: str
    responsible: str
    begins: date
    follow_up_on: date | None
    municipality: str | None


async def enter(entry: Entry, unit_of_work: UnitOfWork, *, today: date) -> None:
    """Enter a person."""
    check_entry(entry, today=today)
    async with unit_of_work() as work:
        await register.enter(work.connection, entry, case=None, now=work.now)


async def learn(entry: UUID, known: Known, unit_of_work: UnitOfWork, *, municipality: str | None) -> None:
    """Write what is known now."""
    async with unit_of_work() as work:
        before = await register.lock(work.connection, entry, municipality=municipality)
        if before.left_on is not None:
            raise HasLeft
        after = replace(before, born_on=known.born_on, sex=known.sex, occupation=known.occupation)
        check_entry(after, today=work.now.date())
        await register.save(work.connection, after, now=work.now)


async def leave(
    entry: UUID, on: date, cause: Left, unit_of_work: UnitOfWork, *, municipality: str | None, today: date
) -> None:
    """Let a person leave the register."""
    async with unit_of_work() as work:
        before = await register.lock(work.connection, entry, municipality=municipality)
        check_leaving(before, on, today=today)
        await register.save(work.connection, replace(before, left_on=on, left=cause), now=work.now)


async def leave_who_are_due(work: Work, *, today: date) -> bool:
    """Let those leave who have turned twenty or begun at an accepted place; whether there may be more."""
    found = await register.due(work.connection, today=today, limit=_AT_ONCE)
    for entry in found:
        ended = due_to_leave(entry, today)
        if ended is not None:
            on, cause = ended
            await register.save(work.connection, replace(entry, left_on=on, left=cause), now=work.now)
    return len(found) == _AT_ONCE


async def add_measure(command: AddMeasure, unit_of_work: UnitOfWork) -> None:
    """Document a measure for one who is in the register. Raises HasLeft and DaysBackwards."""
    if command.follow_up_on is not None and command.follow_up_on < command.begins:
        raise DaysBackwards
    async with unit_of_work() as work:
        entry = await register.lock(work.connection, command.entry, municipality=command.municipality)
        if entry.left_on is not None:
            raise HasLeft
        content = {
            "id": command.measure,
            "kind": command.kind.value,
            "goal": command.goal,
            "responsible": command.responsible,
            "begins": command.begins,
            "follow_up_on": command.follow_up_on,
        }
        await register.add_measure(work.connection, entry.entry, content, now=work.now)


async def end_measure(
    entry: UUID, measure: UUID, ends: date, ended: Ended, unit_of_work: UnitOfWork, *, municipality: str | None
) -> None:
    """End a measure that is still going on, with the reason."""
    async with unit_of_work() as work:
        known = await register.lock(work.connection, entry, municipality=municipality)
        await register.end_measure(work.connection, known.entry, measure, ends, ended)


async def give_up_places(work: Work, places: Sequence[tuple[UUID, str]]) -> None:
    """Places (person, offering) were given back, so nobody leaves the register because of them."""
    await register.save_given_up(work.connection, places, now=work.now)
