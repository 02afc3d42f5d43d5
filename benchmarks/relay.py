"""`relay`: outbox rows to confirmed Kafka records, in order per key."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import orjson
import sqlalchemy as sa
from aiokafka import AIOKafkaConsumer, TopicPartition
from faststream_outbox import make_outbox_table
from rich.console import Console
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks import report
from benchmarks.events import EVENT_BYTES
from benchmarks.harness import Contender, Scale, Unsound, measure
from benchmarks.servers import Servers, serving
from shared.tables import metadata

KEYS, PARTITIONS = 5_000, 4
_TYPE = "se.samverk.admissions.application.received.v1"
_ORDERED = {"queues": 16, "workers": 1, "fetch": 200, "flush": 100}
_UNORDERED = {"queues": 1, "workers": 16, "fetch": 1_000, "flush": 100}
_FILL = """
    INSERT INTO outbox (event_id, type, topic, key, headers, payload)
    SELECT gen_random_uuid(), $1, $2, keys.key, keys.headers, keys.payload
    FROM unnest($3::bytea[], $4::text[], $5::bytea[]) AS keys (key, headers, payload)
"""
_FILL_PEER = """
    INSERT INTO peer_outbox (queue, payload, headers)
    SELECT rows.queue, rows.payload, rows.headers::jsonb
    FROM unnest($1::text[], $2::bytea[], $3::text[]) AS rows (queue, payload, headers)
