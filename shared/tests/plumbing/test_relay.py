"""What stands in the outbox reaches Kafka: all of it, in order per key, confirmed before it counts as published."""

import asyncio
from collections import defaultdict
from contextlib import suppress
from uuid import uuid4

import pytest
import sqlalchemy as sa
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, KafkaTimeoutError

from shared import outbox
from shared.database import can_pass
from shared.events import Outgoing, read
from shared.kafka import make_producer
from shared.relay import Relay, prune
from shared.settings import Settings

from .conftest import REPORT


@pytest.fixture
def settings(servers, database) -> Settings:
    return Settings.model_construct(
        kafka=servers.kafka, kafka_idempotence=servers.durable, database_url=database, batch_size=500
    )


@pytest.fixture
async def topic(servers) -> str:
    name = f"relay-{uuid4().hex}"
    admin = AIOKafkaAdminClient(bootstrap_servers=servers.kafka)
    await admin.start()
    await admin.create_topics([NewTopic(name, num_partitions=3, replication_factor=1)])
    await admin.close()
    return name


@pytest.fixture
def relay(settings, database, metrics, unit_of_work) -> Relay:
    return Relay(database, lambda: make_producer(settings), metrics, unit_of_work.committed)


async def say(unit_of_work, topic: str, subjects: list[str]) -> None:
    async with unit_of_work() as work:
        work.announce(*(Outgoing(type=REPORT, subject=s, topic=topic, data={"n": n}) for n, s in enumerate(subjects)))


async def waiting(engine) -> int:
    async with engine.connect() as connection:
        return (await connection.scalars(sa.text("SELECT count(*) FROM outbox WHERE published_at IS NULL"))).one()


async def until_empty(engine) -> None:
    async with asyncio.timeout(30):
        while await waiting(engine):
            await asyncio.sleep(0.05)


async def records(servers, topic: str, number: int) -> list:
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=servers.kafka, auto_offset_reset="earliest")
    await consumer.start()
    found = []
    with suppress(TimeoutError):
        async with asyncio.timeout(15):
            while len(found) < number:
                for batch in (await consumer.getmany(timeout_ms=500)).values():
                    found += batch
    await consumer.stop()
    return found


async def test_rows_become_cloudevents_in_order_per_key(relay, servers, unit_of_work, engine, topic):
    subjects = [f"k{n % 17}" for n in range(3000)]
    await say(unit_of_work, topic, subjects)
    running = asyncio.create_task(relay.run())
    await until_empty(engine)
    running.cancel()

    events = [read(r) for r in await records(servers, topic, 3000)]

    assert len(events) == len({event.id for event in events}) == 3000
    per_key = defaultdict(list)
    for event in events:
        per_key[event.subject].append(event.data["n"])
    assert all(numbers == sorted(numbers) for numbers in per_key.values())
    assert {event.source for event in events} == {"/samverk/admissions"}


async def test_two_relays_publish_each_row_once(settings, database, metrics, unit_of_work, servers, engine, topic):
    relays = [Relay(database, lambda: make_producer(settings), metrics, unit_of_work.committed) for _ in range(2)]
    running = [asyncio.create_task(relay.run()) for relay in relays]
    for _ in range(5):
        await say(unit_of_work, topic, [f"k{n}" for n in range(100)])
    await until_empty(engine)
    running[0].cancel()
    await say(unit_of_work, topic, ["last"])
    await until_empty(engine)
    running[1].cancel()

    found = await records(servers, topic, 501)

    assert len(found) == 501


class Failing:
    """A producer whose broker confirms nothing for some partitions."""

    def __init__(self, producer, bad: set[int]) -> None:
        self._producer, self._bad = producer, bad
        self.partitions_for, self.create_batch = producer.partitions_for, producer.create_batch

    async def send_batch(self, batch, topic, *, partition):
        if partition not in self._bad:
            return await self._producer.send_batch(batch, topic, partition=partition)
        failed = asyncio.get_running_loop().create_future()
        failed.set_exception(KafkaTimeoutError())
        return failed


