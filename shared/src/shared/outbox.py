"""What a transaction wants to say, written beside its effect; the relay publishes it afterwards."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.events import Incoming, Outgoing

_WRITE = sa.text("""
    INSERT INTO outbox (event_id, type, topic, key, headers, payload, cause_source, cause_id)
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:types AS text[]), CAST(:topics AS text[]), CAST(:keys AS bytea[]),
                         CAST(:headers AS text[]), CAST(:payloads AS bytea[]), CAST(:sources AS text[]),
                         CAST(:causes AS text[]))
""")


# Topics take a mebibyte a record; the rest is left for headers.
MOST_BYTES = 1_000_000


class TooLargeToSay(Exception):
    """An event is larger than a topic takes; say it in parts."""


class Row(NamedTuple):
    """One record to be published, exactly as it will stand in Kafka."""

    event_id: UUID
    type: str
    topic: str
    key: bytes | None
    headers: str
    payload: bytes | None
    cause_source: str | None = None
    cause_id: str | None = None


def pack(headers: Iterable[tuple[str, bytes | None]]) -> str:
    """Headers as JSON text; a value's bytes become the Latin-1 characters of the same number, so nothing is lost."""
    return orjson.dumps([[name, None if v is None else v.decode("latin-1")] for name, v in headers]).decode()


def unpack(headers: str) -> list[tuple[str, bytes | None]]:
    """The headers that `pack` packed."""
    return [(name, None if v is None else v.encode("latin-1")) for name, v in orjson.loads(headers)]


def row(event: Outgoing, *, service: str, now: datetime, traceparent: str | None, cause: Incoming | None = None) -> Row:
    """The outbox row of an event: CloudEvents 1.0 in binary mode. `traceparent` and `cause` are used when it has none.

    Raises TooLargeToSay: a row that no broker takes would stop all that stand behind it.
    """
    payload = orjson.dumps(event.data)
    if len(payload) > MOST_BYTES:
        raise TooLargeToSay(event.type)
    headers: list[tuple[str, str | datetime]] = [
        ("ce_specversion", "1.0"),
        ("ce_id", str(event.id)),
        ("ce_type", event.type),
        ("ce_source", f"/samverk/{service}"),
        ("ce_subject", event.subject.encode().decode("latin-1")),
        ("ce_time", (event.time or now).astimezone(UTC)),
        ("content-type", "application/json"),
    ]
    cause = event.cause or cause
    trace = event.traceparent or (cause and cause.traceparent) or traceparent
    if trace:
        headers.append(("ce_traceparent", trace))
    return Row(
        event_id=event.id,
        type=event.type,
        topic=event.topic or f"{service}.events",
        key=event.subject.encode(),
        headers=orjson.dumps(headers, option=orjson.OPT_UTC_Z).decode(),
        payload=payload,
        cause_source=cause and cause.source,
        cause_id=cause and cause.id,
    )


async def write(connection: AsyncConnection, rows: Sequence[Row]) -> None:
    """Write the rows in one statement, in this order."""
    if not rows:
        return
    parameters = {
        "ids": [r.event_id for r in rows],
        "types": [r.type for r in rows],
        "topics": [r.topic for r in rows],
        "keys": [r.key for r in rows],
        "headers": [r.headers for r in rows],
        "payloads": [r.payload for r in rows],
        "sources": [r.cause_source for r in rows],
        "causes": [r.cause_id for r in rows],
    }
    await connection.execute(_WRITE, parameters)
