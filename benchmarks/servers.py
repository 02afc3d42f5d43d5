"""Databases and topics of the local stack, fresh for every run."""

import shutil
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from uuid import uuid4

import asyncpg
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

from local_stack.stack import Stack

STATE = Path(__file__).parent.parent / ".samverk-bench"


class Servers:
    """PostgreSQL and the broker that all contenders share."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.kafka = stack.kafka

    def url(self, database: str) -> str:
        """The address of a database, as asyncpg takes it."""
        return self.stack.postgres_admin_url.rpartition("/")[0] + f"/{database}"

    async def empty_database(self, prefix: str, template: str = "template0") -> str:
        """A new database, a copy of the template; gives its name."""
        name = f"{prefix}_{uuid4().hex[:12]}"
        await self._administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    async def settle(self, database: str) -> None:
        """Statistics, and no write of the preparation left to disturb the run."""
        await self._execute(self.url(database), "VACUUM ANALYZE")
        await self._administer("CHECKPOINT")

    async def drop_database(self, name: str) -> None:
        await self._administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    async def _administer(self, statement: str) -> None:
        await self._execute(self.stack.postgres_admin_url, statement)

    async def _execute(self, url: str, statement: str) -> None:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(statement, timeout=120)
        finally:
            await connection.close()

    async def create_topics(self, topics: Iterable[str], partitions: int) -> None:
        """New topics, ready to be written to."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka)
        await admin.start()
        try:
            await admin.create_topics([NewTopic(topic, partitions, 1) for topic in topics])
        finally:
            await admin.close()

    async def delete_topics(self, topics: Iterable[str]) -> None:
        """Remove topics, so that the disk does not fill; a broker that cannot is no fault of the run."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.kafka)
        await admin.start()
        with suppress(KafkaError):
            await admin.delete_topics(list(topics))
        await admin.close()

    def producer(self) -> AIOKafkaProducer:
        """To lay out records before a run."""
        return AIOKafkaProducer(
            bootstrap_servers=self.kafka, acks="all", max_batch_size=262_144, linger_ms=5, max_request_size=2_000_000
        )


_SHARED: ContextVar[Servers | None] = ContextVar("shared", default=None)


@asynccontextmanager
async def sharing() -> AsyncIterator[None]:
    """Inside it all benchmarks use the same servers: enough to see that they work, too little to measure by."""
    async with serving("quick") as servers:
        mark = _SHARED.set(servers)
        try:
            yield
        finally:
            _SHARED.reset(mark)


@asynccontextmanager
async def serving(name: str, services: Sequence[str] = ()) -> AsyncIterator[Servers]:
    """Servers of their own for one benchmark, so that none inherits anything; gone afterwards."""
    shared = _SHARED.get()
    if shared and not services:
        yield shared
        return
    folder = STATE / f"{name}-{uuid4().hex[:8]}"
    try:
        async with Stack(state=folder, services=services) as stack:
            yield Servers(stack)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
