"""Small builders and readers for tests of services; nothing here starts a server."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import uuid4

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from shared import outbox
from shared.contracts import Contracts
from shared.events import Incoming, municipality_of


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A Kafka record as the consumer sees it."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]


def record(
    kind: str,
    data: Any,
    *,
    topic: str,
    subject: str = "subject",
    source: str | None = None,
    id: str | None = None,
    offset: int = 0,
    partition: int = 0,
) -> RawRecord:
    """A binary-mode CloudEvent as it would be read from `topic`; `data` is JSON-encoded unless it is bytes."""
    code = municipality_of(topic)
    headers = {
        "ce_specversion": "1.0",
        "ce_id": id or str(uuid4()),
        "ce_type": kind,
        "ce_source": source or (f"/municipalities/{code}/test" if code else f"/samverk/{topic.split('.')[0]}"),
        "ce_subject": subject,
        "content-type": "application/json",
    }
    value = data if isinstance(data, bytes) else orjson.dumps(data)
    packed = [(name, text.encode()) for name, text in headers.items()]
    return RawRecord(topic, partition, offset, 1_800_000_000_000, subject.encode(), value, packed)


def incoming(
    kind: str,
    data: dict[str, Any],
    *,
    municipality: str | None = None,
    subject: str = "subject",
    id: str | None = None,
    topic: str | None = None,
    time: datetime | None = None,
    offset: int = 0,
) -> Incoming:
    """An event as a handler gets it. With `municipality` it came from that municipality, else from a service."""
    service = kind.split(".")[2]
    return Incoming(
        id=id or str(uuid4()),
        type=kind,
        source=f"/municipalities/{municipality}/test" if municipality else f"/samverk/{service}",
        subject=subject,
        time=time,
        data=data,
        municipality=municipality,
        topic=topic or (f"in.{municipality}.{service}" if municipality else f"{service}.events"),
        partition=0,
        offset=offset,
        key=subject.encode(),
        traceparent=None,
    )


@cache
def _contracts() -> Contracts:
    return Contracts.load()


def example(kind: str) -> dict[str, Any]:
    """The data of the example in an event type's contract file."""
    data: dict[str, Any] = _contracts().get(kind).example["data"]
    return data


async def announced(connection: AsyncConnection, kind: str | None = None) -> list[dict[str, Any]]:
    """What the outbox says, oldest first: type, topic, subject and data of each event, `kind` alone if given.

    Every event is held against its contract on the way.
    """
    rows = await connection.execute(sa.text("SELECT type, topic, headers, payload FROM outbox ORDER BY position"))
    contracts = _contracts()
    said = []
    for type_, topic, headers, payload in rows:
        if topic.endswith(".dlq") or (kind is not None and type_ != kind):
            continue
        data = orjson.loads(payload)
        assert contracts.valid(type_, data), (type_, contracts.faults(type_, data))
        subject = (dict(outbox.unpack(headers))["ce_subject"] or b"").decode()
        said.append({"type": type_, "topic": topic, "subject": subject, "data": data})
    return said


async def refused(connection: AsyncConnection) -> list[dict[str, Any]]:
    """The dead letters, oldest first: reason, faults, event_id, event_type, municipality."""
    rows = await connection.execute(
        sa.text(
            "SELECT reason, faults, event_id, event_type, municipality FROM dead_letters "
            'ORDER BY kept_at, topic, partition, "offset"'
        )
    )
    return [dict(row) for row in rows.mappings()]
