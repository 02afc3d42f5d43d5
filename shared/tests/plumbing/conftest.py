"""A database with the plumbing's tables and one more, where a toy handler leaves its effects."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import sqlalchemy as sa
from prometheus_client import CollectorRegistry
from sqlalchemy.ext.asyncio import AsyncEngine

from local_stack.stack import Stack
from shared.consumer import BatchConsumer, Reading
from shared.contracts import Contracts
from shared.database import create_engine
from shared.observability.metrics import Metrics, registry
from shared.tables import metadata
from shared.testing import example, record
from shared.work import UnitOfWork

REPORT = "se.samverk.catalogue.offering.reported.v1"
REPLY = "se.samverk.admissions.reply.given.v1"
TOPIC = "in.2281.admissions"


@pytest.fixture
async def database(servers: Stack) -> AsyncIterator[str]:
    base = servers.postgres_admin_url.replace("postgresql://", "postgresql+asyncpg://")
    name = f"plumbing_{uuid4().hex}"
    admin = create_engine(base, pool=1).execution_options(isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        await connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
    url = base.rpartition("/")[0] + f"/{name}"
    made = create_engine(url, pool=1)
    async with made.begin() as connection:
        await connection.run_sync(metadata().create_all)
        await connection.execute(
            sa.text("CREATE TABLE effects (number serial, event_id text, subject text, type text)")
        )
    await made.dispose()
    yield url
    async with admin.connect() as connection:
        await connection.execute(sa.text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    await admin.dispose()


@pytest.fixture
def unit_of_work(engine: AsyncEngine) -> UnitOfWork:
    return UnitOfWork(engine, "admissions")


@pytest.fixture
def contracts() -> Contracts:
    return Contracts.load()


@pytest.fixture
def numbers() -> CollectorRegistry:
    return registry()


@pytest.fixture
def metrics(numbers: CollectorRegistry) -> Metrics:
    return Metrics(numbers, [REPORT, REPLY])


def report(name: str, offset: int = 0, *, data=None, **more):
    """A report about `2281-<name>`."""
    subject = f"2281-{name}"
    content = example(REPORT) | {"offering": subject} if data is None else data
    return record(REPORT, content, topic=TOPIC, subject=subject, offset=offset, **more)


def name(subject: str) -> str:
    return subject.removeprefix("2281-")


class Toy:
    """A handler that writes one row an event, and fails or refuses where a test says so."""

    def __init__(self) -> None:
        self.poison: set[str] = set()
        self.refuse: set[str] = set()
        self.trouble: list[Exception] = []
        self.batches: list[int] = []

    async def handle(self, work, events) -> None:
        self.batches.append(len(events))
        rows = [{"id": e.id, "subject": e.subject, "type": e.type} for e in events]
        await work.connection.execute(
            sa.text("INSERT INTO effects (event_id, subject, type) VALUES (:id, :subject, :type)"), rows
        )
        if self.trouble:
            raise self.trouble.pop(0)
        if any(name(e.subject) in self.poison for e in events):
            raise ValueError("a fault of our own")
        for event in events:
            if name(event.subject) in self.refuse:
                work.refuse(event, "breaks_a_rule")


@pytest.fixture
def toy() -> Toy:
    return Toy()


@pytest.fixture
def consumer(unit_of_work, contracts, metrics, toy) -> BatchConsumer:
    readings = [Reading(REPORT, toy.handle), Reading(REPLY, toy.handle)]
    return BatchConsumer("admissions", readings, unit_of_work, contracts, metrics)


@pytest.fixture
def effects(engine: AsyncEngine):
    """The names of what had an effect, in the order they had it."""

    async def read() -> list[str]:
        async with engine.connect() as connection:
            return [name(s) for s in await connection.scalars(sa.text("SELECT subject FROM effects ORDER BY number"))]

    return read
