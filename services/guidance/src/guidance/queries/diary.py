"""What keeps a counsellor besides sessions: duty, absence, and what an own calendar says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.domain.times import Period

_KEPT: Final = sa.text("""
    WITH within AS (SELECT tstzrange(CAST(:starts_at AS timestamptz), CAST(:ends_at AS timestamptz)) AS time)
    SELECT 'shift' AS kind, s.id, s.starts_at, s.ends_at, coalesce(l.name, r.name) AS name, false AS reported
    FROM within, rota_shifts AS s JOIN rotas AS r ON r.id = s.rota LEFT JOIN rota_layers AS l ON l.id = s.layer
    WHERE s.counsellor = CAST(:counsellor AS uuid) AND s.withdrawn_at IS NULL
      AND tstzrange(s.starts_at, s.ends_at) && within.time
    UNION ALL
    SELECT 'absence', a.id, coalesce(lower(a.during), CAST(:starts_at AS timestamptz)),
           coalesce(upper(a.during), CAST(:ends_at AS timestamptz)), NULL, a.reported
    FROM within, absences AS a WHERE a.counsellor = CAST(:counsellor AS uuid) AND a.during && within.time
    UNION ALL
    SELECT 'busy', b.source, b.starts_at, b.ends_at, c.host, true
    FROM within, busy_times AS b JOIN calendar_sources AS c ON c.id = b.source
    WHERE b.counsellor = CAST(:counsellor AS uuid) AND tstzrange(b.starts_at, b.ends_at) && within.time
    ORDER BY starts_at, ends_at, kind
""")

_REPORTED: Final = sa.text("""
    SELECT starts_at, ends_at FROM periods
    WHERE counsellor = CAST(:counsellor AS uuid) AND ends_at > CAST(:since AS timestamptz) ORDER BY starts_at LIMIT 200
""")


@dataclass(frozen=True, slots=True)
class Kept:
    """A time taken. `kind`: shift, absence or busy; `name` is the layer's, or the host of the calendar."""

    kind: str
    id: UUID
    starts_at: datetime
    ends_at: datetime
    name: str | None
    reported: bool


async def kept(connection: AsyncConnection, counsellor: UUID, within: Period) -> Sequence[Kept]:
    """What keeps the counsellor at some of the time, soonest first."""
    asked = {"counsellor": counsellor, "starts_at": within.starts_at, "ends_at": within.ends_at}
    return [Kept(**row._asdict()) for row in await connection.execute(_KEPT, asked)]


async def reported(connection: AsyncConnection, counsellor: UUID, *, since: datetime) -> Sequence[Period]:
    """The periods that the municipality's own system has reported, soonest first; the first two hundred."""
    rows = await connection.execute(_REPORTED, {"counsellor": counsellor, "since": since})
    return [Period(row.starts_at, row.ends_at) for row in rows]
