"""The limit: the same rows into batches of bare aiokafka as fast as they go; nothing is marked, nothing can resume."""

import asyncio
from functools import cache
from typing import Any

import asyncpg
import orjson
from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import murmur2
from aiokafka.producer.message_accumulator import BatchBuilder

from benchmarks.clock import Clock, Outcome

_FETCH = "SELECT position, key, headers, payload FROM outbox WHERE position > $1 ORDER BY position LIMIT $2"


async def run(given: dict[str, Any]) -> Outcome:
    """From the first row read to the last batch confirmed."""
    connection = await asyncpg.connect(given["url"])
    producer = AIOKafkaProducer(
        bootstrap_servers=given["kafka"],
        acks="all",
        enable_idempotence=True,
        max_batch_size=given["batch_bytes"],
        max_request_size=2_000_000,
    )
    await producer.start()
    partitions = len(await producer.partitions_for(given["topic"]))
    clock = Clock()
    await _send_all(connection, producer, partitions, given)
    outcome = clock.stop(given["events"])
    await producer.stop()
    await connection.close()
    return outcome


async def _send_all(
    connection: asyncpg.Connection, producer: AIOKafkaProducer, partitions: int, given: dict[str, Any]
) -> None:
    """Full batches leave at once, several are under way for each partition."""
    topic, chunk = given["topic"], given["chunk"]
    place = cache(lambda key: (murmur2(key) & 0x7FFFFFFF) % partitions)
    builders: dict[int, BatchBuilder] = {}
    confirmations: list[Any] = []
    last = 0
    while rows := await connection.fetch(_FETCH, last, chunk):
        last = rows[-1][0]
        for _, key, headers, payload in rows:
            partition = place(key)
            builder = builders.get(partition) or builders.setdefault(partition, producer.create_batch())
            record = {"key": key, "value": payload, "headers": [(n, v.encode()) for n, v in orjson.loads(headers)]}
            if builder.append(timestamp=None, **record) is None:
                confirmations.append(await producer.send_batch(builder, topic, partition=partition))
                builders[partition] = producer.create_batch()
                builders[partition].append(timestamp=None, **record)
    for partition, builder in builders.items():
        confirmations.append(await producer.send_batch(builder, topic, partition=partition))
    await asyncio.gather(*confirmations)
