"""What a drill does to the running stack: sends, asks, takes hold of the database, signals processes."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import asyncpg
import httpx
import orjson
from aiokafka import AIOKafkaProducer

from alarms.receivers import Receivers
from local_stack.databases import at_database
from local_stack.stack import Stack
from shared.contracts import Contracts
from shared.testing import example

OFFERING: Final = "se.samverk.catalogue.offering.reported.v1"
COST_BASIS: Final = "se.samverk.pricing.cost_basis.reported.v1"
AVAILABILITY: Final = "se.samverk.guidance.availability.reported.v1"
APPLICATION: Final = "se.samverk.admissions.application.submitted.v1"


@dataclass(frozen=True, slots=True)
class Report:
    """One event of a municipality, in binary mode."""

    kind: str
    municipality: str
    data: dict[str, Any]
    id: str

    @property
    def topic(self) -> str:
        return f"in.{self.municipality}.{self.kind.split('.')[2]}"

    def subject(self, contracts: Contracts) -> str:
        return contracts.get(self.kind).subject(self.data, self.municipality)

    def headers(self, contracts: Contracts) -> list[tuple[str, bytes]]:
        attributes = {
            "ce_specversion": "1.0",
            "ce_id": self.id,
            "ce_type": self.kind,
            "ce_source": f"/municipalities/{self.municipality}/drill",
            "ce_subject": self.subject(contracts),
            "content-type": "application/json",
        }
        return [(name, value.encode()) for name, value in attributes.items()]


def report(kind: str, municipality: str = "2281", **changes: Any) -> Report:
    """The contract's own example with changes, as this municipality would send it."""
    return Report(kind, municipality, example(kind) | changes, str(uuid4()))


class Hands:
    """Everything a cause needs of the stack."""

    def __init__(self, stack: Stack, receivers: Receivers) -> None:
        self.stack, self.receivers = stack, receivers
        self.contracts = Contracts.load()

    async def send(self, reports: Sequence[Report], *, raw: Sequence[tuple[str, bytes]] = ()) -> None:
        """Write to Kafka and wait for it."""
        producer = AIOKafkaProducer(**self.stack.client("administrator"), acks="all")
        await producer.start()
        try:
            sent = []
            for each in reports:
                key, value = each.subject(self.contracts).encode(), orjson.dumps(each.data)
                sent.append(await producer.send(each.topic, value, key=key, headers=each.headers(self.contracts)))
            sent += [await producer.send(topic, value) for topic, value in raw]
            await asyncio.gather(*sent)
        finally:
            await producer.stop()

    @asynccontextmanager
    async def http(self, service: str, **wanted: Any) -> AsyncIterator[httpx.AsyncClient]:
        """A client of a service with a token as asked for."""
        headers = {"authorization": f"Bearer {self.stack.token(**wanted)}"}
        limits = httpx.Limits(max_connections=100)
        async with httpx.AsyncClient(
            base_url=self.stack.urls[service], headers=headers, timeout=60, limits=limits, trust_env=False
        ) as client:
            yield client

    @asynccontextmanager
    async def database(self, service: str) -> AsyncIterator[asyncpg.Connection]:
        """A connection of the administrator to a service's database."""
        url = at_database(self.stack.postgres_admin_url, f"samverk_{service}")
        connection = await asyncpg.connect(url, timeout=10)
        try:
            yield connection
        finally:
            with suppress(Exception):
                await connection.close(timeout=5)

    async def execute(self, service: str, statement: str, *arguments: Any) -> None:
        """One statement in a service's database."""
        async with self.database(service) as connection:
            await connection.execute(statement, *arguments)

    @asynccontextmanager
    async def locked(self, service: str, table: str) -> AsyncIterator[None]:
        """Nobody else reaches the table meanwhile."""
        async with self.database(service) as connection:
            await connection.execute("SET idle_in_transaction_session_timeout = 0")
            transaction = connection.transaction()
            await transaction.start()
            await connection.execute(f'LOCK TABLE "{table}" IN ACCESS EXCLUSIVE MODE')
            try:
                yield
            finally:
                await transaction.rollback()

    @asynccontextmanager
    async def connections(self, number: int) -> AsyncIterator[None]:
        """That many idle connections to the server."""
        async with AsyncExitStack() as held:
            for first in range(0, number, 15):
                some = range(first, min(first + 15, number))
                opening = (held.enter_async_context(self.database("catalogue")) for _ in some)
                await asyncio.gather(*opening)
            yield

    async def until_seen(self, service: str) -> None:
        """Wait until the service tells its numbers."""
        async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
            for _ in range(300):
                with suppress(httpx.HTTPError):
                    if (await client.get(f"{self.stack.urls[service]}/metrics")).is_success:
                        return
                await asyncio.sleep(0.1)
        raise TimeoutError(f"{service} does not answer")

    @asynccontextmanager
    async def stopped(self, *names: str) -> AsyncIterator[None]:
        """Programs of the stack are down meanwhile."""
        await asyncio.gather(*(self.stack.stop(name) for name in names))
        try:
            yield
        finally:
            await asyncio.gather(*(self.stack.start(name) for name in names))

    @asynccontextmanager
    async def frozen(self, name: str) -> AsyncIterator[None]:
        """A program does nothing meanwhile (SIGSTOP)."""
        pid = self.stack.supervisor.pid(name)
        assert pid
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)
