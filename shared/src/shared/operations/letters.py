"""Dead letters as operations look at them: counted by reason, chosen by filter, without what was in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncConnection

# One condition for all statements; a filter that is not given lets everything through.
FITS: Final = """(CAST(:own AS text) IS NULL OR municipality = :own)
    AND (CAST(:reason AS text) IS NULL OR reason = :reason)
    AND (CAST(:event_type AS text) IS NULL OR event_type = :event_type)
    AND (CAST(:municipality AS text) IS NULL OR municipality = :municipality)
    AND (CAST(:since AS timestamptz) IS NULL OR kept_at >= :since)
    AND (CAST(:until AS timestamptz) IS NULL OR kept_at < :until)"""

_BY_REASON: Final = sa.text(f"""
    SELECT reason, count(*) AS letters, count(*) FILTER (WHERE replayed_at IS NULL) AS waiting,
           min(kept_at) AS first, max(kept_at) AS latest
    FROM dead_letters WHERE {FITS} GROUP BY reason ORDER BY waiting DESC, reason
""")  # noqa: S608  # a constant of this module
_COUNT: Final = sa.text(f"SELECT count(*) FROM dead_letters WHERE {FITS}")  # noqa: S608
_PAGE: Final = sa.text(f"""
    SELECT id, topic, partition, "offset", municipality, event_id, event_type, reason, faults, attempts, kept_at,
           replayed_at, replays
    FROM dead_letters WHERE {FITS} ORDER BY kept_at DESC, id DESC LIMIT :limit OFFSET :skip
""")  # noqa: S608


class Filter(BaseModel, extra="forbid"):
    """Which dead letters; what is left out narrows nothing."""

    reason: str | None = Field(default=None, max_length=64)
    event_type: str | None = Field(default=None, max_length=128)
    municipality: str | None = Field(default=None, pattern="^[0-9]{4}$")
    since: datetime | None = None
    until: datetime | None = None

    def values(self, own: str | None) -> dict[str, Any]:
        """For `FITS`; `own` is the municipality whose letters alone the caller may see, None for the region's staff."""
        return {**self.model_dump(), "own": own}

    def given(self) -> dict[str, Any]:
        """What was given, as JSON."""
        return self.model_dump(mode="json", exclude_none=True)


async def by_reason(connection: AsyncConnection, chosen: Filter, own: str | None) -> Sequence[dict[str, Any]]:
    """How many letters there are, and how many nobody has sent again, by reason."""
    return [dict(row) for row in (await connection.execute(_BY_REASON, chosen.values(own))).mappings()]


async def count(connection: AsyncConnection, chosen: Filter, own: str | None) -> int:
    """How many fit."""
    return int((await connection.execute(_COUNT, chosen.values(own))).scalar_one())


async def page(
    connection: AsyncConnection, chosen: Filter, own: str | None, *, limit: int, skip: int
) -> Sequence[dict[str, Any]]:
    """Newest first."""
    rows = await connection.execute(_PAGE, {**chosen.values(own), "limit": limit, "skip": skip})
    return [dict(row) for row in rows.mappings()]
