"""What a run leaves: its record, its input, and what it decided of every choice, written by COPY from columns."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from admissions.adapters import copying
from admissions.adapters.copying import Field, Fixed, Whole, Words, texts
from admissions.adapters.seeds import Committed
from admissions.adapters.tables import run_inputs, run_offerings, runs
from admissions.domain.deciding import REASONS
from admissions.domain.intake import Column
from admissions.domain.listing import microseconds
from admissions.domain.placement import ENGINE, OUTCOMES
from admissions.domain.receiving import GROUNDS
from admissions.domain.replies import Status
from admissions.domain.run import UNPLACED_BECAUSE, Run


async def lock(connection: AsyncConnection, intake_year: int) -> None:
    """One change of an intake year's places at a time, until the transaction ends."""
    await connection.execute(sa.text("SELECT pg_advisory_xact_lock(:space, :year)"), {"space": 27, "year": intake_year})


async def published(connection: AsyncConnection, intake_year: int) -> frozenset[str]:
    """Names of the rounds of the year that have been published."""
    names = await connection.scalars(sa.select(runs.c.round).where(runs.c.intake_year == intake_year).distinct())
    return frozenset(names)


async def save(
    connection: AsyncConnection, run_id: UUID, run: Run, *, by: str, at: datetime, drawn: Committed, input_hash: str,
    content: bytes,
) -> None:  # fmt: skip
    """Keep the run with everything that explains it; `content` is its input as bytes."""
    record = _record(run, by, at) | {"commitment": drawn.commitment, "salt": drawn.salt, "input_hash": input_hash}
    await connection.execute(sa.insert(runs).values(run=run_id, **record))
    await connection.execute(sa.insert(run_inputs).values(run=run_id, content=content))
    if rows := _offering_rows(run_id, run):
        await connection.execute(sa.insert(run_offerings), rows)
    this = _same(run_id.bytes)
    await copying.write(connection, "run_applicants", {"run": this, **_applicants(run)}, len(run.assessed.ids))
    await copying.write(connection, "decisions", {"run": this, **decision_fields(run)}, len(run.decided.outcome))


def _record(run: Run, by: str, at: datetime) -> dict[str, Any]:
    return {
        "intake_year": run.rules.calendar.intake_year,
        "round": run.round.name,
        "binding": run.round.binding,
        "decided_at": at,
        "requested_by": by,
        "seed": run.seed,
        "engine": ENGINE,
        "rules": run.rules.version,
        "decisions_hash": run.decisions_hash,
        **run.figures,
    }


def _offering_rows(run_id: UUID, run: Run) -> list[dict[str, Any]]:
    return [
        {
            "run": run_id,
            "offering": offering.id,
            "municipality": offering.municipality,
            "programme": offering.programme,
            "seats": offering.seats,
            "introduction": offering.introduction,
            "last_merit": limit,
        }
        for offering, limit in zip(run.assessed.offerings, run.limits, strict=True)
        if offering.known
    ]


def _same(value: bytes) -> Fixed:
    return Fixed(np.frombuffer(value, np.uint8).reshape(1, -1))


def _applicants(run: Run) -> dict[str, Field]:
    assessed, lacking = run.assessed, run.lacking
    arrays = [[copying.text_array(words) for words in each] for each in (lacking.missing, lacking.open)]
    return {
        "applicant_id": Fixed(assessed.ids),
        "home_municipality": _municipalities(assessed.homes),
        "merit": Whole(assessed.grading.merit, 4),
        "random": Whole(assessed.random, 8),
        "missing_subjects": Words(lacking.missing_of, arrays[0]),
        "open_programmes": Words(lacking.open_of, arrays[1]),
        "unplaced_because": Words(run.unplaced_because.astype(np.int64) - 1, texts(UNPLACED_BECAUSE[1:])),
    }


