"""The outbox to Kafka: in order, in batches, each confirmed by the broker before its row counts as published.

One relay at a time holds an advisory lock of the service's database; others wait to take over. Rows go out in flights:
at most one batch a partition, so that a batch that fails can't be overtaken by a later one of the same partition.
While Kafka confirms a flight the next is packed; the statement that marks a flight fetches the one after the next.
"""

import asyncio
from asyncio import Future
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

import asyncpg
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.producer.message_accumulator import BatchBuilder

from shared import outbox
from shared.observability.metrics import Metrics
from shared.partitions import place

log = structlog.get_logger()

_LOCK = 7_266_838
_FLIGHT = 1_000
_IDLE_SECONDS = 0.5
# A holder whose machine vanished never says that it is gone: the database ends its session, and so its lock, when it
# has asked nothing for so long. A living one asks twice a second, in a flight when the broker has answered.
_LEASE_SECONDS = 30.0
_PRUNE_EVERY_SECONDS = 600.0

# Marks what has landed and gives what comes next, in one round trip; what we hold already is not given again.
_NEXT = """
    WITH marked AS (UPDATE outbox SET published_at = now() WHERE position = ANY($1::bigint[]))
    SELECT position, topic, key, headers, payload FROM outbox
    WHERE published_at IS NULL AND position <> ALL($1::bigint[]) AND position <> ALL($2::bigint[])
    ORDER BY position LIMIT $3
"""
_MARK = "UPDATE outbox SET published_at = now() WHERE position = ANY($1::bigint[])"
_PRUNE = (
    "DELETE FROM outbox WHERE published_at IS NOT NULL AND created_at < now() - make_interval(days => $1)",
    "DELETE FROM inbox WHERE received_at < now() - make_interval(days => $1)",
)


@dataclass(slots=True)
class Load:
    """Rows packed for one partition: the batch and the rows' positions."""

    topic: str
    partition: int
    batch: BatchBuilder
    positions: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Flight:
    """Rows under way: for each partition the batch's future and the rows' positions."""

    batches: list[tuple[Future[Any], list[int]]] = field(default_factory=list)

    @classmethod
    async def take_off(cls, producer: AIOKafkaProducer, loads: Iterable[Load]) -> Self:
        """Hand the batches to the producer."""
        return cls([(await producer.send_batch(x.batch, x.topic, partition=x.partition), x.positions) for x in loads])

    def positions(self) -> list[int]:
        """Every row under way."""
        return [position for _, positions in self.batches for position in positions]

    async def land(self) -> tuple[list[int], BaseException | None]:
        """Wait for the broker: the positions it confirmed, and the first failure if there was one."""
        outcomes = await asyncio.gather(*(future for future, _ in self.batches), return_exceptions=True)
        landed = [p for (_, ps), end in zip(self.batches, outcomes, strict=True) if not _failed(end) for p in ps]
        return landed, next((end for end in outcomes if isinstance(end, BaseException)), None)


def _failed(outcome: Any) -> bool:
    return isinstance(outcome, BaseException)


async def _load(producer: AIOKafkaProducer, rows: Sequence[asyncpg.Record]) -> tuple[list[Load], list[asyncpg.Record]]:
    """Pack the rows, at most one batch a partition; gives what did not fit, in order, to be packed first next time."""
    loads: dict[tuple[str, int], Load] = {}
    partitions: dict[str, int] = {}
    left: list[asyncpg.Record] = []
    for row in rows:
        position, topic, key, headers, payload = row
        if topic not in partitions:
            partitions[topic] = len(await producer.partitions_for(topic))
        partition = place(key, partitions[topic])
        load = loads.get((topic, partition))
        if load is None:
            load = loads[topic, partition] = Load(topic, partition, producer.create_batch())
        if load.batch.append(timestamp=None, key=key, value=payload, headers=outbox.unpack(headers)) is None:
            left.append(row)
        else:
            load.positions.append(position)
    return list(loads.values()), left


