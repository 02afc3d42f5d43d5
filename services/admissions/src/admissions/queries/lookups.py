"""The log of look-ups of persons, for those who oversee it. It can only be read here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

_LOOKUPS: Final = sa.text("""
    SELECT position, at, reader, municipality, applicant_id AS applicant, purpose, shown FROM person_lookups
    WHERE (CAST(:municipality AS text) IS NULL OR municipality = :municipality)
      AND (CAST(:applicant AS uuid) IS NULL OR applicant_id = :applicant)
      AND (CAST(:before AS bigint) IS NULL OR position < :before)
    ORDER BY position DESC LIMIT :limit
""")


@dataclass(frozen=True, slots=True)
class LookUp:
    """Who looked whom up, when and why; `shown`: all, masked or nothing. `applicant` None: nobody was found."""

    position: int
    at: datetime
    reader: str
    municipality: str | None
    applicant: UUID | None
    purpose: str
    shown: str


async def lookups(
    connection: AsyncConnection,
    *,
    municipality: str | None,
    applicant: UUID | None = None,
    before: int | None = None,
    limit: int,
) -> Sequence[LookUp]:
    """The latest first, those made by a municipality's staff (None: by anyone); `before` a position, to go on."""
    asked = {"municipality": municipality, "applicant": applicant, "before": before, "limit": limit}
    return [LookUp(**row._asdict()) for row in await connection.execute(_LOOKUPS, asked)]
