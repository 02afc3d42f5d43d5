"""Whether a counsellor can take on a duty: not twice, not when absent, not over a session."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.domain.rota.layers import Key
from guidance.domain.rota.refusals import Occupied
from guidance.domain.times import Period
from shared.database import as_json

# Busy times of imported calendars do not count here: whoever says yes to a shift has looked in their own calendar.
_OCCUPIED: Final = sa.text("""
    WITH asked AS (SELECT tstzrange(CAST(:starts_at AS timestamptz), CAST(:ends_at AS timestamptz)) AS during)
    SELECT EXISTS (
        SELECT 1 FROM absences AS a, asked WHERE a.counsellor = CAST(:counsellor AS uuid) AND a.during && asked.during
    ) OR EXISTS (
        SELECT 1 FROM sessions AS s, asked WHERE s.counsellor = CAST(:counsellor AS uuid)
            AND s.status IN ('booked', 'offered') AND tstzrange(s.starts_at, s.ends_at) && asked.during
    ) OR EXISTS (
        SELECT 1 FROM rota_shifts AS r, asked WHERE r.counsellor = CAST(:counsellor AS uuid)
            AND r.withdrawn_at IS NULL AND tstzrange(r.starts_at, r.ends_at) && asked.during
            AND NOT EXISTS (
                SELECT 1 FROM jsonb_to_recordset(CAST(:given AS jsonb)) AS g (layer uuid, turn integer, piece integer)
                WHERE (g.layer, g.turn, g.piece) = (r.layer, r.turn, r.piece))
    )
""")


async def free_for(
    connection: AsyncConnection, counsellor: UUID, period: Period, *, giving: Collection[Key] = ()
) -> None:
    """Nothing keeps the counsellor from duty then, but for the shifts they give away. Raises Occupied."""
    given = [{"layer": str(key.layer), "turn": key.turn, "piece": key.piece} for key in giving]
    asked = {"counsellor": counsellor, "starts_at": period.starts_at, "ends_at": period.ends_at}
    if await connection.scalar(_OCCUPIED, asked | {"given": as_json(given)}):
        raise Occupied