class Relay:
    """Publishes one service's outbox for as long as `run` runs.

    `producer` makes a fresh, not yet started producer with acks=all; `committed` is set when there may be new rows.
    """

    def __init__(
        self,
        database_url: str,
        producer: Callable[[], AIOKafkaProducer],
        metrics: Metrics,
        committed: asyncio.Event,
        *,
        keep_outbox_days: int = 14,
        keep_inbox_days: int = 400,
        lease_seconds: float = _LEASE_SECONDS,
    ) -> None:
        self._dsn = database_url.replace("postgresql+asyncpg://", "postgresql://")
        self._make_producer = producer
        self._metrics = metrics
        self._committed = committed
        self._keep = (keep_outbox_days, keep_inbox_days)
        self._lease = {"idle_session_timeout": str(round(lease_seconds * 1000))}

    async def run(self) -> None:
        """Relay until cancelled; trouble with database or broker is waited out with growing delay."""
        delay = 0.2
        while True:
            try:
                await self._hold_and_publish()
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, KafkaError) as error:
                self._metrics.relay_failed()
                log.warning("relay_paused", seconds=delay, error=type(error).__name__)
                await asyncio.sleep(delay)
                delay = min(delay * 2, 10.0)
            else:
                delay = 0.2

    async def _hold_and_publish(self) -> None:
        connection = await asyncpg.connect(self._dsn, timeout=5, command_timeout=60, server_settings=self._lease)
        try:
            while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK):  # noqa: ASYNC110  # another lets it go
                await asyncio.sleep(_IDLE_SECONDS)
            await self._publish(connection)
        finally:
            await _close(connection)

    async def _publish(self, connection: asyncpg.Connection) -> None:
        # A fresh producer each time: after a lost sequence the old one would fail for ever.
        producer = self._make_producer()
        pruning: asyncio.Task[None] | None = None
        try:
            await producer.start()
            pruning = asyncio.create_task(self._prune())
            while True:
                self._committed.clear()
                await self.drain(connection, producer)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._committed.wait(), _IDLE_SECONDS)
        finally:
            if pruning:
                pruning.cancel()
            await producer.stop()

    async def drain(self, connection: asyncpg.Connection, producer: AIOKafkaProducer) -> None:
        """Publish until no row waits. Raises the broker's error after marking what it did confirm.

        While rows are packed, the broker confirms those before and the database marks and fetches.
        """
        rows: list[asyncpg.Record] = await connection.fetch(_NEXT, [], [], _FLIGHT)
        flying, landed, failure = Flight(), list[int](), None
        while rows or flying.batches:
            held = flying.positions() + [row["position"] for row in rows]
            fetching = asyncio.create_task(connection.fetch(_NEXT, landed, held, 2 * _FLIGHT - len(rows)))
            try:
                await asyncio.sleep(0)  # the database starts now, not when all is packed
                loads, left = await _load(producer, rows)
                confirmed, failure = await flying.land()
                rows = left + await fetching
            finally:
                await _ended(fetching)
            self._metrics.published(len(landed))
            landed = confirmed
            if failure is not None:
                break
            flying = await Flight.take_off(producer, loads)
        await connection.execute(_MARK, landed)
        self._metrics.published(len(landed))
        if failure is not None:
            raise failure

    async def _prune(self) -> None:
        """Forget what is older than it can be asked for again; on its own connection, so that relaying goes on."""
        while True:
            with suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await prune(self._dsn, *self._keep)
            await asyncio.sleep(_PRUNE_EVERY_SECONDS)


async def prune(database_url: str, keep_outbox_days: int, keep_inbox_days: int) -> None:
    """Remove published outbox rows and inbox rows older than so many days.

    The inbox must remember for longer than any topic it reads keeps its records.
    """
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""), timeout=5, command_timeout=300)
    try:
        for statement, days in zip(_PRUNE, (keep_outbox_days, keep_inbox_days), strict=True):
            await connection.execute(statement, days)
    finally:
        await _close(connection)


async def _ended(task: asyncio.Task[Any]) -> None:
    """Leave no statement under way: a connection that is busy can't be closed."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _close(connection: asyncpg.Connection) -> None:
    with suppress(Exception):
        await connection.close(timeout=2)
