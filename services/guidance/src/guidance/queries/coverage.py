"""Gaps in cover as they are shown and counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.domain.rota.coverage import AHEAD, Gap, hours
from guidance.domain.times import Period

# What is asked of the region as a whole is counted under this name, beside the municipalities' codes.
REGION: Final = "region"
_GAPS: Final = sa.text("""
    SELECT g.id, g.requirement, r.name, r.municipality, r.language, g.starts_at, g.ends_at, g.missing, g.found_at
    FROM coverage_gaps AS g JOIN cover_requirements AS r ON r.id = g.requirement
    WHERE g.closed_at IS NULL AND g.ends_at > CAST(:now AS timestamptz)
      AND (CAST(:municipality AS text) IS NULL OR r.municipality IS NULL OR r.municipality = :municipality)
    ORDER BY g.starts_at, r.name, g.id
""")


@dataclass(frozen=True, slots=True)
class GapRow:
    """A time in which fewer than agreed are on duty."""

    id: UUID
    requirement: UUID
    name: str
    municipality: str | None
    language: str | None
    starts_at: datetime
    ends_at: datetime
    missing: int
    found_at: datetime


async def gaps(connection: AsyncConnection, *, now: datetime, municipality: str | None = None) -> Sequence[GapRow]:
    """The gaps of the next seven days, soonest first: those of the municipality and of the region, or (None) all."""
    rows = await connection.execute(_GAPS, {"now": now, "municipality": municipality})
    return [GapRow(**row._asdict()) for row in rows]


async def gap_hours(connection: AsyncConnection, *, now: datetime) -> Mapping[str, float]:
    """Hours without the cover asked for in the next seven days, by whose counsellors are asked for."""
    found: dict[str, list[Gap]] = {}
    for row in await gaps(connection, now=now):
        gap = Gap(Period(row.starts_at, row.ends_at), row.missing)
        found.setdefault(row.municipality or REGION, []).append(gap)
    return {whose: hours(each, Period(now, now + AHEAD)) for whose, each in found.items()}
