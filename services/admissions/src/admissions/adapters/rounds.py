"""What a run reads and what it leaves: one statement per table, whatever the number of applicants."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from admissions.adapters.tables import applications, choices, grades, offerings, places, runs
from admissions.domain.assessment import Applicant, Assessment, Held, Offering
from admissions.domain.calendar import Revision
from admissions.domain.grades import Grades, Occasion
from admissions.domain.placement import ENGINE
from admissions.domain.replies import Status
from admissions.domain.rounds import Round
from admissions.domain.run import Run
from shared.database import as_json

_RUN_OFFERINGS = sa.text("""
    INSERT INTO run_offerings (run, offering, municipality, programme, seats)
    SELECT CAST(:run AS uuid), r.* FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (
        offering text, municipality text, programme text, seats integer)
""")
_RUN_APPLICANTS = sa.text("""
    INSERT INTO run_applicants (run, applicant_id, home_municipality, merit, random, missing_subjects, open_programmes,
                                unplaced_because)
    SELECT CAST(:run AS uuid), r.* FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (
        applicant uuid, home text, merit integer, random bigint, missing text[], open text[], unplaced text)
""")
_DECISIONS = sa.text("""
    INSERT INTO decisions (run, applicant_id, rank, offering, hand, ground, timely, holds, outcome, queue, reason)
    SELECT CAST(:run AS uuid), r.* FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (
        applicant uuid, rank smallint, offering text, hand smallint, ground text, timely boolean, holds boolean,
        outcome text, queue integer, reason text)
""")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a run decides upon."""

    offerings: tuple[Offering, ...]
    applicants: tuple[Applicant, ...]


async def lock(connection: AsyncConnection, intake_year: int) -> None:
    """One change of an intake year's places at a time, until the transaction ends."""
    await connection.execute(sa.text("SELECT pg_advisory_xact_lock(:space, :year)"), {"space": 27, "year": intake_year})


async def published(connection: AsyncConnection, intake_year: int) -> frozenset[str]:
    """Names of the rounds of the year that have been published."""
    names = await connection.scalars(sa.select(runs.c.round).where(runs.c.intake_year == intake_year).distinct())
    return frozenset(names)


async def snapshot(connection: AsyncConnection, intake_year: int, this: Round) -> Snapshot:
    """Everything the round is to decide upon. Who gave up a place is left out: they are out of the reserve rounds."""
    held, out = await _places(connection, intake_year)
    reported = await _grades(connection, intake_year, this)
    homes, revisions = await _revisions(connection, intake_year)
    applicants = tuple(
        Applicant(
            id=str(applicant), home=homes[applicant], revisions=tuple(revisions[applicant]),
            grades=reported[applicant], held=held.get(applicant),
        )
        for applicant in revisions if applicant not in out
    )  # fmt: skip
    return Snapshot(await _offerings(connection, intake_year), applicants)


async def _offerings(connection: AsyncConnection, intake_year: int) -> tuple[Offering, ...]:
    columns = offerings.c
    rows = await connection.execute(
        sa.select(columns.offering, columns.municipality, columns.programme, columns.seats).where(
            columns.intake_year == intake_year, ~columns.withdrawn
        )
    )
    return tuple(Offering(*row) for row in rows)


async def _places(connection: AsyncConnection, intake_year: int) -> tuple[dict[UUID, Held], set[UUID]]:
    columns = places.c
    rows = (
        await connection.execute(
            sa.select(columns.applicant_id, columns.offering, columns.stays, columns.status).where(
                columns.intake_year == intake_year
            )
        )
    ).all()
    held = {row.applicant_id: Held(row.offering, row.stays) for row in rows if row.status != Status.VACATED}
    return held, {row.applicant_id for row in rows} - held.keys()


async def _grades(connection: AsyncConnection, intake_year: int, this: Round) -> dict[UUID, dict[Occasion, Grades]]:
    """Grades count when the applicant's home municipality reported them; nobody else's can replace those."""
    rows = await connection.execute(
        sa.select(grades.c.applicant_id, grades.c.occasion, grades.c.grades)
        .join(
            applications,
            (applications.c.applicant_id == grades.c.applicant_id)
            & (applications.c.home_municipality == grades.c.reported_by),
        )
        .where(grades.c.intake_year == intake_year, grades.c.occasion.in_(this.occasions))
    )
    reported: dict[UUID, dict[Occasion, Grades]] = defaultdict(dict)
    for applicant, occasion, subjects in rows:
        reported[applicant][Occasion(occasion)] = subjects
    return reported


async def _revisions(
    connection: AsyncConnection, intake_year: int
) -> tuple[dict[UUID, str], dict[UUID, list[Revision]]]:
    c = choices.c
    ranked = sa.func.array_agg(aggregate_order_by(c.offering, c.rank))
    rows = await connection.execute(
        sa.select(c.applicant_id, applications.c.home_municipality, c.revision, c.submitted_at, ranked)
        .join(applications, applications.c.applicant_id == c.applicant_id)
        .where(c.intake_year == intake_year)
        .group_by(c.applicant_id, applications.c.home_municipality, c.revision, c.submitted_at)
    )
    homes: dict[UUID, str] = {}
    revisions: dict[UUID, list[Revision]] = defaultdict(list)
    for applicant, home, number, submitted_at, names in rows:
        homes[applicant] = home
        revisions[applicant].append(Revision(number, submitted_at, tuple(names)))
    return homes, revisions


async def save(connection: AsyncConnection, run_id: UUID, run: Run, *, by: str, at: datetime) -> None:
    """Keep the run with everything that explains it."""
    await connection.execute(sa.insert(runs).values(**_record(run_id, run, by, at)))
    for statement, rows in (
        (_RUN_OFFERINGS, [_offering_row(offering) for offering in run.offerings]),
        (_RUN_APPLICANTS, [_applicant_row(run, assessment) for assessment in run.assessments]),
        (_DECISIONS, list(_decision_rows(run))),
    ):
        await connection.execute(statement, {"run": run_id, "rows": as_json(rows)})


def _record(run_id: UUID, run: Run, by: str, at: datetime) -> dict[str, Any]:
    return {
        "run": run_id,
        "intake_year": run.rules.calendar.intake_year,
        "round": run.round.name,
        "binding": run.round.binding,
        "decided_at": at,
        "requested_by": by,
        "seed": run.seed,
        "engine": ENGINE,
        "rules": run.rules.version,
        "input_hash": run.input_hash,
        "decisions_hash": run.decisions_hash,
        **run.figures,
    }


def _offering_row(offering: Offering) -> dict[str, Any]:
    return {
        "offering": offering.id,
        "municipality": offering.municipality,
        "programme": offering.programme,
        "seats": offering.seats,
    }


def _applicant_row(run: Run, assessment: Assessment) -> dict[str, Any]:
    return {
        "applicant": assessment.applicant,
        "home": assessment.home,
        "merit": assessment.merit,
        "random": assessment.random,
        "missing": assessment.missing,
        "open": assessment.open,
        "unplaced": run.unplaced_because(assessment),
    }


def _decision_rows(run: Run) -> Iterator[dict[str, Any]]:
    for decision in run.decisions:
        choice = run.choices[decision.applicant, decision.rank]
        yield {
            "applicant": decision.applicant,
            "rank": decision.rank,
            "offering": decision.offering,
            "hand": choice.hand,
            "ground": run.assessment[decision.applicant].grounds[decision.offering],
            "timely": choice.timely,
            "holds": choice.holds,
            "outcome": decision.outcome,
            "queue": decision.queue,
            "reason": decision.reason,
        }
