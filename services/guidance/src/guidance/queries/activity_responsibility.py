"""The registers of the activity responsibility, as listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

_ENTRIES: Final = sa.text("""
    SELECT e.id, e.person, e.municipality, e.born_on, e.sex, e.entered_on, e.entered, e.occupation, e.starts_on,
           e.left_on, e.left_cause, min(m.follow_up_on) FILTER (WHERE m.ended IS NULL) AS follow_up_on,
           count(m.id) FILTER (WHERE m.ended IS NULL) AS measures
    FROM kaa_entries AS e LEFT JOIN kaa_measures AS m ON m.entry = e.id
    WHERE (CAST(:municipality AS text) IS NULL OR e.municipality = :municipality)
      AND (CAST(:entry AS uuid) IS NULL OR e.id = :entry)
      AND (CAST(:left AS boolean) OR e.left_on IS NULL)
    GROUP BY e.id ORDER BY e.entered_on, e.id LIMIT :limit OFFSET :offset
""")
_COUNT: Final = sa.text("""
    SELECT count(*) FROM kaa_entries
    WHERE (CAST(:municipality AS text) IS NULL OR municipality = :municipality)
      AND (CAST(:left AS boolean) OR left_on IS NULL)
""")
_MEASURES: Final = sa.text("""
    SELECT id, kind, goal, responsible, begins, follow_up_on, ends, ended FROM kaa_measures
    WHERE entry = CAST(:entry AS uuid) ORDER BY begins DESC, id
""")


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One person in the register, with measures going on and when the first of them is followed up."""

    id: UUID
    person: UUID
    municipality: str
    born_on: date | None
    sex: str | None
    entered_on: date
    entered: str
    occupation: str
    starts_on: date | None
    left_on: date | None
    left_cause: str | None
    follow_up_on: date | None
    measures: int


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A documented measure."""

    id: UUID
    kind: str
    goal: str
    responsible: str
    begins: date
    follow_up_on: date | None
    ends: date | None
    ended: str | None


async def entries(
    connection: AsyncConnection, *, municipality: str | None, left: bool, limit: int | None = None, offset: int = 0
) -> Sequence[EntryRow]:
    """The register, oldest entry first; with `left`, those who have left it too."""
    asked = {"municipality": municipality, "left": left, "limit": limit, "offset": offset, "entry": None}
    return [EntryRow(**row._asdict()) for row in await connection.execute(_ENTRIES, asked)]


async def entry(connection: AsyncConnection, id_: UUID, *, municipality: str | None) -> EntryRow | None:
    """One entry of the municipality's (None: any)."""
    asked = {"municipality": municipality, "left": True, "limit": 1, "offset": 0, "entry": id_}
    row = (await connection.execute(_ENTRIES, asked)).first()
    return None if row is None else EntryRow(**row._asdict())


async def size(connection: AsyncConnection, *, municipality: str | None, left: bool) -> int:
    """How many entries there are."""
    return int(await connection.scalar(_COUNT, {"municipality": municipality, "left": left}) or 0)


async def measures(connection: AsyncConnection, id_: UUID) -> Sequence[MeasureRow]:
    """The entry's measures, newest first."""
    return [MeasureRow(**row._asdict()) for row in await connection.execute(_MEASURES, {"entry": id_})]
