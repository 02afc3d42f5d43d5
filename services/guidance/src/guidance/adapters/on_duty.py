"""Who is on duty now, as commands need to know it."""

from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

_ON_DUTY: Final = sa.text("""
    SELECT EXISTS (SELECT 1 FROM rota_shifts WHERE withdrawn_at IS NULL
        AND starts_at <= CAST(:now AS timestamptz) AND ends_at > CAST(:now AS timestamptz)
        AND (CAST(:counsellor AS uuid) IS NULL OR counsellor = CAST(:counsellor AS uuid)))
""")


async def on_duty(connection: AsyncConnection, *, now: datetime, counsellor: UUID | None = None) -> bool:
    """Whether anybody, or this counsellor, is on duty now."""
    return bool(await connection.scalar(_ON_DUTY, {"now": now, "counsellor": counsellor}))
