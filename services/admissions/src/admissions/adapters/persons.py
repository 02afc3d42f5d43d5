"""Persons: the only module that tells identity numbers; moves, protection, and the log of look-ups."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from admissions.adapters.tables.persons import person_lookups
from admissions.domain.persons import Move, Person, Protection
from shared.database import as_json

OFFICE = "office"

# The newest of what stands where a report is older than what is kept is left alone.
_MOVES = sa.text("""
    INSERT INTO person_moves AS kept
        (applicant_id, reported_by, moved_on, home_municipality, revision, recorded_at, recorded_by)
    SELECT DISTINCT ON (applicant, reported_by, moved_on)
        applicant, reported_by, moved_on, home_municipality, revision, CAST(:at AS timestamptz), recorded_by
    FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
        applicant uuid, reported_by text, moved_on date, home_municipality text, revision integer, recorded_by text)
    ORDER BY applicant, reported_by, moved_on, revision DESC
    ON CONFLICT (applicant_id, reported_by, moved_on) DO UPDATE SET
        home_municipality = excluded.home_municipality, revision = excluded.revision,
        recorded_at = excluded.recorded_at, recorded_by = excluded.recorded_by
    WHERE kept.revision < excluded.revision
    RETURNING applicant_id, reported_by, moved_on
""")
_PROTECTIONS = sa.text("""
    INSERT INTO person_protections AS kept (applicant_id, reported_by, level, revision, recorded_at, recorded_by)
    SELECT DISTINCT ON (applicant, reported_by)
        applicant, reported_by, level, revision, CAST(:at AS timestamptz), recorded_by
    FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
        applicant uuid, reported_by text, level smallint, revision integer, recorded_by text)
    ORDER BY applicant, reported_by, revision DESC
    ON CONFLICT (applicant_id, reported_by) DO UPDATE SET
        level = excluded.level, revision = excluded.revision, recorded_at = excluded.recorded_at,
        recorded_by = excluded.recorded_by
    WHERE kept.revision < excluded.revision
""")
_REPORTED_BY = sa.text("""
    SELECT DISTINCT ON (applicant_id) applicant_id, home_municipality FROM (
        SELECT applicant_id, home_municipality, submitted_at, 1 AS place FROM applications
        WHERE applicant_id = ANY(CAST(:applicants AS uuid[]))
        UNION ALL
        SELECT applicant, home_municipality, submitted_at, 2 FROM adult_applications
        WHERE applicant = ANY(CAST(:applicants AS uuid[]))
    ) AS theirs ORDER BY applicant_id, place, submitted_at DESC
""")
# Protected when any of the person's applications says so, whichever of them is shown.
_FOUND = sa.text("""
    WITH who AS (
        SELECT applicant_id FROM applications WHERE applicant_id = CAST(:applicant AS uuid) OR identity = :identity
        UNION
        SELECT applicant FROM adult_applications WHERE applicant = CAST(:applicant AS uuid) OR identity = :identity
    ), theirs AS (
        SELECT applicant_id, identity, home_municipality, protected, submitted_at, 1 AS place
        FROM applications WHERE applicant_id IN (SELECT applicant_id FROM who)
        UNION ALL
        SELECT applicant, identity, home_municipality, protected, submitted_at, 2
        FROM adult_applications WHERE applicant IN (SELECT applicant_id FROM who)
    )
    SELECT DISTINCT ON (applicant_id) applicant_id, identity, home_municipality,
        bool_or(protected) OVER (PARTITION BY applicant_id) AS protected
    FROM theirs ORDER BY applicant_id, place, submitted_at DESC
""")
_MOVES_OF = sa.text("""
    SELECT applicant_id, reported_by, moved_on, home_municipality FROM person_moves
    WHERE applicant_id = ANY(CAST(:applicants AS uuid[])) ORDER BY applicant_id, moved_on, recorded_at
""")
_LEVELS_OF = sa.text("""
    SELECT applicant_id, max(level) AS level FROM person_protections
    WHERE applicant_id = ANY(CAST(:applicants AS uuid[])) GROUP BY applicant_id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveReport:
    """A move as it was told; `reported_by` a municipality or OFFICE, `recorded_by` a subject or an event's id."""

    applicant: str
    reported_by: str
    moved_on: date
    home_municipality: str
    revision: int
    recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectionReport:
    """A level of protection as it was told."""

    applicant: str
    reported_by: str
    level: int
    revision: int
    recorded_by: str


async def keep_moves(
    connection: AsyncConnection, reports: Sequence[MoveReport], *, at: datetime
) -> set[tuple[str, str, date]]:
    """Keep moves; gives (applicant, reporter, day) of those that told something new."""
    rows = await connection.execute(_MOVES, {"batch": as_json(_rows(reports)), "at": at})
    return {(str(applicant), reporter, day) for applicant, reporter, day in rows}


async def keep_protections(connection: AsyncConnection, reports: Sequence[ProtectionReport], *, at: datetime) -> None:
    """Keep levels of protection."""
    await connection.execute(_PROTECTIONS, {"batch": as_json(_rows(reports)), "at": at})


def _rows(reports: Sequence[MoveReport] | Sequence[ProtectionReport]) -> list[dict[str, Any]]:
    return [{name: getattr(report, name) for name in report.__slots__} for report in reports]


async def reported_by(connection: AsyncConnection, applicants: Sequence[str]) -> dict[str, str]:
    """The municipalities that handed in these persons' applications, the newest to adult education of those who have no
    other; who is unknown is left out."""
    rows = await connection.execute(_REPORTED_BY, {"applicants": list(applicants)})
    return {str(applicant): municipality for applicant, municipality in rows}


async def find(
    connection: AsyncConnection, *, applicant: UUID | None = None, identity: str | None = None
) -> list[Person]:
    """Everyone with this id or this identity number; several can have the same TF or interim number."""
    asked = {"applicant": applicant, "identity": identity.replace("-", "") if identity else None}
    rows = list(await connection.execute(_FOUND, asked))
    ids = {"applicants": [row.applicant_id for row in rows]}
    moves: dict[UUID, list[Move]] = {}
    for who, reporter, day, home in await connection.execute(_MOVES_OF, ids):
        moves.setdefault(who, []).append(Move(reporter, day, home))
    levels = {row.applicant_id: row.level for row in await connection.execute(_LEVELS_OF, ids)}
    return [
        Person(
            applicant=str(row.applicant_id),
            identity=row.identity,
            reported_by=row.home_municipality,
            moves=tuple(m for m in moves.get(row.applicant_id, ()) if m.by in (row.home_municipality, OFFICE)),
            protection=Protection(max(levels.get(row.applicant_id, 0), int(row.protected))),
        )
        for row in rows
    ]


async def log(
    connection: AsyncConnection, found: Sequence[tuple[str | None, str]], *, at: datetime, reader: str,
    municipality: str | None, purpose: str,
) -> None:  # fmt: skip
    """Add a look-up: of each person found, or of none, and how much of them was shown."""
    rows = [
        {
            "at": at, "reader": reader, "municipality": municipality, "purpose": purpose,
            "applicant_id": UUID(applicant) if applicant else None, "shown": shown,
        }
        for applicant, shown in found
    ]  # fmt: skip
    await connection.execute(sa.insert(person_lookups), rows)
