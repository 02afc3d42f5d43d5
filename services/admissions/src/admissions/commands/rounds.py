"""Rounds: commit to a seed, run, replay."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import sqlalchemy as sa

from admissions.adapters import announcing, intakes, places, runs, seeds, snapshots
from admissions.adapters.copying import encoded
from admissions.adapters.rules import rules, rules_in, sources
from admissions.adapters.seeds import Committed
from admissions.adapters.snapshots import Snapshot
from admissions.adapters.tables import runs as runs_table
from admissions.domain.calendar import Calendar, swedish_day
from admissions.domain.intake import Column
from admissions.domain.placement import ENGINE
from admissions.domain.replies import Place
from admissions.domain.rounds import Round, Stage, check_may_run, named
from admissions.domain.run import Run, run_round
from admissions.messages import accepted, vacated
from admissions.messages import rounds as messages
from shared.events import Outgoing
from shared.work import UnitOfWork, Work

SERVICE = "admissions"


class SeedNotCommitted(Exception):
    """No seed has been committed to for this round: publish the commitment first, then run."""

    sv = "Inget frö är låst för omgången: publicera låsningen först och kör sedan."


class SeedTooLate(Exception):
    """A seed can be named only before the first application has come; after that it is drawn."""

    sv = "Ett frö kan anges bara innan den första ansökan har kommit; därefter lottas det."


class CannotReplay(Exception):
    """There is no such run, or its input is no longer kept."""

    sv = "Körningen finns inte, eller dess indata finns inte kvar."


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitSeed:
    """Commit to the seed of a round. `seed`: None draws one with `draw`; `salt` makes a salt."""

    region: str
    intake_year: int
    round: str
    by: str
    seed: int | None
    draw: Callable[[], int]
    salt: Callable[[], str]


async def commit_seed(command: CommitSeed, unit_of_work: UnitOfWork) -> Committed:
    """The commitment; the one that stands already if there is one. Raises UnknownRound, NoRules, SeedTooLate."""
    name = named(command.round).name
    rules(command.region, command.intake_year)
    async with unit_of_work() as work:
        await runs.lock(work.connection, command.intake_year)
        standing = await seeds.find(work.connection, command.intake_year, name)
        if standing:
            return standing
        if command.seed is not None and await seeds.anyone_has_applied(work.connection, command.intake_year):
            raise SeedTooLate
        seed, salt = command.draw() if command.seed is None else command.seed, command.salt()
        made = Committed(seed, salt, seeds.commitment(seed, salt), work.now)
        await seeds.keep(work.connection, command.intake_year, name, made, by=command.by)
        work.announce(messages.seed_committed(command.intake_year, name, made.commitment, work.now))
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRound:
    """Run a round: place, verify, publish. `by`: the caller's subject."""

    region: str
    intake_year: int
    round: str
    by: str


async def _quietly(step: str) -> None:
    pass


async def run(
    command: RunRound, unit_of_work: UnitOfWork, *, begins: Callable[[str], Awaitable[None]] = _quietly
) -> UUID:
    """The run's id. Raises UnknownRound, RoundCannotRun, NoRules, SeedNotCommitted, RunNotPublished.

    Everything happens in one transaction, one run of an intake year at a time. `begins` is told each step: read,
    decide (and verify), write.
    """
    this, run_id = named(command.round), uuid4()
    calendar = rules(command.region, command.intake_year).calendar
    async with unit_of_work() as work:
        await _check_turn(work, this, calendar)
        drawn = await seeds.find(work.connection, command.intake_year, this.name)
        if drawn is None:
            raise SeedNotCommitted
        await places.lock(work.connection, command.intake_year)
        await begins("read")
        texts = sources(command.region, command.intake_year)
        intake = await intakes.read(work.connection, command.intake_year, this, until(this, calendar))
        snapshot = Snapshot(command.region, command.intake_year, this.name, texts, intake)
        await begins("decide")
        found, input_hash, content = await asyncio.to_thread(partial(_decide, snapshot, drawn.seed))
        await begins("write")
        await runs.save(
            work.connection, run_id, found, by=command.by, at=work.now, drawn=drawn, input_hash=input_hash,
            content=content,
        )  # fmt: skip
        told = messages.decided(
            run_id, found, work.now, input_hash=input_hash, commitment=drawn.commitment, salt=drawn.salt
        )
        await announcing.announce(work, [told], service=SERVICE)
        if this.binding:
            await _give_places(work, run_id, found)
    return run_id


