"""What if: ask for a simulation, carry it out, forget it.

Nothing here writes a run, a place or an event: what is decided goes to the tables of simulations and no further.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID, uuid4

import sqlalchemy as sa
import structlog

from admissions.adapters import intakes, runs, simulations, snapshots
from admissions.adapters.rules import rules, rules_in
from admissions.adapters.tables import runs as runs_table
from admissions.commands.rounds import until
from admissions.domain.assessing import Rules
from admissions.domain.calendar import Calendar
from admissions.domain.deciding import RunNotPublished
from admissions.domain.intake import Intake
from admissions.domain.rounds import named
from admissions.domain.run import run_round
from admissions.domain.simulation import CannotSimulate, Changes, Simulated, changed_intake, changed_rules
from shared.work import UnitOfWork, Work

KEPT_FOR: Final = timedelta(days=30)
_SHOWN_VERDICTS: Final = 100
# What a reading numbers things in goes with its transaction; here one transaction reads twice.
_DROP: Final = sa.text("DROP TABLE taking_part, wanted")
_log = structlog.get_logger(__name__)


class NoBasis(Exception):
    """There is no such run, or its input is no longer kept."""

    sv = "Körningen finns inte, eller dess indata finns inte kvar."


class RoundPublished(Exception):
    """The round is published: simulate from its run instead."""

    sv = "Omgången är publicerad: utgå från dess körning i stället."


class NoSimulation(Exception):
    """There is no such simulation."""

    sv = "Simuleringen finns inte."


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulate:
    """Ask for a simulation of a run's own input with some changes, or, without `basis_run`, of `round` with the data
    of the day. `draw` draws a seed; a run's own is used when there is one, so that only the changes differ."""

    region: str
    intake_year: int
    round: str
    basis_run: UUID | None
    changes: Changes
    by: str
    draw: Callable[[], int]


async def ask(command: Simulate, unit_of_work: UnitOfWork) -> UUID:
    """The id of the simulation, which then waits to be carried out.

    Raises UnknownRound, NoRules, NoBasis, RoundPublished and CannotSimulate.
    """
    this, simulation = named(command.round), uuid4()
    in_force = rules(command.region, command.intake_year)
    changed_rules(in_force, command.changes, snapshot=command.basis_run is not None)
    async with unit_of_work() as work:
        seed = command.draw()
        if command.basis_run is not None:
            seed = await _seed_of(work, command.basis_run, command.intake_year, this.name)
        elif this.binding and this.name in await runs.published(work.connection, command.intake_year):
            raise RoundPublished
        await simulations.ask(
            work.connection,
            simulation=simulation,
            intake_year=command.intake_year,
            round=this.name,
            basis_run=command.basis_run,
            changes=simulations.as_data(command.changes),
            asked_at=work.now,
            asked_by=command.by,
            seed=seed,
        )
    return simulation


async def _seed_of(work: Work, run: UUID, intake_year: int, round_name: str) -> int:
    known = (runs_table.c.run == run) & (runs_table.c.intake_year == intake_year) & (runs_table.c.round == round_name)
    seed = await work.connection.scalar(sa.select(runs_table.c.seed).where(known))
    if seed is None:
        raise NoBasis
    return int(seed)


@dataclass(frozen=True, slots=True)
class _Input:
    """What one simulation is made of: the rules and the input, both before and after the changes."""

    rules: Rules
    intake: Intake
    changed_rules: Rules
    changed_intake: Intake


async def carry_out(unit_of_work: UnitOfWork, *, region: str) -> bool:
    """Carry out the one that has waited longest; whether there was one."""
    async with unit_of_work() as work:
        asked = await simulations.claim(work.connection, work.now)
    if asked is None:
        return False
    refusal = await _attempt(asked, region, unit_of_work)
    if refusal:
        async with unit_of_work() as work:
            await simulations.refuse(work.connection, asked["simulation"], refusal, work.now)
    return True


