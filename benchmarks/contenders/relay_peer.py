"""The peer: faststream-outbox as its documentation advises for throughput (batched deletes, large fetches)."""

import asyncio
from typing import Any

import sqlalchemy as sa
from faststream.kafka import KafkaBroker, KafkaResponse
from faststream_outbox import OutboxBroker, make_outbox_table
from faststream_outbox.message import OutboxMessage
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from benchmarks.clock import Clock, Outcome

_KEY = "key"


async def run(given: dict[str, Any]) -> Outcome:
    """From the start of the subscribers to the last row deleted."""
    queues, workers = given["queues"], given["workers"]
    engine = create_async_engine(
        given["url"].replace("postgresql://", "postgresql+asyncpg://"), pool_size=queues * (workers + 1) + 2
    )
    table = make_outbox_table(sa.MetaData(), "peer_outbox")
    kafka = KafkaBroker(given["kafka"], acks="all", enable_idempotence=True, logger=None, apply_types=False)
    outbox = OutboxBroker(engine, outbox_table=table, apply_types=False, decoder=_whole, logger=None)
    done, relayed = asyncio.Event(), 0

    def relay_of(queue: str) -> None:
        async def relay(message: OutboxMessage) -> KafkaResponse:
            nonlocal relayed
            relayed += 1
            if relayed >= given["events"]:
                done.set()
            headers = dict(message.headers)
            return KafkaResponse(message.body, key=headers.pop(_KEY).encode(), headers=headers)

        subscribed = outbox.subscriber(
            queue,
            max_workers=workers,
            fetch_batch_size=given["fetch"],
            terminal_flush_batch_size=given["flush"],
            min_fetch_interval=0.01,
            max_fetch_interval=0.1,
        )
        kafka.publisher(given["topic"])(subscribed(relay))

    for number in range(queues):
        relay_of(f"q{number}")
    await kafka.connect()
    await kafka.start()
    clock = Clock()
    await outbox.start()
    await done.wait()
    await _until_empty(engine, table)
    outcome = clock.stop(given["events"])
    await outbox.stop()
    await kafka.stop()
    await engine.dispose()
    return outcome


async def _whole(message: OutboxMessage) -> OutboxMessage:
    """Nothing is decoded: a relay only carries."""
    return message


async def _until_empty(engine: AsyncEngine, table: sa.Table) -> None:
    async with engine.connect() as connection:
        while (await connection.execute(sa.select(sa.exists().select_from(table)))).scalar():
            await connection.rollback()
            await asyncio.sleep(0.005)