async def _check_turn(work: Work, this: Round, calendar: Calendar) -> None:
    await runs.lock(work.connection, calendar.intake_year)
    waiting = await places.unanswered(work.connection, calendar.intake_year)
    published = await runs.published(work.connection, calendar.intake_year)
    check_may_run(this, published, waiting, today=swedish_day(work.now), hand_over=calendar.hand_over)


def until(this: Round, calendar: Calendar) -> dict[str, Any]:
    """The last day of results, decisions and moves that count; in reserve rounds results of any day do."""
    if this.stage is Stage.RESERVE:
        return {"tests": None, "free": None, "residence": calendar.residence_on}
    return {"tests": calendar.skill_tests_by, "free": calendar.free_quota_by, "residence": calendar.residence_on}


def _decide(snapshot: Snapshot, seed: int) -> tuple[Run, str, bytes]:
    """Runs in a thread, so that health checks and other requests are answered meanwhile."""
    in_force = rules_in(snapshot.texts, snapshot.region, snapshot.intake_year)
    found = run_round(named(snapshot.round), in_force, snapshot.intake, seed)
    return found, snapshots.input_hash(snapshot), snapshots.packed(snapshot)


async def _give_places(work: Work, run_id: UUID, found: Run) -> None:
    """New seats are offered. Who moves up has left the old and accepted the new; who kept theirs is not told again."""
    chosen, moved = _given(found)
    await runs.offer(work.connection, found, chosen, work.now)
    old = await _old_places(work, found, moved)
    news = [messages.place(found, choice, place) for choice, place in zip(moved.tolist(), old, strict=True)]
    await places.save(work.connection, news, at=work.now)
    await announcing.announce(work, _told(work, run_id, found, chosen, moved, old, news), service=SERVICE)


def _given(found: Run) -> tuple[Column, Column]:
    """The admitted choices of those who held no place, and of those who held another."""
    listed = found.assessed.listed
    new = found.admitted[~listed.holds[found.admitted]]
    holders = np.zeros(len(found.assessed.ids), bool)
    holders[listed.applicant[listed.holds]] = True
    had = holders[listed.applicant[new]]
    return new[~had], new[had]


async def _old_places(work: Work, found: Run, moved: Column) -> list[Place]:
    year = found.rules.calendar.intake_year
    names = [found.assessed.names[applicant] for applicant in found.assessed.listed.applicant[moved].tolist()]
    known = await places.load(work.connection, {(name, year) for name in names})
    return [known[name, year] for name in names]


def _told(
    work: Work, run_id: UUID, found: Run, chosen: Column, moved: Column, old: list[Place], news: list[Place]
) -> Iterator[Outgoing]:
    calendar = found.rules.calendar
    # Runs may be made ahead of the calendar, never behind it: a move takes effect on the later of the two days.
    today = swedish_day(work.now)
    for told, before, after in zip(messages.admitted(run_id, found, moved), old, news, strict=True):
        yield vacated(before, "moved_up", max(calendar.reserve_from, today))
        yield told
        yield accepted(after, max(calendar.starts_on, today))
    yield from messages.admitted(run_id, found, chosen)
    yield from messages.unplaced(run_id, found)


@dataclass(frozen=True, slots=True)
class Replayed:
    """Whether a run comes out the same from the input kept: `same_input` and `same_decisions` by hash, `same_rows` by
    the bytes of every decision in the database. `same_engine`: whether it was made by the engine at hand."""

    run: UUID
    same_engine: bool
    same_input: bool
    same_decisions: bool
    same_rows: bool

    @property
    def same(self) -> bool:
        """Whether it all is."""
        return self.same_input and self.same_decisions and self.same_rows


async def replay(run_id: UUID, unit_of_work: UnitOfWork) -> Replayed:
    """Decide once more what a run decided. Raises CannotReplay."""
    async with unit_of_work.read() as connection:
        record = (await connection.execute(sa.select(runs_table).where(runs_table.c.run == run_id))).one_or_none()
        content = await runs.input_of(connection, run_id)
        if record is None or content is None:
            raise CannotReplay
        snapshot = snapshots.unpacked(content)
        found, input_hash, _ = await asyncio.to_thread(partial(_decide, snapshot, record.seed))
        fields = runs.decision_fields(found)
        stored = await runs.stored_decisions(connection, run_id, list(fields))
        again = encoded(list(fields.values()), slice(0, len(found.decided.outcome)))
        return Replayed(
            run_id,
            same_engine=record.engine == ENGINE,
            same_input=record.input_hash == input_hash,
            same_decisions=record.decisions_hash == found.decisions_hash,
            same_rows=stored[19:-2] == again,
        )