async def _attempt(asked: sa.RowMapping, region: str, unit_of_work: UnitOfWork) -> dict[str, Any] | None:
    """Why it could not be done, None when it was. No transaction is open while the engine works."""
    changes = simulations.from_data(asked["changes"])
    try:
        given = await _read(asked, changes, region, unit_of_work)
        simulated = await _simulated(asked, given.changed_rules, given.changed_intake, changes)
        unchanged = None
        if asked["basis_run"] is None and changes:
            unchanged = await _simulated(asked, given.rules, given.intake, Changes())
        await _keep(asked, simulated, unchanged, unit_of_work)
    except CannotSimulate as fault:
        return {"code": fault.why.value, "about": fault.about}
    except RunNotPublished as fault:
        return {"code": "not_verified", "verdicts": [str(verdict) for verdict in fault.verdicts[:_SHOWN_VERDICTS]]}
    except NoBasis:
        return {"code": "no_basis"}
    except Exception:  # noqa: BLE001  # whoever waits must be told, whatever it was
        _log.exception("simulation_failed", simulation=str(asked["simulation"]))
        return {"code": "failed"}
    return None


async def _read(asked: sa.RowMapping, changes: Changes, region: str, unit_of_work: UnitOfWork) -> _Input:
    if asked["basis_run"] is not None:
        async with unit_of_work.read() as connection:
            content = await runs.input_of(connection, asked["basis_run"])
        if content is None:
            raise NoBasis
        snapshot = await asyncio.to_thread(snapshots.unpacked, content)
        in_force, intake = rules_in(snapshot.texts, snapshot.region, snapshot.intake_year), snapshot.intake
        after, changed = changed_rules(in_force, changes, snapshot=True), intake
    else:
        in_force = rules(region, asked["intake_year"])
        after = changed_rules(in_force, changes, snapshot=False)
        intake, changed = await _current(asked, in_force.calendar, after.calendar, unit_of_work)
    return _Input(in_force, intake, after, changed_intake(changed, changes, after.programmes))


async def _current(
    asked: sa.RowMapping, before: Calendar, after: Calendar, unit_of_work: UnitOfWork
) -> tuple[Intake, Intake]:
    """The data of the day, as the dates before and after the changes let it count; both of one moment."""
    this, year = named(asked["round"]), asked["intake_year"]
    async with unit_of_work() as work:
        await work.connection.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        found = []
        days = [until(this, before), until(this, after)]
        for counted in days if days[0] != days[1] else days[:1]:
            found.append(await intakes.read(work.connection, year, this, counted))
            await work.connection.execute(_DROP)
    return found[0], found[-1]


async def _simulated(asked: sa.RowMapping, in_force: Rules, intake: Intake, changes: Changes) -> Simulated:
    run = await asyncio.to_thread(partial(run_round, named(asked["round"]), in_force, intake, asked["seed"]))
    return Simulated(changes, run)


async def _keep(
    asked: sa.RowMapping, simulated: Simulated, unchanged: Simulated | None, unit_of_work: UnitOfWork
) -> None:
    compared_with = asked["basis_run"]
    async with unit_of_work() as work:
        if unchanged is not None:
            compared_with = uuid4()
            same = {name: asked[name] for name in ("intake_year", "round", "asked_at", "asked_by", "seed")}
            nothing = simulations.as_data(unchanged.changes)
            await simulations.ask(work.connection, simulation=compared_with, changes=nothing, **same)
            await simulations.keep(work.connection, compared_with, unchanged, None, work.now)
        await simulations.keep(work.connection, asked["simulation"], simulated, compared_with, work.now)


async def remove(simulation: UUID, unit_of_work: UnitOfWork) -> None:
    """Forget one now. Raises NoSimulation."""
    async with unit_of_work() as work:
        if not await simulations.remove(work.connection, simulation):
            raise NoSimulation


async def forget(work: Work) -> bool:
    """Forget one that is older than KEPT_FOR; whether there may be more."""
    return await simulations.forget_one(work.connection, work.now - KEPT_FOR)
