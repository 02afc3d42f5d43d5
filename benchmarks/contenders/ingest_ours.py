"""Ours: admissions' own consumer as the service runs it; only its HTTP doors and its relay are left out."""

import asyncio
from collections.abc import Sequence
from typing import Any

from pydantic import SecretStr

from admissions.main import build
from benchmarks.clock import Clock, Outcome
from shared.consumer import BatchConsumer
from shared.contracts import Contracts
from shared.database import create_engine
from shared.events import Record
from shared.kafka import Subscription
from shared.observability.metrics import Metrics, registry
from shared.settings import Settings
from shared.work import UnitOfWork


class Timed(BatchConsumer):
    """Starts the clock at the first record and says when the last one is committed."""

    clock: Clock | None = None
    outcome: Outcome | None = None
    taken = 0

    def expect(self, events: int) -> None:
        """Be done after so many."""
        self.expected, self.done = events, asyncio.Event()

    async def take(self, records: Sequence[Record]) -> None:
        """As ever, and count."""
        self.clock = self.clock or Clock()
        await super().take(records)
        self.taken += len(records)
        if self.taken >= self.expected:
            self.outcome = self.clock.stop(self.taken)
            self.done.set()


async def run(given: dict[str, Any]) -> Outcome:
    """From the first record handed over to the last commit."""
    url = given["url"].replace("postgresql://", "postgresql+asyncpg://")
    settings = Settings.for_documents().model_copy(update={"kafka": given["kafka"], "database_url": SecretStr(url)})
    service = build(settings)
    engine = create_engine(url, pool=settings.database_pool)
    metrics = Metrics(registry(), [r.type for r in service.readings], [], service.reasons)
    consumer = Timed(service.name, service.readings, UnitOfWork(engine, service.name), Contracts.load(), metrics)
    consumer.expect(given["events"])
    subscription = Subscription(service.name, service.listens_to, consumer, settings)
    running = asyncio.create_task(subscription.run())
    await consumer.done.wait()
    await subscription.stop()
    running.cancel()
    await engine.dispose()
    assert consumer.outcome is not None
    return consumer.outcome