"""


class Relaying:
    """Rows with a number each, so that what arrives can be held against what was written."""

    name, unit = "relay", "rows/s"
    title = "relay: outbox rows to confirmed Kafka records"
    goals = "goals: at least 0.6 of the limit, at least 5 times the peer, order per key kept"

    def __init__(self, scale: Scale) -> None:
        self.rows = 2_000 if scale.quick else 50_000
        # The peer's rate does not depend on how many wait.
        self.peer_rows = 500 if scale.quick else 5_000
        self._templates: dict[str, str] = {}

    def contenders(self) -> Sequence[Contender]:
        """The peer twice: the fastest settings found that keep order per key (rows spread over queues by key, one
        worker each), and the fastest of all."""
        batches = {"batch_bytes": 262_144, "chunk": 2_000}
        return [
            Contender(name="shared.relay", role="ours", module="relay_ours"),
            Contender(name="aiokafka batches", role="limit", module="relay_limit", settings=batches),
            Contender(
                name="faststream-outbox in order",
                role="peer",
                module="relay_peer",
                settings=_ORDERED,
                events=self.peer_rows,
            ),
            Contender(
                name="faststream-outbox unordered",
                role="peer",
                module="relay_peer",
                settings=_UNORDERED,
                events=self.peer_rows,
            ),
        ]

    async def ready(self, servers: Servers) -> None:
        """A database of waiting rows for each kind of contender, to be copied for each run."""
        topic = self._topic = f"bench-relay-{uuid4().hex[:12]}"
        self._templates["outbox"] = await servers.empty_database("bench_relay")
        await self._fill(servers.url(self._templates["outbox"]), topic)
        for queues in {_ORDERED["queues"], _UNORDERED["queues"]}:
            self._templates[f"peer{queues}"] = await servers.empty_database("bench_relay_peer")
            await self._fill_peer(servers.url(self._templates[f"peer{queues}"]), queues)
        for template in self._templates.values():
            await servers.settle(template)

    async def _fill(self, url: str, topic: str) -> None:
        engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
        async with engine.begin() as connection:
            await connection.run_sync(metadata().create_all)
        await engine.dispose()
        keys = [_key(number) for number in range(self.rows)]
        headers = [orjson.dumps([[n, v] for n, v in _headers(key).items()]).decode() for key in keys]
        await _execute(url, _FILL, _TYPE, topic, [k.encode() for k in keys], headers, _payloads(self.rows))

    async def _fill_peer(self, url: str, queues: int) -> None:
        tables = sa.MetaData()
        make_outbox_table(tables, "peer_outbox")
        engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
        async with engine.begin() as connection:
            await connection.run_sync(tables.create_all)
        await engine.dispose()
        keys = [_key(number) for number in range(self.peer_rows)]
        headers = [orjson.dumps(_headers(key) | {"key": key}).decode() for key in keys]
        names = [f"q{number % KEYS % queues}" for number in range(self.peer_rows)]
        await _execute(url, _FILL_PEER, names, _payloads(self.peer_rows), headers)

    async def fresh(self, servers: Servers, contender: Contender) -> dict[str, Any]:
        """A copy of the rows, and the topic emptied by being made anew."""
        peer = contender.role == "peer"
        template = self._templates[f"peer{contender.settings['queues']}" if peer else "outbox"]
        database = await servers.empty_database("bench_relay_run", template)
        await servers.settle(database)
        await _await_gone(servers, self._topic)
        await servers.create_topics([self._topic], PARTITIONS)
        return {
            "kafka": servers.kafka,
            "url": servers.url(database),
            "database": database,
            "topic": self._topic,
            "events": contender.events or self.rows,
        }

    async def verify(self, servers: Servers, contender: Contender, given: Mapping[str, Any]) -> dict[str, Any]:
        """Every row arrived once; ours is marked; all but the one that says so kept the order of each key."""
        once, overtaken = await _arrived(servers, given["topic"], given["events"])
        if not once:
            raise Unsound(f"{contender.name}: not every row arrived exactly once")
        if overtaken and "unordered" not in contender.name:
            raise Unsound(f"{contender.name}: {overtaken} records overtook another of their key")
        if contender.role == "ours" and await _waiting(given["url"]):
            raise Unsound(f"{contender.name}: rows are left unmarked")
        return {"overtaken": overtaken}

    async def forget(self, servers: Servers, given: Mapping[str, Any]) -> None:
        """Leave nothing for the next run."""
        await servers.drop_database(given["database"])
        await servers.delete_topics([given["topic"]])


async def main(scale: Scale, console: Console, results: Path | None) -> dict[str, Any]:
    """Measure, show and keep."""
    benchmark = Relaying(scale)
    async with serving("relay") as servers:
        outcomes = await measure(benchmark, servers, scale, console)
    content = report.result(benchmark, outcomes, scale)
    console.print(report.table(benchmark, content))
    report.write(content, results)
    return content


def _key(number: int) -> str:
    return f"00000000-0000-4000-8000-{number % KEYS:012}"


def _payloads(number: int) -> list[bytes]:
    return [f'{{"n":{n},'.encode() + b'"x":"' + b"x" * (EVENT_BYTES - len(str(n)) - 13) + b'"}' for n in range(number)]


def _headers(key: str) -> dict[str, str]:
    return {
        "ce_specversion": "1.0",
        "ce_id": key,
        "ce_type": _TYPE,
        "ce_source": "/samverk/admissions",
        "ce_subject": key,
        "ce_time": "2027-01-28T16:42:12Z",
        "content-type": "application/json",
    }


async def _execute(url: str, statement: str, *parameters: Any) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement, *parameters)
    finally:
        await connection.close()


async def _waiting(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        number: int = await connection.fetchval("SELECT count(*) FROM outbox WHERE published_at IS NULL")
    finally:
        await connection.close()
    return number


async def _arrived(servers: Servers, topic: str, expected: int) -> tuple[bool, int]:
    """Whether the numbers 0 … expected - 1 arrived once each, and how many came after a later one of their key."""
    numbers: list[int] = []
    last: dict[bytes | None, int] = {}
    overtaken = 0
    for record in await read_topic(servers, topic):
        number = orjson.loads(record.value)["n"]
        overtaken += number < last.get(record.key, -1)
        last[record.key] = max(number, last.get(record.key, -1))
        numbers.append(number)
    return sorted(numbers) == list(range(expected)), overtaken


async def read_topic(servers: Servers, topic: str) -> list[Any]:
    """Every record of the topic, in order within each partition."""
    consumer = AIOKafkaConsumer(bootstrap_servers=servers.kafka, fetch_max_bytes=50_000_000)
    await consumer.start()
    try:
        places = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        ends = await consumer.end_offsets(places)
        found: list[Any] = []
        while len(found) < sum(ends.values()):
            for records in (await consumer.getmany(timeout_ms=1_000)).values():
                found += records
    finally:
        await consumer.stop()
    return found


async def _await_gone(servers: Servers, topic: str) -> None:
    """A deleted topic's name is free again only when the broker has forgotten it."""
    consumer = AIOKafkaConsumer(bootstrap_servers=servers.kafka)
    await consumer.start()
    try:
        while topic in await consumer.topics():  # noqa: ASYNC110  # the broker tells nobody
            await asyncio.sleep(0.05)
    finally:
        await consumer.stop()
