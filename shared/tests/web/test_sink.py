"""The sink over a real broker: confirmed means that a consumer can read it."""

import socket
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import OutOfOrderSequenceNumber

from shared.sink import BrokerAway, KafkaSink, NoTopic, Sending, TooLarge, confirmed


def producer(servers: str, **options) -> AIOKafkaProducer:
    return AIOKafkaProducer(bootstrap_servers=servers, acks="all", request_timeout_ms=5_000, **options)


@pytest.fixture
async def topic(servers) -> str:
    name = f"in.2281.test{uuid4().hex[:8]}"
    admin = AIOKafkaAdminClient(bootstrap_servers=servers.kafka)
    await admin.start()
    await admin.create_topics([NewTopic(name, num_partitions=3, replication_factor=1)])
    await admin.close()
    return name


async def read_all(servers: str, topic: str, number: int) -> list:
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=servers, auto_offset_reset="earliest", group_id=None)
    await consumer.start()
    try:
        return [await consumer.getone() for _ in range(number)]
    finally:
        await consumer.stop()


async def test_what_is_confirmed_can_be_read_as_it_was_sent(servers, topic):
    sink = KafkaSink(lambda: producer(servers.kafka))
    sendings = [
        Sending(topic, f"key {n % 7}".encode(), [("ce_id", str(n).encode()), ("empty", None)], b"{}")
        for n in range(500)
    ]

    await confirmed(sink, sendings)
    await sink.close()

    records = await read_all(servers.kafka, topic, 500)
    for key in {record.key for record in records}:
        order = [int(dict(record.headers)["ce_id"]) for record in records if record.key == key]
        assert order == sorted(order)
    assert {dict(record.headers)["empty"] for record in records} == {None}
    assert len({dict(record.headers)["ce_id"] for record in records}) == 500


async def test_a_broker_that_is_not_there_is_told_within_the_time(servers):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{taken.getsockname()[1]}"
    sink = KafkaSink(lambda: producer(nobody))

    with pytest.raises(BrokerAway):
        await confirmed(sink, [Sending("in.2281.admissions", b"k", [], b"{}")], seconds=2)
    await sink.close()


async def test_a_record_larger_than_the_broker_takes_is_named(servers, topic):
    sink = KafkaSink(lambda: producer(servers.kafka, max_request_size=1_000))

    with pytest.raises(TooLarge):
        await confirmed(sink, [Sending(topic, b"k", [], b"x" * 2_000)])
    await sink.close()


async def test_a_topic_that_does_not_exist_is_named_and_not_asked_for_again(servers, topic):
    made = producer(servers.kafka)
    sink = KafkaSink(lambda: made)
    missing = f"in.9999.test{uuid4().hex[:8]}"

    with pytest.raises(NoTopic):
        await confirmed(sink, [Sending(missing, b"k", [], b"{}")])
    await confirmed(sink, [Sending(topic, b"k", [], b"{}")])

    assert missing not in made.client._topics
    await sink.close()


async def test_a_producer_that_can_never_work_again_is_replaced(servers, topic):
    made = []

    def make() -> AIOKafkaProducer:
        made.append(producer(servers.kafka))
        return made[-1]

    sink = KafkaSink(make)
    await confirmed(sink, [Sending(topic, b"k", [], b"1")])
    made[0]._message_accumulator.fail_all(OutOfOrderSequenceNumber())

    with pytest.raises(BrokerAway):
        await confirmed(sink, [Sending(topic, b"k", [], b"2")])
    await confirmed(sink, [Sending(topic, b"k", [], b"3")])
    await sink.close()

    assert len(made) == 2
    assert [record.value for record in await read_all(servers.kafka, topic, 2)] == [b"1", b"3"]
