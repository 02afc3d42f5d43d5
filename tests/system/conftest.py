"""The whole stack with its four services as real processes, and hands to send with and eyes to see with."""

import asyncio
import itertools
import os
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import httpx
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from local_stack.stack import Stack

from .events import Report, Trade

PATIENCE_SECONDS = 60
_batches = itertools.count(1)


@pytest.fixture(scope="session")
def stack(background) -> Iterator[Stack]:
    """One stack for the session; a test that breaks a part mends it again."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    folder = Path(__file__).parents[2] / f".samverk-test-system-{worker}"
    shutil.rmtree(folder, ignore_errors=True)
    running = Stack(state=folder)
    background.run(running.__aenter__())
    yield running
    background.run(running.__aexit__(None, None, None))


@pytest.fixture(scope="session")
def servers(stack) -> Stack:
    """What asks for servers alone gets those of the whole stack: three brokers are not started twice."""
    return stack


@pytest.fixture
def batch() -> int:
    """A number that no other test of this process has, to make events of one's own from."""
    return next(_batches)


@pytest.fixture
async def send(stack) -> AsyncIterator:
    """Produces records to Kafka, and waits until the broker has them."""
    producer = AIOKafkaProducer(**stack.client("administrator"), acks="all")
    await producer.start()

    async def sending(reports: Iterable[Report], *, raw: Sequence[tuple[str, bytes]] = ()) -> None:
        futures = [
            await producer.send(r.topic, r.value(), key=r.subject.encode(), headers=r.headers()) for r in reports
        ]
        futures += [await producer.send(topic, value) for topic, value in raw]
        await asyncio.gather(*futures)

    yield sending
    await producer.stop()


class Ledger:
    """What a service's database says became of events."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    @asynccontextmanager
    async def connect(self, service: str) -> AsyncIterator[asyncpg.Connection]:
        url = self._stack.database_urls[service].replace("+asyncpg", "")
        connection = await asyncpg.connect(url, timeout=5)
        try:
            yield connection
        finally:
            await connection.close()

    async def effects(self, trade: Trade) -> Counter[str]:
        """How many effects each subject has had."""
        async with self.connect(trade.service) as connection:
            return Counter(row[0] for row in await connection.fetch(trade.effects))

    async def taken(self, service: str, ids: Sequence[str]) -> int:
        """How many of these events the inbox knows as handled."""
        async with self.connect(service) as connection:
            return await connection.fetchval(
                "SELECT count(*) FROM inbox WHERE event_id = ANY($1) AND NOT refused", list(ids)
            )

    async def dead_letters(self, service: str, ids: Sequence[str]) -> list[str]:
        """The reasons for which any of these events were set aside."""
        async with self.connect(service) as connection:
            rows = await connection.fetch("SELECT reason FROM dead_letters WHERE event_id = ANY($1)", list(ids))
            return [row[0] for row in rows]

    async def value(self, service: str, query: str, *arguments):
        """One value from a service's database."""
        async with self.connect(service) as connection:
            return await connection.fetchval(query, *arguments)

    async def until_taken(self, service: str, reports: Sequence[Report], *, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until all these events are handled."""
        ids = [report.id for report in reports]
        taken = -1
        try:
            async with asyncio.timeout(seconds):
                while taken != len(set(ids)):
                    try:
                        taken = await self.taken(service, ids)
                    except (OSError, asyncpg.PostgresError):
                        taken = -1
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise AssertionError(f"{service} took {taken} of {len(set(ids))} events in {seconds} s") from None

    async def assert_exactly_one_effect(self, trade: Trade, reports: Sequence[Report]) -> None:
        """Each subject had one effect: none lost, none doubled."""
        effects = await self.effects(trade)
        found = {report.subject: effects[report.subject] for report in reports}
        assert found == dict.fromkeys(found, 1)


@pytest.fixture
def ledger(stack) -> Ledger:
    return Ledger(stack)


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=20) as client:
        yield client


@pytest.fixture
async def answers(stack):
    """Reads every answer that a municipality has got so far."""

    async def reading(municipality: str, *, until: int, seconds: float = 20) -> list:
        consumer = AIOKafkaConsumer(
            f"out.{municipality}.answers", **stack.client(f"municipality-{municipality}"), auto_offset_reset="earliest"
        )
        await consumer.start()
        found: list = []
        try:
            async with asyncio.timeout(seconds):
                while len(found) < until:
                    for records in (await consumer.getmany(timeout_ms=300)).values():
                        found += records
        except TimeoutError:
            pass
        finally:
            await consumer.stop()
        return found

    return reading