async def test_a_relay_whose_machine_vanished_keeps_its_turn_no_longer_than_its_lease(
    settings, database, metrics, unit_of_work, engine, topic
):
    holds, hangs = asyncio.Event(), asyncio.Event()

    class Vanished:
        """Made when the lock is held. Nothing is heard of it from then on, and its session stays open."""

        async def start(self):
            holds.set()
            await hangs.wait()

        async def stop(self):
            return None

    ghost = Relay(database, Vanished, metrics, asyncio.Event(), lease_seconds=1)
    vanished = asyncio.create_task(ghost.run())
    await holds.wait()
    relay = Relay(database, lambda: make_producer(settings), metrics, unit_of_work.committed)
    taking_over = asyncio.create_task(relay.run())
    await say(unit_of_work, topic, ["a", "b"])

    await until_empty(engine)

    for task in (vanished, taking_over):
        task.cancel()
    await asyncio.gather(vanished, taking_over, return_exceptions=True)


async def test_a_transaction_whose_owner_vanished_ends_and_that_passes_by_itself(engine):
    async with engine.connect() as connection:
        assert await connection.scalar(sa.text("SHOW idle_in_transaction_session_timeout")) == "1min"
        await connection.execute(sa.text("SET idle_in_transaction_session_timeout = '100ms'"))
        await connection.commit()
        await connection.execute(sa.text("SELECT 1"))
        await asyncio.sleep(0.5)
        with pytest.raises(sa.exc.DBAPIError) as ended:
            await connection.execute(sa.text("SELECT 1"))
        await connection.invalidate()

    assert can_pass(ended.value)


async def test_what_the_broker_did_not_confirm_still_waits(relay, settings, servers, unit_of_work, engine, topic):
    await say(unit_of_work, topic, [f"k{n}" for n in range(90)])
    producer = make_producer(settings)
    await producer.start()
    import asyncpg

    connection = await asyncpg.connect(engine.url.set(drivername="postgresql").render_as_string(hide_password=False))
    with pytest.raises(KafkaError):
        await relay.drain(connection, Failing(producer, {1}))
    left = await waiting(engine)
    assert 0 < left < 90
    await relay.drain(connection, producer)
    await producer.stop()
    await connection.close()

    assert await waiting(engine) == 0
    assert len(await records(servers, topic, 90)) == 90


async def test_an_event_that_no_topic_takes_is_not_said(unit_of_work, engine):
    with pytest.raises(outbox.TooLargeToSay):
        async with unit_of_work() as work:
            work.announce(Outgoing(type=REPORT, subject="large", data={"text": "x" * 1_100_000}))

    assert await waiting(engine) == 0


def test_header_bytes_survive_the_outbox():
    headers = [("a", b"\x00\xff\xc3\xa5"), ("b", b""), ("ce_subject", "Ånge".encode())]

    assert outbox.unpack(outbox.pack(headers)) == headers


async def test_old_published_rows_are_pruned_and_waiting_ones_never(unit_of_work, engine, database, topic):
    await say(unit_of_work, topic, ["sent", "waits"])
    async with engine.begin() as connection:
        await connection.execute(sa.text("UPDATE outbox SET created_at = now() - interval '30 days'"))
        await connection.execute(sa.text("UPDATE outbox SET published_at = now() WHERE key = 'sent'"))
        for age in (1, 500):
            await connection.execute(
                sa.text(
                    "INSERT INTO inbox (source, event_id, type, digest, received_at) "
                    "VALUES ('s', :id, 't', '', now() - make_interval(days => :age))"
                ),
                {"id": str(age), "age": age},
            )

    await prune(database, 14, 400)

    async with engine.connect() as connection:
        assert list(await connection.scalars(sa.text("SELECT key FROM outbox"))) == [b"waits"]
        assert list(await connection.scalars(sa.text("SELECT event_id FROM inbox"))) == ["1"]
