"""Simulations as they are asked for, claimed, kept and forgotten. Writes to their own tables and to no other."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from admissions.adapters import copying
from admissions.adapters.copying import Field, Fixed
from admissions.adapters.runs import decision_fields
from admissions.adapters.tables.simulations import simulated_offerings, simulations
from admissions.domain.placement import ENGINE
from admissions.domain.simulation import Added, Changes, Simulated

_KEPT: Final = ("applicant_id", "rank", "offering", "hand", "outcome", "queue", "reason", "merit", "quota")
_FIGURES: Final = ("seats", "applicants", "admitted", "reserves", "ineligible")
# Who died over a simulation leaves it running: after this long it is given up.
_GIVEN_UP: Final = timedelta(minutes=15)
_CLAIM = sa.text("""
    UPDATE simulations SET status = 'running', begun_at = :now WHERE simulation = (
        SELECT simulation FROM simulations WHERE status = 'waiting' ORDER BY asked_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING *
""")
_GIVE_UP = sa.text("""
    UPDATE simulations SET status = 'refused', ended_at = :now, refusal = '{"code": "stopped"}'
    WHERE status = 'running' AND begun_at < :before
""")
_REMOVE = sa.text("""
    DELETE FROM simulations WHERE simulation = :simulation OR simulation = (
        SELECT compared_with FROM simulations WHERE simulation = :simulation AND basis_run IS NULL)
""")
_FORGET = sa.text("""
    DELETE FROM simulations WHERE simulation = (
        SELECT simulation FROM simulations WHERE asked_at < :before ORDER BY asked_at LIMIT 1)
""")


def as_data(changes: Changes) -> dict[str, Any]:
    """Changes as they are kept."""
    return {
        "seats": dict(changes.seats),
        "added": [
            {"offering": a.offering, "programme": a.programme, "seats": a.seats, "like": a.like} for a in changes.added
        ],
        "closed": sorted(changes.closed),
        "dates": {name: day.isoformat() for name, day in changes.dates.items()},
    }


def from_data(data: Mapping[str, Any]) -> Changes:
    """What `as_data` gave."""
    return Changes(
        seats=data["seats"],
        added=tuple(Added(**added) for added in data["added"]),
        closed=frozenset(data["closed"]),
        dates={name: date.fromisoformat(day) for name, day in data["dates"].items()},
    )


async def ask(connection: AsyncConnection, **values: Any) -> None:
    """Keep what is asked for; it waits until somebody carries it out."""
    await connection.execute(sa.insert(simulations).values(status="waiting", **values))


async def claim(connection: AsyncConnection, now: datetime) -> sa.RowMapping | None:
    """The one that has waited longest, now running; None when none waits. Those given up are told so."""
    await connection.execute(_GIVE_UP, {"now": now, "before": now - _GIVEN_UP})
    return (await connection.execute(_CLAIM, {"now": now})).mappings().one_or_none()


async def refuse(connection: AsyncConnection, simulation: UUID, refusal: Mapping[str, Any], now: datetime) -> None:
    """It could not be carried out, and why."""
    known = simulations.c.simulation == simulation
    await connection.execute(
        sa.update(simulations).where(known).values(status="refused", ended_at=now, refusal=refusal)
    )


async def keep(
    connection: AsyncConnection, simulation: UUID, simulated: Simulated, compared_with: UUID | None, now: datetime
) -> None:
    """What a simulation decided, and its figures."""
    run = simulated.run
    rows = [
        {
            "simulation": simulation,
            "offering": offering.id,
            "municipality": offering.municipality,
            "programme": offering.programme,
            "seats": offering.seats,
        }
        for offering in run.assessed.offerings
        if offering.known
    ]
    if rows:
        await connection.execute(sa.insert(simulated_offerings), rows)
    fields = decision_fields(run)
    columns: dict[str, Field] = {"simulation": Fixed(np.frombuffer(simulation.bytes, np.uint8).reshape(1, -1))}
    columns |= {name: fields[name] for name in _KEPT}
    await copying.write(connection, "simulated_decisions", columns, len(run.decided.outcome))
    values: dict[str, Any] = {name: run.figures[name] for name in _FIGURES}
    values |= {"engine": ENGINE, "rules": run.rules.version, "decisions_hash": run.decisions_hash}
    await connection.execute(
        sa.update(simulations)
        .where(simulations.c.simulation == simulation)
        .values(status="done", ended_at=now, compared_with=compared_with, **values)
    )


async def remove(connection: AsyncConnection, simulation: UUID) -> bool:
    """Whether it was there. The unchanged one that was made to compare it with goes too."""
    return (await connection.execute(_REMOVE, {"simulation": simulation})).rowcount > 0


async def forget_one(connection: AsyncConnection, before: datetime) -> bool:
    """Delete the oldest that was asked for before this moment; whether there was one."""
    return (await connection.execute(_FORGET, {"before": before})).rowcount > 0
