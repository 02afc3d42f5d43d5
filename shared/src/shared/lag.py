"""How far behind the consumer is, in records and in seconds."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable

from aiokafka import AIOKafkaConsumer, TopicPartition

_TIMEOUT = 5.0


class Lag:
    """Measures lag each time it is asked; keeps since when each partition has been behind.

    Seconds are the age of the oldest record not yet handled, at most: it came after both the last handled one and the
    moment when we were last seen without lag.
    """

    def __init__(self, handled: Callable[[str, int], float | None], clock: Callable[[], float] = time.time) -> None:
        self._handled = handled
        self._clock = clock
        self._behind_since: dict[TopicPartition, float] = {}

    async def measure(self, consumer: AIOKafkaConsumer) -> dict[str, tuple[int, float]]:
        """For each topic: records not yet handled in all its partitions, and the greatest age in seconds."""
        assigned = list(consumer.assignment())
        if not assigned:
            return {}
        ends = await asyncio.wait_for(consumer.end_offsets(assigned), _TIMEOUT)
        lags: dict[str, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
        for partition in assigned:
            behind = max(0, ends[partition] - await asyncio.wait_for(consumer.position(partition), _TIMEOUT))
            records, seconds = lags[partition.topic]
            lags[partition.topic] = records + behind, max(seconds, self._seconds(partition, behind))
        return dict(lags)

    def _seconds(self, partition: TopicPartition, behind: int) -> float:
        now = self._clock()
        if behind == 0:
            self._behind_since.pop(partition, None)
            return 0.0
        since = self._behind_since.setdefault(partition, now)
        return max(0.0, now - max(since, self._handled(partition.topic, partition.partition) or since))
