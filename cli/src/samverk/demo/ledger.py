"""What the topics hold: the other side of the account. Reads every topic from its beginning, without a group."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

Place = tuple[str, int, int]
_POLL_MS = 50


@dataclass(frozen=True, slots=True)
class Inbound:
    """A report as it lies on a topic; `id` and `digest` None when it is no readable event."""

    place: Place
    id: str | None
    type: str | None
    digest: bytes | None


@dataclass(slots=True)
class Ledger:
    """Everything read so far. `said` holds the services' events by type, in order for each key."""

    inbound: list[Inbound] = field(default_factory=list)
    said: dict[str, list[Mapping[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    answers: list[Mapping[str, Any]] = field(default_factory=list)
    dead: dict[Place, str] = field(default_factory=dict)
    dead_elsewhere: dict[Place, str] = field(default_factory=dict)

    def of(self, short: str) -> list[Mapping[str, Any]]:
        """The data of all events `se.samverk.<short>`."""
        return self.said.get(f"se.samverk.{short}", [])

    def take(self, topic: str, partition: int, offset: int, headers: Mapping[str, str], value: bytes) -> None:
        """One record."""
        if topic.endswith(".dlq"):
            self._take_dead(topic, headers)
        elif topic.startswith("in."):
            self.inbound.append(inbound((topic, partition, offset), headers, value))
        elif topic.startswith("out."):
            self.answers.append(orjson.loads(value))
        else:
            self.said[headers["ce_type"]].append(orjson.loads(value))

    def _take_dead(self, topic: str, headers: Mapping[str, str]) -> None:
        where = (
            headers["samverk_dlq_topic"],
            int(headers["samverk_dlq_partition"]),
            int(headers["samverk_dlq_offset"]),
        )
        kept = self.dead if topic.startswith("in.") else self.dead_elsewhere
        kept[where] = headers["samverk_dlq_reason"]


def inbound(place: Place, headers: Mapping[str, str], value: bytes) -> Inbound:
    """A report read in binary or structured mode, as far as it can be."""
    try:
        content = orjson.loads(value)
    except orjson.JSONDecodeError:
        return Inbound(place, None, None, None)
    if "ce_id" in headers:
        envelope = {name: headers.get(f"ce_{name}") for name in ("id", "type", "subject")} | {"data": content}
    elif isinstance(content, dict) and "specversion" in content:
        envelope = content
    else:
        return Inbound(place, None, None, None)
    said = orjson.dumps([envelope["type"], envelope["subject"], envelope["data"]], option=orjson.OPT_SORT_KEYS)
    return Inbound(place, envelope["id"], envelope["type"], blake2b(said, digest_size=16).digest())


class Reader:
    """Keeps a ledger up to date with the topics."""

    def __init__(self, consumer: AIOKafkaConsumer, partitions: Sequence[TopicPartition]) -> None:
        self._consumer, self._partitions = consumer, partitions
        self.ledger = Ledger()

    async def ends(self) -> dict[TopicPartition, int]:
        """Read all there is, and give where each partition ends.

        By what was read rather than by what the broker says: Tansu names the start of the last batch as the end.
        """
        await self.catch_up()
        return {partition: await self._consumer.position(partition) for partition in self._partitions}

    async def catch_up(self) -> Ledger:
        """Read to where the topics end now, and on as long as there is more."""
        ends = await self._consumer.end_offsets(list(self._partitions))
        while await self._poll() or await self._behind(ends):
            pass
        return self.ledger

    async def _poll(self) -> int:
        batches = await self._consumer.getmany(timeout_ms=_POLL_MS)
        for record in (record for records in batches.values() for record in records):
            self.ledger.take(record.topic, record.partition, record.offset, _headers(record), record.value or b"")
        return sum(map(len, batches.values()))

    async def _behind(self, ends: Mapping[TopicPartition, int]) -> bool:
        for partition, end in ends.items():
            if await self._consumer.position(partition) < end:
                return True
        return False


@asynccontextmanager
async def reader(client: Mapping[str, Any], partitions: Sequence[TopicPartition]) -> AsyncIterator[Reader]:
    """A reader of these partitions from their beginning; `client` says where and as whom."""
    consumer = AIOKafkaConsumer(
        **client, client_id="samverk-demo", auto_offset_reset="earliest", enable_auto_commit=False
    )
    await consumer.start()
    try:
        consumer.assign(list(partitions))
        await consumer.seek_to_beginning()
        yield Reader(consumer, partitions)
    finally:
        await consumer.stop()


async def partitions_of(admin: AIOKafkaAdminClient, topics: Sequence[str]) -> list[TopicPartition]:
    """The partitions that these topics have on the cluster."""
    described = await admin.describe_topics(list(topics))
    return [TopicPartition(each["topic"], part["partition"]) for each in described for part in each["partitions"]]


def _headers(record: Any) -> dict[str, str]:
    return {name: (value or b"").decode(errors="replace") for name, value in record.headers}
