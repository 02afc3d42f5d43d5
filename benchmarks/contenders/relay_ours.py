"""Ours: the relay as it runs in every service."""

import asyncio
from typing import Any

import asyncpg

from benchmarks.clock import Clock, Outcome
from shared.kafka import make_producer
from shared.observability.metrics import Metrics, registry
from shared.relay import Relay
from shared.settings import Settings


async def run(given: dict[str, Any]) -> Outcome:
    """From the first row read to the last row marked as published."""
    settings = Settings.model_construct(kafka=given["kafka"], kafka_idempotence=True)
    relay = Relay(given["url"], lambda: make_producer(settings), Metrics(registry(), []), asyncio.Event())
    connection = await asyncpg.connect(given["url"])
    producer = make_producer(settings)
    await producer.start()
    await producer.partitions_for(given["topic"])
    clock = Clock()
    await relay.drain(connection, producer)
    outcome = clock.stop(given["events"])
    await producer.stop()
    await connection.close()
    return outcome
