"""Sessions, as listed and counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

# The place in the order is the row's own key, so a page costs the same wherever it begins, and nothing is skipped or
# doubled when rows come in between two pages.
_SESSIONS: Final = sa.text("""
    SELECT s.id, s.case_id, s.person AS applicant, s.counsellor, s.counsellor_municipality, s.home_municipality,
           s.starts_at, s.ends_at, s.channel, s.status, s.session_type, s.protected, s.moves
    FROM sessions AS s
    WHERE s.status <> 'offered' AND (CAST(:status AS text) IS NULL OR s.status = :status)
      AND (CAST(:municipality AS text) IS NULL OR :municipality IN (s.home_municipality, s.counsellor_municipality))
      AND (CAST(:after AS uuid) IS NULL
           OR (s.starts_at, s.id) > (SELECT last.starts_at, last.id FROM sessions AS last WHERE last.id = :after))
    ORDER BY s.starts_at, s.id
    LIMIT :limit
""")
_SESSIONS_COUNTED: Final = sa.text("""
    SELECT status = 'held' OR ends_at <= CAST(:now AS timestamptz) AS held,
           counsellor_municipality <> home_municipality AS across_borders, count(*) AS number
    FROM sessions WHERE status IN ('booked', 'held') GROUP BY 1, 2
""")


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session, whatever became of it."""

    id: UUID
    case_id: UUID | None
    applicant: UUID
    counsellor: UUID
    counsellor_municipality: str
    home_municipality: str
    starts_at: datetime
    ends_at: datetime
    channel: str
    status: str
    session_type: str
    protected: bool
    moves: int


@dataclass(frozen=True, slots=True)
class Count:
    """How many sessions are booked, by whether they have been held and whether they cross a municipal border."""

    held: bool
    across_borders: bool
    number: int


async def sessions(
    connection: AsyncConnection, *, status: str | None, municipality: str | None, after: UUID | None, limit: int
) -> Sequence[SessionRow]:
    """Sessions in the order of time, from the one that follows `after`; `municipality` is home or the counsellor's."""
    asked = {"status": status, "municipality": municipality, "after": after, "limit": limit}
    return [SessionRow(**row._asdict()) for row in await connection.execute(_SESSIONS, asked)]


async def sessions_counted(connection: AsyncConnection, *, now: datetime) -> Sequence[Count]:
    """How many sessions are booked and not cancelled."""
    return [Count(**row._asdict()) for row in await connection.execute(_SESSIONS_COUNTED, {"now": now})]
