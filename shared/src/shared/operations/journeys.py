"""What one service knows of one event: that it came, what became of it, what it made the service say, and where to."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.observability.logs import mask_identities

# The inbox's key begins with the source; PostgreSQL 18 skips through the few sources there are.
_RECEIVED: Final = sa.text("""
    SELECT source, type, received_at, refused, encode(digest, 'hex') AS digest FROM inbox
    WHERE event_id = :id AND (CAST(:own AS text) IS NULL OR source LIKE '/municipalities/' || :own || '/%')
    ORDER BY received_at
""")
_LETTERS: Final = sa.text("""
    SELECT id, topic, partition, "offset", event_source AS source, event_type AS type, reason, attempts, kept_at,
           replayed_at, replays
    FROM dead_letters WHERE event_id = :id AND (CAST(:own AS text) IS NULL OR municipality = :own)
    ORDER BY kept_at
""")
_SAID: Final = sa.text("""
    SELECT event_id AS id, type, topic, created_at, published_at, cause_source, cause_id, headers FROM outbox
    WHERE event_id = CAST(:id AS uuid) AND topic NOT LIKE '%.dlq'
      AND (CAST(:own AS text) IS NULL OR cause_source LIKE '/municipalities/' || :own || '/%')
    ORDER BY position
""")
_CAUSED: Final = sa.text("""
    SELECT event_id AS id, type, topic, created_at, published_at FROM outbox
    WHERE cause_id = :id
      AND (CAST(:own AS text) IS NULL OR cause_source LIKE '/municipalities/' || :own || '/%')
    ORDER BY position LIMIT 200
""")


async def journey(
    connection: AsyncConnection, id: str, *, service: str, reads: Sequence[str], own: str | None
) -> dict[str, Any]:
    """All that this service knows of the event with this id, as JSON.

    `own` is the municipality whose events alone the caller may follow, None for the region's staff. `reads` is told so
    that whoever follows the event knows whether it should have come here.
    """
    received = await _rows(connection, _RECEIVED, id=id, own=own)
    letters = await _rows(connection, _LETTERS, id=id, own=own)
    said = await _rows(connection, _SAID, id=id, own=own) if _is_uuid(id) else []
    caused = await _rows(connection, _CAUSED, id=id, own=own)
    return {
        "service": service,
        "id": mask_identities(id),
        "reads": list(reads),
        "received": [_told(row) for row in received],
        "dead_letters": [_told(row) for row in letters],
        "said": [_with_trace(row) for row in said],
        "caused": [_told(row) for row in caused],
    }


def _is_uuid(id: str) -> bool:
    """Only what is written as our own ids are can be one of them."""
    return len(id) == 36 and all(sign in "0123456789abcdef-" for sign in id.lower()) and id.count("-") == 4


async def _rows(connection: AsyncConnection, statement: sa.TextClause, **values: Any) -> Sequence[dict[str, Any]]:
    return [dict(row) for row in (await connection.execute(statement, values)).mappings()]


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as JSON. What a sender wrote may by mistake be somebody's number."""
    told: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, str):
            told[name] = mask_identities(value)
        else:
            told[name] = value if value is None or isinstance(value, int) else str(value)
        if hasattr(value, "isoformat"):
            told[name] = value.isoformat()
    return told


def _with_trace(row: Mapping[str, Any]) -> dict[str, Any]:
    from shared.outbox import unpack

    headers = dict(unpack(row["headers"]))
    trace = headers.get("ce_traceparent")
    plain = {name: value for name, value in row.items() if name != "headers"}
    return {**_told(plain), "traceparent": trace.decode() if trace else None}
