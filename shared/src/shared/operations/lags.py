"""How far behind a service is on each partition, asked of the broker: the same from every replica, also without one."""

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shared.kafka import topic_pattern
from shared.settings import Settings

_TIMEOUT_SECONDS: Final = 8.0
# Two looks this far apart tell how fast a topic is read; an older one says nothing of now.
_APART_SECONDS: Final = 1.0
_OLD_SECONDS: Final = 60.0


class BrokerSilent(Exception):
    """The broker does not answer. Try again in a while."""

    sv = "Meddelandekön svarar inte. Försök igen om en stund."


@dataclass(frozen=True, slots=True)
class PartitionLag:
    """What stands unread on one partition: records, and how old the first of them is in seconds."""

    topic: str
    partition: int
    position: int
    end: int
    seconds: float | None

    @property
    def records(self) -> int:
        """How many records stand unread."""
        return max(0, self.end - self.position)


@dataclass(frozen=True, slots=True)
class TopicLag:
    """The same for a topic. `zero_in_seconds` is when it is read to its end at the present speed; None: never."""

    topic: str
    records: int
    seconds: float | None
    zero_in_seconds: float | None
    partitions: Sequence[PartitionLag]


@dataclass(frozen=True, slots=True)
class _Look:
    at: float
    records: Mapping[str, int]


class Lags:
    """Measures the lag of one service when somebody asks; those who ask at once share one measurement."""

    def __init__(self, service: str, listens_to: Sequence[str], settings: Settings) -> None:
        self._service, self._settings = service, settings
        self._wanted = re.compile(topic_pattern(service, listens_to))
        self._last: _Look | None = None
        self._lock = asyncio.Lock()

    async def measure(self) -> list[TopicLag]:
        """By topic, those furthest behind first. Raises BrokerSilent."""
        async with self._lock:
            try:
                async with asyncio.timeout(_TIMEOUT_SECONDS):
                    return await self._measure()
            except (KafkaError, OSError, TimeoutError) as error:
                raise BrokerSilent from error

    async def _measure(self) -> list[TopicLag]:
        access = {"bootstrap_servers": self._settings.kafka, **self._settings.kafka_access.client()}
        consumer, admin = AIOKafkaConsumer(**access, enable_auto_commit=False), AIOKafkaAdminClient(**access)
        try:
            await asyncio.gather(consumer.start(), admin.start())
            before = self._last
            if before is None or time.monotonic() - before.at > _OLD_SECONDS:
                before = _seen(await self._partitions(consumer, admin))
            left = before.at + _APART_SECONDS - time.monotonic()
            if left > 0:
                await asyncio.sleep(left)
            found = await self._partitions(consumer, admin)
            self._last = _seen(found)
            return _by_topic(await self._aged(consumer, found), before, self._last)
        finally:
            await asyncio.gather(consumer.stop(), admin.close(), return_exceptions=True)

    async def _partitions(self, consumer: AIOKafkaConsumer, admin: AIOKafkaAdminClient) -> list[PartitionLag]:
        places = [
            TopicPartition(about["topic"], part["partition"])
            for about in await admin.describe_topics()
            if self._wanted.match(about["topic"])
            for part in about["partitions"]
        ]
        if not places:
            return []
        # so that it learns of all topics in one answer; asked for their ends alone it would, topic by topic
        consumer.assign(places)
        consumer.pause(*places)
        committed = await admin.list_consumer_group_offsets(self._service)
        beginnings, ends = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
        found = []
        for place in places:
            offset = committed[place].offset if place in committed else -1
            # never read: it will be from the beginning; records deleted by age are not waited for
            position = max(offset, beginnings[place])
            found.append(PartitionLag(place.topic, place.partition, position, ends[place], None))
        return found

    async def _aged(self, consumer: AIOKafkaConsumer, found: Sequence[PartitionLag]) -> list[PartitionLag]:
        """With the age of the first unread record, read from the partition itself."""
        behind = {TopicPartition(lag.topic, lag.partition): lag for lag in found if lag.records}
        ages: dict[TopicPartition, float] = {}
        if behind:
            consumer.assign(list(behind))
            for place, lag in behind.items():
                consumer.seek(place, lag.position)
            with suppress(TimeoutError):
                async with asyncio.timeout(3.0):
                    await self._read_firsts(consumer, ages, len(behind))
        now = time.time()
        return [_with_age(lag, ages.get(TopicPartition(lag.topic, lag.partition)), now) for lag in found]

    async def _read_firsts(self, consumer: AIOKafkaConsumer, ages: dict[TopicPartition, float], wanted: int) -> None:
        while len(ages) < wanted:
            for place, records in (await consumer.getmany(timeout_ms=500, max_records=200)).items():
                ages.setdefault(place, records[0].timestamp / 1000)
                consumer.pause(place)


def _with_age(lag: PartitionLag, written: float | None, now: float) -> PartitionLag:
    seconds = 0.0 if not lag.records else None if written is None else max(0.0, now - written)
    return PartitionLag(lag.topic, lag.partition, lag.position, lag.end, seconds)


def _seen(found: Sequence[PartitionLag]) -> _Look:
    records: dict[str, int] = {}
    for lag in found:
        records[lag.topic] = records.get(lag.topic, 0) + lag.records
    return _Look(time.monotonic(), records)


def _by_topic(found: Sequence[PartitionLag], before: _Look, now: _Look) -> list[TopicLag]:
    topics = []
    for topic, records in now.records.items():
        partitions = [lag for lag in found if lag.topic == topic]
        ages = [lag.seconds for lag in partitions if lag.seconds is not None]
        sinking = (before.records.get(topic, records) - records) / max(now.at - before.at, 0.001)
        zero = 0.0 if not records else records / sinking if sinking > 0 else None
        topics.append(TopicLag(topic, records, max(ages, default=None), zero, partitions))
    return sorted(topics, key=lambda lag: (-lag.records, lag.topic))


def as_told(lag: TopicLag) -> dict[str, Any]:
    """A topic's lag as JSON."""
    return {
        "topic": lag.topic,
        "records": lag.records,
        "seconds": lag.seconds if lag.seconds is None else round(lag.seconds, 1),
        "zero_in_seconds": lag.zero_in_seconds if lag.zero_in_seconds is None else round(lag.zero_in_seconds, 1),
        "partitions": [
            {"partition": p.partition, "position": p.position, "end": p.end, "records": p.records, "seconds": p.seconds}
            for p in lag.partitions
        ],
    }
