"""Study plans as listed, and what the catalogue offers for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

_PLANS: Final = sa.text("""
    SELECT p.id, p.student, p.home_municipality, r.display_name AS counsellor_name, v.number, v.made_at,
           v.counsellor_agreed_at, v.student_agreed_at, v.content->>'goal' AS goal,
           CAST(v.content->>'extent_points' AS integer) AS extent_points
    FROM study_plans AS p
    JOIN counsellors AS r ON r.counsellor = p.counsellor
    JOIN LATERAL (SELECT * FROM study_plan_versions WHERE plan = p.id ORDER BY number DESC LIMIT 1) AS v ON true
    WHERE (CAST(:municipality AS text) IS NULL OR p.home_municipality = :municipality)
      AND (CAST(:student AS uuid) IS NULL OR p.student = :student)
    ORDER BY v.made_at DESC, p.id LIMIT :limit OFFSET :offset
""")
_COUNT: Final = sa.text(
    "SELECT count(*) FROM study_plans WHERE CAST(:municipality AS text) IS NULL OR home_municipality = :municipality"
)

_OFFERED: Final = sa.text("""
    SELECT DISTINCT ON (offering) offering, intake_year, municipality, programme, school_name FROM offerings
    WHERE NOT withdrawn ORDER BY offering, intake_year DESC LIMIT :limit
""")
_MOST_OFFERED: Final = 5_000


@dataclass(frozen=True, slots=True)
class Offered:
    """An offering that the catalogue carries, in the last year that it is offered."""

    offering: str
    intake_year: int
    municipality: str
    programme: str | None
    school_name: str | None


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan by its newest version."""

    id: UUID
    student: UUID
    home_municipality: str
    counsellor_name: str
    number: int
    made_at: datetime
    counsellor_agreed_at: datetime | None
    student_agreed_at: datetime | None
    goal: str
    extent_points: int


async def plans(
    connection: AsyncConnection,
    *,
    municipality: str | None,
    student: UUID | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> Sequence[PlanRow]:
    """Plans, those revised last first."""
    asked = {"municipality": municipality, "student": student, "limit": limit, "offset": offset}
    return [PlanRow(**row._asdict()) for row in await connection.execute(_PLANS, asked)]


async def size(connection: AsyncConnection, *, municipality: str | None) -> int:
    """How many plans there are."""
    return int(await connection.scalar(_COUNT, {"municipality": municipality}) or 0)


async def offered(connection: AsyncConnection) -> Sequence[Offered]:
    """What the catalogue carries, to choose courses from."""
    return [Offered(**row._asdict()) for row in await connection.execute(_OFFERED, {"limit": _MOST_OFFERED})]
