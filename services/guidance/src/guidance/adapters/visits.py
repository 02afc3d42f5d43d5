"""Who waits in a lobby, and who has been let in."""

from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

_KNOCK: Final = sa.text("""
    INSERT INTO visits AS v (session_id, waiting_since, last_seen)
    VALUES (:session, CAST(:now AS timestamptz), CAST(:now AS timestamptz))
    ON CONFLICT (session_id) DO UPDATE SET last_seen = excluded.last_seen
    RETURNING v.admitted_at IS NOT NULL
""")
_ADMIT: Final = sa.text("""
    INSERT INTO visits AS v (session_id, waiting_since, last_seen, admitted_at)
    VALUES (:session, CAST(:now AS timestamptz), CAST(:now AS timestamptz), CAST(:now AS timestamptz))
    ON CONFLICT (session_id) DO UPDATE SET admitted_at = coalesce(v.admitted_at, excluded.admitted_at)
""")
_FORGET: Final = sa.text("DELETE FROM visits WHERE session_id = CAST(:session AS uuid)")


async def knock(connection: AsyncConnection, session: UUID, *, now: datetime) -> bool:
    """One waits outside; tells whether the counsellor has let them in."""
    return bool(await connection.scalar(_KNOCK, {"session": session, "now": now}))


async def admit(connection: AsyncConnection, session: UUID, *, now: datetime) -> None:
    """Whoever waits, or comes later, is let in."""
    await connection.execute(_ADMIT, {"session": session, "now": now})


async def forget(connection: AsyncConnection, session: UUID) -> None:
    """A moved session begins anew, with the door shut."""
    await connection.execute(_FORGET, {"session": session})
