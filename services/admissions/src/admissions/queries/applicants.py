"""The applications of an intake year, as a list that can be filtered. No identities, and no homes of the protected."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from admissions.queries.persons import HOME, PROTECTION, SEEN_BY

State = Literal["offered", "accepted", "vacated", "no_place", "ineligible"]

_WANTED: Final = f"""
    a.intake_year = :intake_year AND {SEEN_BY}
    AND (CAST(:home AS text) IS NULL OR ({HOME} = :home AND {PROTECTION} = 0))
    AND (CAST(:applicant AS uuid) IS NULL OR a.applicant_id = :applicant)
    AND (CAST(:protected AS boolean) IS NULL OR ({PROTECTION} > 0) = :protected)
    AND (CAST(:submitted_after AS date) IS NULL OR (a.submitted_at AT TIME ZONE 'Europe/Stockholm')::date
         > :submitted_after)
    AND ((CAST(:offering AS text) IS NULL AND CAST(:programme AS text) IS NULL AND CAST(:school AS text) IS NULL)
         OR EXISTS (
        SELECT FROM choices c LEFT JOIN offerings o ON o.intake_year = c.intake_year AND o.offering = c.offering
        WHERE c.applicant_id = a.applicant_id AND c.revision = a.revision
          AND (CAST(:offering AS text) IS NULL OR c.offering = :offering)
          AND (CAST(:programme AS text) IS NULL OR o.programme = :programme)
          AND (CAST(:school AS text) IS NULL OR o.municipality = :school)))
    AND (CAST(:state AS text) IS NULL OR :state = coalesce(
        (SELECT p.status FROM places p WHERE p.intake_year = a.intake_year AND p.applicant_id = a.applicant_id),
        (SELECT r.unplaced_because FROM run_applicants r WHERE r.run = :run AND r.applicant_id = a.applicant_id)))
"""  # noqa: S608  # our own fragments
_LATEST: Final = sa.text("""
    SELECT run FROM runs WHERE intake_year = :intake_year ORDER BY decided_at DESC, run LIMIT 1
""")
_COUNT: Final = sa.text(f"SELECT count(*) FROM applications a WHERE {_WANTED}")  # noqa: S608  # our own fragments
# The page is cut out first, so that what is told of each is looked up for the rows shown only.
_PAGE: Final = sa.text(f"""
    WITH page AS MATERIALIZED (
        SELECT a.* FROM applications a WHERE {_WANTED} ORDER BY a.submitted_at, a.applicant_id LIMIT :limit OFFSET :skip
    )
    SELECT a.applicant_id AS applicant, CASE WHEN {PROTECTION} = 0 THEN {HOME} END AS home_municipality,
        {PROTECTION} > 0 AS protected, a.submitted_at, a.revision, c.choices, c.first_choice,
        r.merit / 10.0 AS merit, r.unplaced_because, p.offering AS place, p.status AS place_status, p.round
    FROM page a
    LEFT JOIN LATERAL (
        SELECT count(*) AS choices, min(offering) FILTER (WHERE rank = 1) AS first_choice
        FROM choices WHERE applicant_id = a.applicant_id AND revision = a.revision
    ) c ON true
    LEFT JOIN places p ON p.intake_year = a.intake_year AND p.applicant_id = a.applicant_id
    LEFT JOIN run_applicants r ON r.run = :run AND r.applicant_id = a.applicant_id
    ORDER BY a.submitted_at, a.applicant_id
""")  # noqa: S608  # our own fragments


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which applications to list. `municipality`: the caller's, None for the region's office; `today`: whose homes.

    `home`, `offering`, `programme` and `school` (the school's municipality) narrow the list; who is protected is never
    found by home. `state`: of the place, or why there is none. `submitted_after`: for late ones.
    """

    intake_year: int
    municipality: str | None
    today: date
    home: str | None = None
    offering: str | None = None
    programme: str | None = None
    school: str | None = None
    state: State | None = None
    protected: bool | None = None
    submitted_after: date | None = None
    applicant: UUID | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One applicant's application. `home_municipality`: None for the protected; `merit`: of the year's latest run."""

    applicant: UUID
    home_municipality: str | None
    protected: bool
    submitted_at: datetime
    revision: int
    choices: int
    first_choice: str | None
    merit: Decimal | None
    unplaced_because: str | None
    place: str | None
    place_status: str | None
    round: str | None


async def count(connection: AsyncConnection, wanted: Wanted) -> int:
    """How many there are."""
    return await connection.scalar(_COUNT, await _asked(connection, wanted)) or 0


async def applications(connection: AsyncConnection, wanted: Wanted, *, limit: int, skip: int = 0) -> Sequence[Listed]:
    """Those wanted, in the order they were handed in."""
    asked = await _asked(connection, wanted) | {"limit": limit, "skip": skip}
    return [Listed(**row._asdict()) for row in await connection.execute(_PAGE, asked)]


async def _asked(connection: AsyncConnection, wanted: Wanted) -> dict[str, object]:
    run = await connection.scalar(_LATEST, {"intake_year": wanted.intake_year})
    return asdict(wanted) | {"run": run}


_CHOICES: Final = sa.text("""
    SELECT c.rank, c.offering, o.programme, o.municipality, o.school_name, c.submitted_at
    FROM applications a JOIN choices c ON c.applicant_id = a.applicant_id AND c.revision = a.revision
    LEFT JOIN offerings o ON o.intake_year = c.intake_year AND o.offering = c.offering
    WHERE a.applicant_id = :applicant AND a.intake_year = :intake_year ORDER BY c.rank
""")


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of the latest revision; programme, municipality and school are None while the offering is unknown."""

    rank: int
    offering: str
    programme: str | None
    municipality: str | None
    school_name: str | None
    submitted_at: datetime


async def choices(connection: AsyncConnection, applicant: UUID, intake_year: int) -> Sequence[Choice]:
    """The choices in force of one applicant, by rank."""
    rows = await connection.execute(_CHOICES, {"applicant": applicant, "intake_year": intake_year})
    return [Choice(**row._asdict()) for row in rows]
