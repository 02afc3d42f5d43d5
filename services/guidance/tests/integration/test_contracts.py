"""The contracts' own examples through the whole consumer, as they would come from Kafka."""

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.consumer import AVAILABILITY, OFFERINGS, VACATED, readings
from guidance.reported_hours import HOURS
from shared.consumer import BatchConsumer
from shared.contracts import Contracts
from shared.observability.metrics import Metrics
from shared.testing import RawRecord, record, refused
from shared.work import UnitOfWork

from .steps import READINGS, example, said, scalar

TABLES = {AVAILABILITY: "counsellors", HOURS: "absences", **dict.fromkeys(OFFERINGS, "offerings")}


@pytest.fixture
def consumer(unit_of_work: UnitOfWork) -> BatchConsumer:
    metrics = Metrics(CollectorRegistry(), list(READINGS))
    return BatchConsumer("guidance", readings(), unit_of_work, Contracts.load(), metrics)


def as_record(kind: str, offset: int = 0) -> RawRecord:
    topic = "in.2281.guidance" if kind in (AVAILABILITY, HOURS) else f"{kind.split('.')[2]}.events"
    data = example(kind)
    subject = next(data[name] for name in ("applicant", "counsellor", "offering") if name in data)
    return record(kind, data, topic=topic, subject=subject, offset=offset)


@pytest.mark.parametrize("kind", list(READINGS))
async def test_each_example_is_taken_and_has_an_effect(consumer: BatchConsumer, engine: AsyncEngine, kind: str) -> None:
    before = [as_record(AVAILABILITY, 1)] if kind == HOURS else []  # hours are of a counsellor who is known
    await consumer.take([*before, as_record(kind)])
    async with engine.connect() as connection:
        assert await refused(connection) == []
    table = TABLES.get(kind, "cases")
    assert await scalar(engine, f"SELECT count(*) FROM {table}") == (0 if kind == VACATED else 1)


async def test_all_examples_in_one_batch_in_any_order(consumer: BatchConsumer, engine: AsyncEngine) -> None:
    batch = [as_record(kind, offset) for offset, kind in enumerate(reversed(list(READINGS))) if kind != HOURS]
    await consumer.take([*batch, *batch])
    assert await scalar(engine, "SELECT count(*) FROM counsellors") == 1
    assert await scalar(engine, "SELECT string_agg(status, ' ') FROM cases") == "none"
    assert await said(engine) == []


async def test_what_admissions_says_to_others_is_passed_over(consumer: BatchConsumer, engine: AsyncEngine) -> None:
    received = "se.samverk.admissions.application.received.v1"
    await consumer.take([record(received, example(received), topic="admissions.events")])
    async with engine.connect() as connection:
        assert await refused(connection) == []
