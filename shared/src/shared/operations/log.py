"""What was done by whom. Every action of operations stands here, in the transaction of the action itself."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.auth import Caller
from shared.work import Work

_ADD: Final = sa.text("""
    INSERT INTO operations_log (at, subject, municipality, roles, action, arguments, outcome)
    VALUES (:at, :subject, :municipality, :roles, :action, CAST(:arguments AS jsonb), :outcome)
""")
_READ: Final = sa.text("""
    SELECT position, at, subject, municipality, roles, action, arguments, outcome FROM operations_log
    WHERE (CAST(:municipality AS text) IS NULL OR municipality = :municipality)
      AND (CAST(:before AS bigint) IS NULL OR position < :before)
    ORDER BY position DESC LIMIT :limit
""")


async def add(work: Work, caller: Caller, action: str, arguments: Mapping[str, Any], outcome: str) -> None:
    """Log an action. `arguments` are ids, codes and the reason given; never what an event holds."""
    entry = {
        "at": work.now,
        "subject": caller.subject,
        "municipality": caller.municipality,
        "roles": sorted(caller.roles),
        "action": action,
        "arguments": orjson.dumps(dict(arguments)).decode(),
        "outcome": outcome,
    }
    await work.connection.execute(_ADD, entry)


async def read(
    connection: AsyncConnection, municipality: str | None, limit: int, before: int | None = None
) -> Sequence[dict[str, Any]]:
    """Newest first; a municipality's own staff see what their municipality did."""
    rows = await connection.execute(_READ, {"municipality": municipality, "limit": limit, "before": before})
    return [dict(row) for row in rows.mappings()]
