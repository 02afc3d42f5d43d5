"""What can never succeed is kept: in a table, on `<topic>.dlq`, and as an answer to the municipality that sent it."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from shared import outbox
from shared.database import as_json
from shared.events import Incoming, Outgoing, Record, municipality_of
from shared.faults import Fault

SAME_ID = "same_id_other_content"
# How often the record has been sent again. It travels with the record, since each failure makes a new letter.
REPLAYS_HEADER = "samverk_replays"
_MOST_REPLAYS_NOTED = 1_000

_KEEP = sa.text("""
    INSERT INTO dead_letters (id, consumer_group, topic, partition, "offset", key, headers, payload, municipality,
                              event_id, event_type, event_source, event_subject, reason, faults, attempts, replays,
                              kept_at)
    SELECT id, consumer_group, topic, partition, "offset", decode(key, 'base64'), headers, decode(payload, 'base64'),
           municipality, event_id, event_type, event_source, event_subject, reason, faults, attempts, replays,
           :kept_at
    FROM jsonb_to_recordset(CAST(:letters AS jsonb)) AS letter (
        id uuid, consumer_group text, topic text, partition integer, "offset" bigint, key text, headers jsonb,
        payload text, municipality text, event_id text, event_type text, event_source text, event_subject text,
        reason text, faults jsonb, attempts integer, replays integer)
    ON CONFLICT (id) DO NOTHING
    RETURNING id
""")


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record set aside. `event` is None when not even the envelope could be read."""

    record: Record
    event: Incoming | None
    reason: str
    faults: Sequence[Fault]
    attempts: int = 1

    def id(self, group: str) -> UUID:
        """Derived from where the record stands, so that reading it again keeps it once."""
        place = f"{group}|{self.record.topic}|{self.record.partition}|{self.record.offset}|{self.record.timestamp}"
        return uuid5(NAMESPACE_URL, place)


@dataclass(frozen=True, slots=True)
class Stored:
    """The record of an event that did not come from Kafka (a test, a command)."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]


def record_of(event: Incoming) -> Record:
    """The record that an event was read from, or one made from it."""
    if event.record is not None:
        return event.record
    return Stored(event.topic, event.partition, event.offset, 0, event.key, orjson.dumps(event.data), ())


async def keep(
    connection: AsyncConnection, letters: Sequence[DeadLetter], *, service: str, now: datetime
) -> list[outbox.Row]:
    """Store the letters, and give the outbox rows (dead letter topic, answer) of those not stored before."""
    stored = await connection.execute(
        _KEEP, {"letters": as_json([_columns(letter, service) for letter in letters]), "kept_at": now}
    )
    new = set(stored.scalars())
    rows: list[outbox.Row] = []
    for letter in letters:
        if letter.id(service) in new:
            rows += [_forward(letter, service), *_answer(letter, service, now)]
    return rows


def _columns(letter: DeadLetter, group: str) -> dict[str, Any]:
    record, event = letter.record, letter.event
    return {
        "id": letter.id(group),
        "consumer_group": group,
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "key": _base64(record.key),
        "headers": [[name, _base64(value)] for name, value in record.headers],
        "payload": _base64(record.value),
        "municipality": municipality_of(record.topic),
        "event_id": event and event.id,
        "event_type": event and event.type,
        "event_source": event and event.source,
        "event_subject": event and event.subject,
        "reason": letter.reason,
        "faults": [asdict(fault) for fault in letter.faults],
        "attempts": letter.attempts,
        "replays": _replays(record),
    }


def _replays(record: Record) -> int:
    """A sender who makes the header up only keeps the record from being sent again."""
    for name, value in record.headers:
        if name == REPLAYS_HEADER and value is not None and value.isdigit():
            return min(int(value), _MOST_REPLAYS_NOTED)
    return 0


def _base64(value: bytes | None) -> str | None:
    return None if value is None else b64encode(value).decode()


def _forward(letter: DeadLetter, group: str) -> outbox.Row:
    """The record as it was read, with where it stood and why it was set aside."""
    record = letter.record
    why = [
        ("samverk_dlq_reason", letter.reason.encode()),
        ("samverk_dlq_topic", record.topic.encode()),
        ("samverk_dlq_partition", str(record.partition).encode()),
        ("samverk_dlq_offset", str(record.offset).encode()),
        ("samverk_dlq_attempts", str(letter.attempts).encode()),
        ("samverk_dlq_group", group.encode()),
    ]
    return outbox.Row(
        event_id=letter.id(group),
        type=letter.event.type if letter.event else "unreadable",
        topic=f"{record.topic}.dlq",
        key=record.key,
        headers=outbox.pack([*record.headers, *why]),
        payload=record.value,
        cause_source=letter.event and letter.event.source,
        cause_id=letter.event and letter.event.id,
    )


def _answer(letter: DeadLetter, service: str, now: datetime) -> list[outbox.Row]:
    """The answer to the municipality; none when the record came from another service."""
    code = municipality_of(letter.record.topic)
    if code is None:
        return []
    event = letter.event
    answer = Outgoing(
        id=uuid5(letter.id(service), "answer"),
        type=f"se.samverk.{service}.report.rejected.v1",
        topic=f"out.{code}.answers",
        subject=event.subject if event else code,
        data={
            "report_id": event and event.id,
            "report_type": event and event.type,
            "report_source": event and event.source,
            "report_subject": event and event.subject,
            "topic": letter.record.topic,
            "partition": letter.record.partition,
            "offset": letter.record.offset,
            "reason": letter.reason,
            "faults": [asdict(fault) for fault in letter.faults],
            "rejected_at": now.isoformat().replace("+00:00", "Z"),
        },
        cause=event,
    )
    return [outbox.row(answer, service=service, now=now, traceparent=None)]
