"""How far behind the consumer is, in records and in seconds."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.consumer import BatchConsumer

_TIMEOUT = 5.0


class Lag:
    """Measures lag each time it is asked; keeps since when each partition has been behind.

    Records in hand count as not handled until their batch is committed: while the database is away they may be all that
    there is. Seconds are the age of the oldest record not yet handled. Where that one is not in hand they are an upper
    limit: it came after both the last handled one and the moment when we were last seen without lag.
    """

    def __init__(self, batches: BatchConsumer, clock: Callable[[], float] = time.time) -> None:
        self._batches = batches
        self._clock = clock
        self._behind_since: dict[TopicPartition, float] = {}

    async def measure(self, consumer: AIOKafkaConsumer) -> dict[str, tuple[int, float]]:
        """For each topic: records not yet handled in all its partitions, and the greatest age in seconds."""
        assigned = list(consumer.assignment())
        if not assigned:
            return {}
        held = self._in_hand()
        ends = await asyncio.wait_for(consumer.end_offsets(assigned), _TIMEOUT)
        lags: dict[str, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
        for partition in assigned:
            unread = max(0, ends[partition] - await asyncio.wait_for(consumer.position(partition), _TIMEOUT))
            number, oldest = held.get(partition, (0, None))
            records, seconds = lags[partition.topic]
            age = self._seconds(partition, unread + number, oldest)
            lags[partition.topic] = records + unread + number, max(seconds, age)
        return dict(lags)

    def _in_hand(self) -> Mapping[TopicPartition, tuple[int, float]]:
        """The records in hand by partition: how many, and when the first was written (epoch seconds)."""
        held: dict[TopicPartition, tuple[int, float]] = {}
        for record in self._batches.in_hand:
            partition = TopicPartition(record.topic, record.partition)
            number, oldest = held.get(partition, (0, record.timestamp / 1000))
            held[partition] = number + 1, min(oldest, record.timestamp / 1000)
        return held

    def _seconds(self, partition: TopicPartition, behind: int, oldest: float | None) -> float:
        now = self._clock()
        if behind == 0:
            self._behind_since.pop(partition, None)
            return 0.0
        since = self._behind_since.setdefault(partition, now)
        if oldest is not None:
            return max(0.0, now - oldest)
        handled = self._batches.last_taken(partition.topic, partition.partition)
        return max(0.0, now - max(since, handled or since))
