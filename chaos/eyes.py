"""How far everything has come: offsets, outboxes, readiness. Looks from outside, with superuser's eyes."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from chaos.quorum import controller
from chaos.reports import MUNICIPALITIES, SERVICES
from chaos.world import ADMINISTRATOR, World
from local_stack import principals
from local_stack.services import is_ready

_LOOK_EVERY, _LOOK_SECONDS = 0.25, 15.0
_TROUBLE = (KafkaError, OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)

Offsets = Mapping[TopicPartition, int]


class NeverCalm(Exception):
    """After much patience something had still not been handled or told; the text says what."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What had come in at a moment, and has to be handled and told before all is well again."""

    ends: Offsets
    outboxes: Mapping[str, int]


def topics_read_by(service: str) -> list[str]:
    """Every topic that a service reads."""
    return [f"in.{code}.{service}" for code in MUNICIPALITIES] + list(principals.listens_to().get(service, []))


class Eyes:
    """Enter before looking; what can't be seen for the moment is looked for again."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._admin: AIOKafkaAdminClient | None = None
        self._consumer: AIOKafkaConsumer | None = None

    async def until_calm(self, *, seconds: float) -> None:
        """Wait until all services are ready and everything that had come in when we began to look is handled and told.

        Raises NeverCalm.
        """
        deadline, missing = monotonic() + seconds, "nothing could be seen"
        mark: Mark | None = None
        while monotonic() < deadline:
            try:
                async with asyncio.timeout(_LOOK_SECONDS):
                    mark = mark or await self.mark()
                    missing = await self._missing(mark)
                if not missing:
                    return
            except _TROUBLE as error:
                missing = type(error).__name__
                await self.close()
            await asyncio.sleep(_LOOK_EVERY)
        raise NeverCalm(missing)

    async def mark(self) -> Mark:
        """Everything that has come in until now."""
        consumer = await self._looking()
        partitions = [p for service in SERVICES for topic in topics_read_by(service) for p in _all(consumer, topic)]
        if not partitions:
            raise OSError("the cluster names no topic")
        ends = await consumer.end_offsets(partitions)
        outboxes = {
            service: await self._value(service, "SELECT coalesce(max(position), 0) FROM outbox") for service in SERVICES
        }
        return Mark(ends, outboxes)

    async def leader(self, topic: str, partition: int) -> int:
        """The number of the broker that leads a partition."""
        consumer = await self._looking()
        await consumer._client.force_metadata_update()  # noqa: SLF001 - the library tells leaders nowhere else
        found: int = consumer._client.cluster.leader_for_partition(TopicPartition(topic, partition))  # noqa: SLF001
        return found

    async def controller(self) -> int | None:
        """The number of the active controller."""
        return await controller(await self._administering())

    async def rewind(self, group: str) -> int:
        """Set an empty group back to the start of all it reads; gives the number of records that will come again."""
        consumer = await connected(self._world.client(ADMINISTRATOR), group_id=group)
        try:
            partitions = [p for topic in topics_read_by(group) for p in _all(consumer, topic)]
            starts, ends = await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)
            consumer.assign(partitions)
            await consumer.commit(starts)
        finally:
            await consumer.stop()
        return sum(ends[p] - starts[p] for p in partitions)

    async def close(self) -> None:
        """Let go of the broker; looking again connects anew."""
        consumer, admin, self._consumer, self._admin = self._consumer, self._admin, None, None
        with suppress(*_TROUBLE):
            async with asyncio.timeout(5):
                if consumer is not None:
                    await consumer.stop()
                if admin is not None:
                    await admin.close()

    async def _missing(self, mark: Mark) -> str:
        for service in SERVICES:
            if not await is_ready(f"{self._world.stack.urls[service]}/health/ready"):
                return f"{service} is not ready"
            behind = await self._behind(service, mark.ends)
            if behind:
                return behind
            query = "SELECT count(*) FROM outbox WHERE published_at IS NULL AND position <= $1"
            waiting = await self._value(service, query, mark.outboxes[service])
            if waiting:
                return f"{waiting} rows wait in the outbox of {service}"
        return ""

    async def _behind(self, service: str, ends: Offsets) -> str:
        admin = await self._administering()
        committed = await admin.list_consumer_group_offsets(service)
        own = set(topics_read_by(service))
        for partition, end in ends.items():
            if partition.topic in own and end > 0:
                offset = committed.get(partition)
                if offset is None or offset.offset < end:
                    return f"{service} has not come to {end} in {partition.topic}[{partition.partition}]"
        return ""

    async def _value(self, service: str, query: str, *arguments: object) -> int:
        connection = await asyncpg.connect(self._world.database_url(service), timeout=5, command_timeout=10)
        try:
            value: int = await connection.fetchval(query, *arguments)
            return value
        finally:
            await connection.close(timeout=2)

    async def _looking(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            self._consumer = await connected(self._world.client(ADMINISTRATOR))
        return self._consumer

    async def _administering(self) -> AIOKafkaAdminClient:
        if self._admin is None:
            made = AIOKafkaAdminClient(**self._world.client(ADMINISTRATOR), request_timeout_ms=8_000)
            try:
                await made.start()
            except BaseException:
                await made.close()
                raise
            self._admin = made
        return self._admin


async def connected(access: Mapping[str, Any], group_id: str | None = None) -> AIOKafkaConsumer:
    """A consumer that knows every topic of the cluster, and is assigned none. Raises KafkaError."""
    made = AIOKafkaConsumer(
        **access, group_id=group_id, auto_offset_reset="earliest", enable_auto_commit=False, request_timeout_ms=8_000
    )
    try:
        await made.start()
        # a consumer that subscribes to nothing asks for no topic by itself
        await made._client.force_metadata_update()  # noqa: SLF001
    except BaseException:
        await made.stop()
        raise
    return made


def _all(consumer: AIOKafkaConsumer, topic: str) -> Sequence[TopicPartition]:
    return [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic) or ())]
