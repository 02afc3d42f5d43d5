"""What the page of one application shows beside the lists: grades as reported, and the place held."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

Row = sa.RowMapping
# Grades count when the municipality that handed in the application reported them.
_GRADES: Final = sa.text("""
    SELECT g.occasion, g.reported_by, g.revision, g.received_at, g.grades
    FROM grades g JOIN applications a ON a.applicant_id = g.applicant_id AND a.home_municipality = g.reported_by
    WHERE g.applicant_id = :applicant AND g.intake_year = :year
    ORDER BY array_position(ARRAY['autumn', 'final', 'lovskola', 'examination'], g.occasion)
""")
_PLACE: Final = sa.text("SELECT * FROM places WHERE applicant_id = :applicant AND intake_year = :year")
_TESTS: Final = sa.text("""
    SELECT offering, result, decided_on FROM test_results WHERE applicant_id = :applicant AND intake_year = :year
    ORDER BY offering
""")
_YEAR: Final = sa.text("SELECT intake_year FROM applications WHERE applicant_id = :applicant")


async def grades(connection: AsyncConnection, applicant: UUID, intake_year: int) -> Sequence[Row]:
    """The reports that count, one for each occasion, in the order of the school year."""
    return (await connection.execute(_GRADES, {"applicant": applicant, "year": intake_year})).mappings().all()


async def place(connection: AsyncConnection, applicant: UUID, intake_year: int) -> Row | None:
    """The place offered or held; None when there never was one."""
    found = await connection.execute(_PLACE, {"applicant": applicant, "year": intake_year})
    return found.mappings().one_or_none()


async def tests(connection: AsyncConnection, applicant: UUID, intake_year: int) -> Sequence[Row]:
    """Results of skill tests."""
    return (await connection.execute(_TESTS, {"applicant": applicant, "year": intake_year})).mappings().all()


async def year_of(connection: AsyncConnection, applicant: UUID) -> int | None:
    """The intake year of the applicant's latest application; None when there is no application."""
    found: int | None = await connection.scalar(_YEAR, {"applicant": applicant})
    return found
