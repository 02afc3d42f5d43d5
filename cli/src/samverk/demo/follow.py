"""Knows when the services have caught up: nothing left to read, nothing left to say, and nothing new for a moment."""

import asyncio
import time
from collections.abc import Mapping

import httpx
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from local_stack import principals
from samverk.demo.ledger import Reader

# What each service reads besides its municipalities' topics; its consumer group has its name.
LISTENS_TO = principals.listens_to()
_LOOK_EVERY_S, _QUIET_S, _TIMEOUT_S = 0.15, 0.5, 60.0


class Stuck(Exception):
    """A service has not caught up in time; the message names what waits."""


class Follow:
    """Watches the four services from outside: committed offsets against the topics' ends, and their own metrics."""

    def __init__(
        self, admin: AIOKafkaAdminClient, reader: Reader, client: httpx.AsyncClient, urls: Mapping[str, str]
    ) -> None:
        self._admin, self._reader, self._client, self._urls = admin, reader, client, urls

    async def until_quiet(self, timeout_s: float = _TIMEOUT_S) -> None:
        """Return when all is read and said. Raises Stuck."""
        started = time.monotonic()
        quiet_since, last_ends = time.monotonic(), dict[TopicPartition, int]()
        while True:
            ends = await self._reader.ends()
            waiting = await self._waiting(ends)
            now = time.monotonic()
            if waiting or ends != last_ends:
                quiet_since, last_ends = now, ends
            elif now - quiet_since >= _QUIET_S:
                return
            if now - started > timeout_s:
                raise Stuck("; ".join(waiting) or "events keep coming")
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _waiting(self, ends: Mapping[TopicPartition, int]) -> list[str]:
        waits = []
        for service in LISTENS_TO:
            behind = await self._unread(service, ends)
            if behind:
                waits.append(f"{service} has not read {behind} records")
                continue
            unsaid = (await self.numbers(service)).get("samverk_outbox_waiting", 0)
            if unsaid:
                waits.append(f"{service} has not published {unsaid:.0f} events")
        return waits

    async def _unread(self, service: str, ends: Mapping[TopicPartition, int]) -> int:
        filled = [partition for partition, end in ends.items() if end and reads(service, partition.topic)]
        if not filled:
            return 0
        committed = await self._admin.list_consumer_group_offsets(service, partitions=filled)
        return sum(ends[partition] - max(committed[partition].offset, 0) for partition in filled)

    async def numbers(self, service: str) -> dict[str, float]:
        """A service's metrics, by name with labels as Prometheus writes them."""
        text = (await self._client.get(f"{self._urls[service]}/metrics")).text
        lines = (line.rpartition(" ") for line in text.splitlines() if line.startswith("samverk_"))
        return {name: float(value) for name, _, value in lines}


def reads(service: str, topic: str) -> bool:
    """Whether the service reads the topic."""
    return topic in LISTENS_TO[service] or (topic.startswith("in.") and topic.endswith(f".{service}"))
