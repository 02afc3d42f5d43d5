"""What was done with confidential notes; never what stands in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

_OF_CASE: Final = sa.text("""
    SELECT l.at, l.deed, coalesce(r.display_name, l.reader) AS who FROM note_log AS l
    LEFT JOIN counsellors AS r ON r.counsellor = l.counsellor
    WHERE l.case_id = CAST(:id AS uuid) ORDER BY l.position DESC LIMIT 200
""")
_COUNTED: Final = sa.text("""
    SELECT c.home_municipality AS municipality, l.deed, count(*) AS number FROM note_log AS l
    JOIN cases AS c ON c.id = l.case_id
    WHERE l.at >= CAST(:begins AS date) AND l.at < CAST(:ends AS date) + 1
      AND (CAST(:municipality AS text) IS NULL OR c.home_municipality = :municipality)
    GROUP BY 1, 2 ORDER BY 1, 2
""")


@dataclass(frozen=True, slots=True)
class LogLine:
    """Who did what with the case's notes, and when. `who` is None for a schedule."""

    at: datetime
    deed: str
    who: str | None


@dataclass(frozen=True, slots=True)
class Counted:
    """How often something was done with notes of a municipality's cases."""

    municipality: str
    deed: str
    number: int


async def of_case(connection: AsyncConnection, case: UUID) -> Sequence[LogLine]:
    """The newest lines first, at most two hundred."""
    return [LogLine(**row._asdict()) for row in await connection.execute(_OF_CASE, {"id": case})]


async def counted(
    connection: AsyncConnection, *, begins: date, ends: date, municipality: str | None
) -> Sequence[Counted]:
    """How often, by municipality and deed, on these days."""
    asked = {"begins": begins, "ends": ends, "municipality": municipality}
    return [Counted(**row._asdict()) for row in await connection.execute(_COUNTED, asked)]
