"""The subscriber on a real broker: binary and structured mode, bad headers, offsets after the commit."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.kafka import Broken, Subscription, make_producer
from shared.settings import Settings
from shared.testing import example, refused

from .conftest import REPORT, TOPIC, report


@pytest.fixture
def settings(servers, database) -> Settings:
    return Settings.model_construct(
        kafka=servers.kafka, kafka_idempotence=servers.durable, database_url=database, batch_size=200
    )


@pytest.fixture
async def send(settings):
    producer = make_producer(settings)
    await producer.start()

    async def sending(*records) -> None:
        for r in records:
            await producer.send_and_wait(r.topic, r.value, key=r.key, headers=list(r.headers))

    yield sending
    await producer.stop()


@pytest.fixture
async def running(consumer, settings):
    subscription = Subscription("admissions", ["catalogue.events"], consumer, settings)
    await subscription.start()
    yield subscription
    await subscription.stop()


async def until(condition) -> None:
    async with asyncio.timeout(30):
        while not await condition():
            await asyncio.sleep(0.1)


def structured(subject: str):
    envelope = {
        "specversion": "1.0",
        "id": str(uuid4()),
        "type": REPORT,
        "source": "/municipalities/2281/test",
        "subject": f"2281-{subject}",
        "time": "2027-01-20T10:00:00Z",
        "datacontenttype": "application/json",
        "data": example(REPORT) | {"offering": f"2281-{subject}"},
    }
    made = report(subject, data=orjson.dumps(envelope))
    return type(made)(
        made.topic, 0, 0, 0, made.key, made.value, [("content-type", b"application/cloudevents+json; charset=UTF-8")]
    )


async def test_both_modes_are_read_and_offsets_are_committed_after_the_effect(running, send, effects, servers):
    mark = uuid4().hex[:20]
    binary = [report(f"{mark}-{n}") for n in range(20)]

    await send(*binary, structured(f"{mark}-structured"))

    async def all_there() -> bool:
        return len([s for s in await effects() if s.startswith(mark)]) == 21

    await until(all_there)
    await running.stop()
    reader = AIOKafkaConsumer(bootstrap_servers=servers.kafka, group_id="admissions", enable_auto_commit=False)
    await reader.start()
    parts = [TopicPartition(TOPIC, n) for n in reader.partitions_for_topic(TOPIC) or {0, 1}]
    ends = await reader.end_offsets(parts)
    committed = {part: await reader.committed(part) for part in parts}
    await reader.stop()
    assert {p: c for p, c in committed.items() if c is not None} == {p: e for p, e in ends.items() if e}


async def test_a_header_that_is_not_utf8_does_not_harm_its_neighbours(running, send, effects, engine):
    mark = uuid4().hex[:20]
    good = report(f"{mark}-good")
    bad = report(f"{mark}-bad")
    bad = type(bad)(bad.topic, 0, 0, 0, bad.key, bad.value, [*bad.headers, ("ce_odd", b"\xff\xfe"), ("null", None)])

    await send(bad, good)

    async def there() -> bool:
        return f"{mark}-good" in await effects()

    await until(there)
    async with engine.connect() as connection:
        assert "not_a_cloudevent" in [letter["reason"] for letter in await refused(connection)]


async def test_a_batch_that_cannot_be_ended_is_never_acknowledged(consumer, settings, send, toy, servers):
    class Hopeless:
        async def take(self, records) -> None:
            raise RuntimeError("neither handled nor set aside")

    subscription = Subscription("hopeless", ["catalogue.events"], Hopeless(), settings)
    running = asyncio.create_task(subscription.run())
    while not subscription.started:
        await asyncio.sleep(0.1)
    topic = "catalogue.events"
    await send(*(replace(report(f"h{n}"), topic=topic) for n in range(3)))

    with pytest.raises(Broken):
        await asyncio.wait_for(running, 20)
    stopping = asyncio.create_task(subscription.stop())
    reader = AIOKafkaConsumer(bootstrap_servers=servers.kafka, group_id="hopeless", enable_auto_commit=False)
    await reader.start()
    committed = [await reader.committed(TopicPartition(topic, n)) for n in range(4)]
    await reader.stop()
    await stopping
    assert committed == [None] * 4
