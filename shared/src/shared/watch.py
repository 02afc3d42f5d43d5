"""Looks at the process every few seconds and tells the metrics: lag, outbox, pool, and the trade's own numbers."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import QueuePool

from shared.consumer import BatchConsumer
from shared.health import Heartbeat
from shared.kafka import Subscription
from shared.lag import Lag
from shared.observability.metrics import Metrics
from shared.operations.pauses import Pauses
from shared.senders import Senders, waiting

Numbers = Callable[[AsyncConnection], Awaitable[None]]
log = structlog.get_logger()

_EVERY_SECONDS = 2.0
# What takes more than a glance is looked at this seldom.
_SELDOM_SECONDS = 10.0
_TIMEOUT_SECONDS = 10.0
# A batch should take under a second; one that takes this long without waiting for the database is stuck.
_STUCK_SECONDS = 120.0
_OUTBOX = sa.text(
    "SELECT count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0) FROM outbox WHERE published_at IS NULL"
)


class Watch:
    """`run` looks until it is cancelled; what can't be looked at now keeps its last value."""

    def __init__(
        self,
        engine: AsyncEngine,
        subscription: Subscription,
        consumer: BatchConsumer,
        metrics: Metrics,
        heartbeat: Heartbeat,
        pauses: Pauses,
    ) -> None:
        self._engine, self._subscription, self._consumer = engine, subscription, consumer
        self._metrics, self._heartbeat, self._pauses = metrics, heartbeat, pauses
        self._lag, self._senders, self._seldom = Lag(consumer), Senders(), 0.0

    async def run(self, numbers: Numbers) -> None:
        """Look every two seconds."""
        while True:
            await self._look("database", self._database(numbers))
            await self._look("lag", self._consumer_lag())
            self._pulse()
            await asyncio.sleep(_EVERY_SECONDS)

    async def _look(self, what: str, looking: Awaitable[None]) -> None:
        try:
            await asyncio.wait_for(looking, _TIMEOUT_SECONDS)
        except Exception as error:  # noqa: BLE001  # looking must never be what stops a service
            log.warning("not_measured", what=what, error=type(error).__name__)

    async def _database(self, numbers: Numbers) -> None:
        pool = self._engine.pool
        assert isinstance(pool, QueuePool)
        self._metrics.pool(size=pool.size(), in_use=pool.checkedout())
        async with self._engine.connect() as connection:
            await self._pauses.look(connection)
            self._metrics.paused(self._pauses.topics)
            waiting, oldest = (await connection.execute(_OUTBOX)).one()
            self._metrics.outbox(waiting, float(oldest))
            await numbers(connection)
            if time.monotonic() - self._seldom >= _SELDOM_SECONDS:
                await self._letters_and_senders(connection)
                self._seldom = time.monotonic()

    async def _letters_and_senders(self, connection: AsyncConnection) -> None:
        self._metrics.letters_waiting(await waiting(connection))
        consumer = self._subscription.subscriber.consumer
        topics = {partition.topic for partition in consumer.assignment()} if consumer is not None else set()
        self._metrics.heard(await self._senders.heard(connection, topics))

    async def _consumer_lag(self) -> None:
        consumer = self._subscription.subscriber.consumer
        if consumer is not None:
            self._metrics.lag(await self._lag.measure(consumer))

    def _pulse(self) -> None:
        self._heartbeat.beat("watch")
        busy = self._consumer.busy_since
        if busy is None or time.monotonic() - busy < _STUCK_SECONDS:
            self._heartbeat.beat("consumer")
