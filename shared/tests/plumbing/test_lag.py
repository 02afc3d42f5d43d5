"""How far behind, in records and seconds; and what is known of those who send."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from aiokafka import TopicPartition

from shared.consumer import Reading
from shared.lag import Lag
from shared.senders import Senders, waiting

from .conftest import TOPIC, report

PARTITION = TopicPartition(TOPIC, 0)


class Reader:
    """What `Lag` asks of an aiokafka consumer."""

    def __init__(self) -> None:
        self.end, self.read = 0, 0

    def assignment(self):
        return {PARTITION}

    async def end_offsets(self, partitions):
        return {PARTITION: self.end}

    async def position(self, partition):
        return self.read


class Batches:
    def __init__(self) -> None:
        self.in_hand, self.last = (), None

    def last_taken(self, topic, partition):
        return self.last


@pytest.fixture
def reader():
    return Reader()


@pytest.fixture
def batches():
    return Batches()


@pytest.fixture
def now():
    return [1_000.0]


@pytest.fixture
def lag(batches, now):
    return Lag(batches, clock=lambda: now[0])


async def test_unread_records_are_as_old_as_we_have_been_behind_at_most(lag, reader, now):
    reader.end = 5
    assert await lag.measure(reader) == {TOPIC: (5, 0.0)}
    now[0] = 1_030.0
    assert await lag.measure(reader) == {TOPIC: (5, 30.0)}

    reader.read = 5
    assert await lag.measure(reader) == {TOPIC: (0, 0.0)}


async def test_a_batch_in_hand_is_lag_until_it_is_committed(lag, reader, batches, now):
    reader.end = reader.read = 2
    batches.in_hand = [
        replace(report("a", 0), timestamp=940_000),
        replace(report("b", 1), timestamp=970_000),
    ]

    assert await lag.measure(reader) == {TOPIC: (2, 60.0)}

    batches.in_hand = ()
    assert await lag.measure(reader) == {TOPIC: (0, 0.0)}


async def test_the_batch_is_in_hand_while_it_is_handled(consumer, toy):
    held = []
    handle = toy.handle

    async def watched(work, events):
        held.append(len(consumer.in_hand))
        await handle(work, events)

    consumer._readings = {kind: Reading(kind, watched) for kind in consumer._readings}
    await consumer.take([report("a", 0), report("b", 1)])

    assert held == [2]
    assert consumer.in_hand == ()


async def test_municipalities_are_heard_and_those_never_heard_stand_at_zero(consumer, engine):
    senders = Senders()
    await consumer.take([report("a", 0)])
    async with engine.connect() as connection:
        heard = dict(await senders.heard(connection, [TOPIC, "in.2282.admissions", "catalogue.events"]))

    assert set(heard) == {"2281", "2282"}
    assert abs(heard["2281"] - datetime.now(UTC).timestamp()) < 60
    assert heard["2282"] == 0.0

    async with engine.begin() as connection:
        await connection.execute(sa.text("UPDATE inbox SET received_at = received_at - interval '1 day'"))
        again = dict(await senders.heard(connection, []))
    assert again == heard


async def test_taken_and_refused_are_counted_by_municipality(consumer, toy, numbers):
    toy.refuse = {"b"}
    toy.poison = {"c"}
    await consumer.take([report("a", 0), report("b", 1), report("c", 2), report("d", 3, data={})])

    def number(outcome: str) -> float | None:
        labels = {"municipality": "2281", "outcome": outcome}
        return numbers.get_sample_value("samverk_municipality_events_total", labels)

    assert (number("taken"), number("refused")) == (1, 2)


async def test_dead_letters_wait_until_they_are_sent_again(consumer, toy, engine, metrics, numbers):
    toy.poison = {"c"}
    await consumer.take([report("c", 2)])

    async with engine.begin() as connection:
        metrics.letters_waiting(await waiting(connection))
        assert numbers.get_sample_value("samverk_dead_letters_waiting", {"reason": "failed"}) == 1
        await connection.execute(sa.text("UPDATE dead_letters SET replayed_at = now()"))
        metrics.letters_waiting(await waiting(connection))
    assert numbers.get_sample_value("samverk_dead_letters_waiting", {"reason": "failed"}) == 0