def _municipalities(codes: Column) -> Words:
    known, numbers = np.unique(codes, return_inverse=True)
    return Words(numbers, [b"%04d" % code for code in known.tolist()])


def decision_fields(run: Run) -> dict[str, Field]:
    """The columns of `decisions`, but the run's id."""
    assessed, decided, listed, moves = run.assessed, run.decided, run.assessed.listed, run.moves
    stood = moves.before == 0
    return {
        "applicant_id": Fixed(assessed.ids[listed.applicant]),
        "rank": Whole(listed.rank, 2),
        "offering": Words(listed.offering, texts([offering.id for offering in assessed.offerings])),
        "hand": Whole(assessed.received.hand, 2),
        "ground": Words(assessed.received.ground, texts(GROUNDS)),
        "timely": Whole(listed.timely, 1),
        "holds": Whole(listed.holds, 1),
        "outcome": Words(decided.outcome, texts(OUTCOMES)),
        "queue": Whole(decided.queue, 4, decided.queue == 0),
        "reason": Words(decided.reason, texts(REASONS)),
        "merit": Whole(assessed.merit, 4),
        "quota": Words(run.noted_quota, texts(decided.pools[1:])),
        "queue_before": Whole(moves.before, 4, stood),
        "ahead_admitted": Whole(moves.admitted, 4, stood),
        "ahead_left": Whole(moves.left, 4, stood),
    }


async def offer(connection: AsyncConnection, run: Run, choices: Column, at: datetime) -> None:
    """Write the places that these choices, of applicants who had none before, have given."""
    assessed, listed = run.assessed, run.assessed.listed
    applicant, offering = listed.applicant[choices], listed.offering[choices]
    fields: dict[str, Field] = {
        "intake_year": _same(run.rules.calendar.intake_year.to_bytes(4)),
        "applicant_id": Fixed(assessed.ids[applicant]),
        "offering": Words(offering, texts([each.id for each in assessed.offerings])),
        "programme": Words(offering, texts([each.programme for each in assessed.offerings])),
        "home_municipality": _municipalities(assessed.homes[applicant]),
        "school_municipality": Words(offering, texts([each.municipality for each in assessed.offerings])),
        "round": _same(run.round.name.encode()),
        "status": _same(Status.OFFERED.encode()),
        "stays": _same(b"\0"),
        "revision": _same(bytes(4)),
        "changed_at": _same(microseconds(at).to_bytes(8, signed=True)),
        "quota": Words(run.noted_quota[choices], texts(run.decided.pools[1:])),
    }
    await copying.write(connection, "places", fields, len(choices))


async def input_of(connection: AsyncConnection, run_id: UUID) -> bytes | None:
    """The run's input as it was kept."""
    return await connection.scalar(sa.select(run_inputs.c.content).where(run_inputs.c.run == run_id))


_FORGET_INPUTS = sa.text("""
    DELETE FROM run_inputs WHERE run IN (
        SELECT run FROM (
            SELECT run, binding, row_number() OVER (PARTITION BY intake_year, round ORDER BY decided_at DESC, run) AS at
            FROM runs
        ) AS numbered WHERE NOT binding AND at > :kept
    )
""")


async def forget_inputs(connection: AsyncConnection, kept: int) -> int:
    """Delete inputs of runs that bound nobody, but the newest `kept` of each round; how many were deleted."""
    return (await connection.execute(_FORGET_INPUTS, {"kept": kept})).rowcount


_IN_ORDER = """
    SELECT {columns} FROM decisions d LEFT JOIN run_offerings o USING (run, offering)
    WHERE run = $1 ORDER BY applicant_id, o.introduction IS NOT NULL, rank
"""


async def stored_decisions(connection: AsyncConnection, run_id: UUID, columns: Sequence[str]) -> bytes:
    """The rows as they stand in the database, in the order of the run, as COPY gives them."""
    return bytes(await copying.copied(connection, _IN_ORDER.format(columns=", ".join(columns)), run_id))
