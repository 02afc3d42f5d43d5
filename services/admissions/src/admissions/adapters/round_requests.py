"""Rounds asked for by a page: kept, claimed, followed step by step."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from admissions.adapters.tables.simulations import round_requests

# Who died over a request leaves it running: after this long it is given up. The run itself is one transaction, so
# that nothing of it remains.
_GIVEN_UP: Final = timedelta(minutes=15)
# One at a time for an intake year: whoever asks meanwhile gets the one under way.
_ASK = sa.text("""
    INSERT INTO round_requests (request, intake_year, round, status, asked_at, asked_by)
    VALUES (:request, :intake_year, :round, 'waiting', :at, :by)
    ON CONFLICT (intake_year) WHERE status IN ('waiting', 'running') DO NOTHING
""")
_UNDER_WAY = sa.text("""
    SELECT request FROM round_requests WHERE intake_year = :intake_year AND status IN ('waiting', 'running')
""")
_CLAIM = sa.text("""
    UPDATE round_requests SET status = 'running', begun_at = :now WHERE request = (
        SELECT request FROM round_requests WHERE status = 'waiting' ORDER BY asked_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING *
""")
_GIVE_UP = sa.text("""
    UPDATE round_requests SET status = 'refused', ended_at = :now, refusal = '{"code": "stopped"}'
    WHERE status = 'running' AND begun_at < :before
""")


async def ask(
    connection: AsyncConnection, request: UUID, *, intake_year: int, round_name: str, by: str, at: datetime
) -> UUID:
    """The request made, or the one under way already."""
    values = {"request": request, "intake_year": intake_year, "round": round_name, "by": by, "at": at}
    await connection.execute(_ASK, values)
    found = await connection.scalar(_UNDER_WAY, {"intake_year": intake_year})
    return UUID(str(found)) if found is not None else request


async def claim(connection: AsyncConnection, now: datetime) -> sa.RowMapping | None:
    """The one that has waited longest, now running; None when none waits. Those given up are told so."""
    await connection.execute(_GIVE_UP, {"now": now, "before": now - _GIVEN_UP})
    return (await connection.execute(_CLAIM, {"now": now})).mappings().one_or_none()


async def step(connection: AsyncConnection, request: UUID, name: str) -> None:
    """What is being done now."""
    await _update(connection, request, step=name)


async def end(
    connection: AsyncConnection, request: UUID, now: datetime, *, run: UUID | None, refusal: Mapping[str, Any] | None
) -> None:
    """What came of it: a run, or why not."""
    status = "done" if run is not None else "refused"
    await _update(connection, request, status=status, ended_at=now, run=run, refusal=refusal)


async def _update(connection: AsyncConnection, request: UUID, **values: Any) -> None:
    await connection.execute(sa.update(round_requests).where(round_requests.c.request == request).values(**values))
