"""`ingest`: applications from the broker to rows committed in inbox, applications, choices and outbox."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition
from rich.console import Console

from admissions.main import MIGRATIONS
from benchmarks import report
from benchmarks.events import MUNICIPALITIES, applications
from benchmarks.harness import Contender, Scale, Unsound, measure
from benchmarks.servers import Servers, serving
from local_stack.topics import Topic, declared
from shared.database import upgrade_async

GROUP = "admissions"
_CHOICES = 5
_EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")


class Ingesting:
    """The events stand in the municipalities' topics before the first run; each run reads them from the beginning."""

    name, unit = "ingest", "events/s"
    title = "ingest: 600-byte applications with five choices, from the broker to four tables"
    goals = "goals: at least 0.8 of the limit with full validation, at least 30 times the usual way"

    def __init__(self, scale: Scale) -> None:
        self.events = 1_000 if scale.quick else 40_000
        self.usual_events = 100 if scale.quick else 2_000
        self._template = ""

    def contenders(self) -> Sequence[Contender]:
        """The limit with the batch size that did best here."""
        return [
            Contender(name="admissions", role="ours", module="ingest_ours"),
            Contender(name="aiokafka + asyncpg", role="limit", module="ingest_limit", settings={"batch": 1_000}),
            Contender(name="FastStream + ORM session", role="peer", module="ingest_usual", events=self.usual_events),
        ]

    async def ready(self, servers: Servers) -> None:
        """Admissions' database as its migrations make it, and the records in the topics."""
        self._template = await servers.empty_database("bench_ingest")
        await _execute(servers.url(self._template), *(f"CREATE EXTENSION IF NOT EXISTS {e}" for e in _EXTENSIONS))
        await upgrade_async(servers.url(self._template).replace("postgresql://", "postgresql+asyncpg://"), MIGRATIONS)
        await lay_out(servers, self.events)

    async def fresh(self, servers: Servers, contender: Contender) -> dict[str, Any]:
        """An empty migrated database, and the group before the first record."""
        database = await servers.empty_database("bench_ingest_run", self._template)
        await servers.settle(database)
        await rewind(servers)
        return {
            "kafka": servers.kafka,
            "url": servers.url(database),
            "database": database,
            "events": contender.events or self.events,
        }

    async def verify(self, _: Servers, contender: Contender, given: Mapping[str, Any]) -> dict[str, Any]:
        """Every event has had exactly one effect in each table, and none was set aside."""
        events = given["events"]
        wanted = dict.fromkeys(("inbox", "applications", "outbox"), events) | {"choices": _CHOICES * events}
        found = {table: await _count(given["url"], table) for table in (*wanted, "dead_letters")}
        if found != wanted | {"dead_letters": 0}:
            raise Unsound(f"{contender.name}: wrote {found} of {events} events")
        return {"rows": found}

    async def forget(self, servers: Servers, given: Mapping[str, Any]) -> None:
        """Leave nothing for the next run."""
        await servers.drop_database(given["database"])


async def main(scale: Scale, console: Console, results: Path | None) -> dict[str, Any]:
    """Measure, show and keep."""
    benchmark = Ingesting(scale)
    async with serving("ingest") as servers:
        outcomes = await measure(benchmark, servers, scale, console)
    content = report.result(benchmark, outcomes, scale)
    console.print(report.table(benchmark, content))
    report.write(content, results)
    return content


async def lay_out(servers: Servers, events: int) -> None:
    """Write so many applications to their municipalities' topics."""
    async with servers.producer() as producer:
        for sent in applications(events):
            await producer.send(f"in.{sent.municipality}.{GROUP}", sent.value, key=sent.key, headers=sent.headers)
        await producer.flush()


async def rewind(servers: Servers) -> None:
    """Set the group, which nobody is in, to the first record of each topic."""
    consumer = AIOKafkaConsumer(bootstrap_servers=servers.kafka, group_id=GROUP, enable_auto_commit=False)
    await consumer.start()
    try:
        places = [TopicPartition(t.name, p) for t in _inbound() for p in range(t.partitions)]
        consumer.assign(places)
        await consumer.commit(dict.fromkeys(places, 0))
    finally:
        await consumer.stop()


def _inbound() -> list[Topic]:
    names = {f"in.{code}.{GROUP}" for code in MUNICIPALITIES}
    return [topic for topic in declared() if topic.name in names]


async def _execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def _count(url: str, table: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        number: int = await connection.fetchval(f'SELECT count(*) FROM "{table}"')
    finally:
        await connection.close()
    return number
