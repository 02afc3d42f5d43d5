"""What the catalogue can tell: one statement and one typed row each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

# The place in the order is the key itself, so a page costs the same wherever it begins, and nothing is skipped or
# doubled when offerings come in between two pages.
_OFFERINGS = sa.text("""
    SELECT intake_year, offering, municipality, programme, orientation, school_unit, school_name, seats, version
    FROM offerings
    WHERE status = 'offered'
      AND (CAST(:intake_year AS integer) IS NULL OR intake_year = :intake_year)
      AND (CAST(:municipality AS text) IS NULL OR municipality = :municipality)
      AND (intake_year, offering) > (CAST(:after_year AS integer), CAST(:after_offering AS text) COLLATE "C")
    ORDER BY intake_year, offering
    LIMIT :limit
""")
_SUPPLY = sa.text("""
    SELECT intake_year, municipality, count(*) AS offerings, coalesce(sum(seats), 0) AS seats
    FROM offerings WHERE status = 'offered'
    GROUP BY intake_year, municipality ORDER BY intake_year, municipality
""")


@dataclass(frozen=True, slots=True)
class OfferingRow:
    """An offering that can be applied for."""

    intake_year: int
    offering: str
    municipality: str
    programme: str
    orientation: str | None
    school_unit: str
    school_name: str
    seats: int
    version: int


@dataclass(frozen=True, slots=True)
class Supply:
    """How much a municipality offers for an intake year."""

    intake_year: int
    municipality: str
    offerings: int
    seats: int


async def offerings(
    connection: AsyncConnection,
    *,
    intake_year: int | None = None,
    municipality: str | None = None,
    after: tuple[int, str] = (0, ""),
    limit: int = 100,
) -> Sequence[OfferingRow]:
    """The offerings that can be applied for, ordered by year and id, from the one that follows `after`."""
    asked: dict[str, Any] = {
        "intake_year": intake_year,
        "municipality": municipality,
        "after_year": after[0],
        "after_offering": after[1],
        "limit": limit,
    }
    rows = await connection.execute(_OFFERINGS, asked)
    return [OfferingRow(**row) for row in rows.mappings()]


async def supply(connection: AsyncConnection) -> Sequence[Supply]:
    """How much each municipality offers, per intake year."""
    return [Supply(**row) for row in (await connection.execute(_SUPPLY)).mappings()]
