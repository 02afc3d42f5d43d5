"""Follow-up cases, as listed and counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

# The place in the order is the row's own key, so a page costs the same wherever it begins, and nothing is skipped or
# doubled when rows come in between two pages.
_CASES: Final = sa.text("""
    SELECT id, applicant, home_municipality, intake_year, status, cause, missing_subjects, open_programmes,
           opened_at, closed_at, outcome, counsellor, guided_at, next_step, next_step_due
    FROM cases
    WHERE status <> 'none'
      AND (CAST(:status AS text) IS NULL OR status = :status)
      AND (CAST(:municipality AS text) IS NULL OR home_municipality = :municipality)
      AND (CAST(:after AS uuid) IS NULL
           OR (opened_at, id) > (SELECT last.opened_at, last.id FROM cases AS last WHERE last.id = :after))
    ORDER BY opened_at, id
    LIMIT :limit
""")
_OPEN_CASES: Final = sa.text(
    "SELECT home_municipality, count(*) AS number FROM cases WHERE status = 'open' GROUP BY home_municipality"
)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A follow-up case: who (pseudonymously), why, and what is missing and open."""

    id: UUID
    applicant: UUID
    home_municipality: str
    intake_year: int
    status: str
    cause: str
    missing_subjects: list[str]
    open_programmes: list[str]
    opened_at: datetime
    closed_at: datetime | None
    outcome: str | None
    counsellor: UUID | None
    guided_at: datetime | None
    next_step: str | None
    next_step_due: date | None


async def cases(
    connection: AsyncConnection, *, status: str | None, municipality: str | None, after: UUID | None, limit: int
) -> Sequence[CaseRow]:
    """Cases in the order they were opened, from the one that follows `after`."""
    asked = {"status": status, "municipality": municipality, "after": after, "limit": limit}
    return [CaseRow(**row._asdict()) for row in await connection.execute(_CASES, asked)]


async def open_cases(connection: AsyncConnection) -> dict[str, int]:
    """How many cases are open, by home municipality."""
    return {row.home_municipality: row.number for row in await connection.execute(_OPEN_CASES)}
