"""What only a cluster shows: one broker may go at any time, two may not, and nothing that was confirmed is lost."""

import asyncio
import signal
from contextlib import asynccontextmanager

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from local_stack.cluster import administration

from .events import TRADES, application
from .test_doors import STRUCTURED, bearer
from .test_outages import down_and_up as _down_and_up
from .test_outages import keep_sending
from .test_process import there as _there

there, down_and_up = _there, _down_and_up
pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _three(stack) -> None:
    if len(stack.brokers) != 3:
        pytest.skip("needs three brokers: make test-kafka")


@asynccontextmanager
async def described(stack, *topics: str):
    async with administration(stack.kafka, stack.security("administrator")) as admin:
        yield await admin.describe_topics(list(topics) or None)


async def leader_of(stack, topic: str) -> str:
    async with described(stack, topic) as found:
        return f"kafka-{found[0]['partitions'][0]['leader']}"


async def until_in_sync(stack, topic: str) -> None:
    """Wait until all three copies of the topic are whole again, so that the next test begins from there."""
    async with asyncio.timeout(60):
        while True:
            async with described(stack, topic, "__consumer_offsets") as found:
                if all(len(part["isr"]) == 3 for each in found for part in each["partitions"]):
                    return
            await asyncio.sleep(0.5)


@pytest.fixture
async def municipality(stack):
    """A producer that outlives a test's outage: it stops only once what it holds is sent, with brokers back."""
    async with AIOKafkaProducer(
        **stack.client("municipality-2281"), acks="all", enable_idempotence=True, request_timeout_ms=5_000
    ) as producer:
        yield producer


async def test_every_record_is_kept_in_three_places(stack):
    async with described(stack) as found:
        copies = {each["topic"]: {len(part["replicas"]) for part in each["partitions"]} for each in found}

    assert len(copies) > 70
    assert set(map(frozenset, copies.values())) == {frozenset({3})}


async def test_the_leader_is_killed_under_load_and_nothing_is_lost(stack, batch, ledger, down_and_up):
    trade = TRADES[0]
    reports = [trade.make(batch, n) for n in range(trade.most)]
    leader = await leader_of(stack, reports[0].topic)

    sending = asyncio.create_task(keep_sending(stack, reports))
    await asyncio.sleep(0.3)
    await down_and_up(leader, seconds=1, kill=True)
    await sending

    await ledger.until_taken(trade.service, reports, seconds=90)
    await ledger.assert_exactly_one_effect(trade, reports)
    await until_in_sync(stack, reports[0].topic)


async def test_with_one_broker_away_both_doors_go_on(stack, batch, http, ledger, there):
    trade = TRADES[0]
    by_kafka, by_http = [trade.make(batch, n) for n in range(50)], application(batch, 60)
    headers = bearer(stack, municipality="2281") | {"Content-Type": STRUCTURED}
    leader = await leader_of(stack, by_http.topic)

    await there(stack.kill(leader, signal.SIGKILL, stay_down=True))
    try:
        await keep_sending(stack, by_kafka)
        async with asyncio.timeout(30):
            while (
                await http.post(f"{stack.urls['admissions']}/events", headers=headers, json=by_http.envelope())
            ).status_code != 202:
                await asyncio.sleep(0.2)
        await ledger.until_taken(trade.service, [*by_kafka, by_http], seconds=60)
        assert stack.supervisor.pid(leader) is None
    finally:
        await there(stack.start(leader))
    await ledger.assert_exactly_one_effect(trade, [*by_kafka, by_http])
    await until_in_sync(stack, by_http.topic)


async def test_with_two_brokers_away_nothing_is_confirmed_and_nothing_lost(
    stack, batch, http, ledger, there, municipality
):
    before, during, unconfirmed = application(batch, 1), application(batch, 2), application(batch, 3)
    url = f"{stack.urls['admissions']}/events"
    headers = bearer(stack, municipality="2281") | {"Content-Type": STRUCTURED}
    assert (await http.post(url, headers=headers, json=before.envelope())).status_code == 202
    gone = stack.brokers[:2]

    await asyncio.gather(*(there(stack.kill(name, signal.SIGKILL, stay_down=True)) for name in gone))
    try:
        confirming = asyncio.create_task(asyncio.wait_for(confirm(municipality, unconfirmed), 8))
        away = await http.post(url, headers=headers, json=during.envelope())
        with pytest.raises((KafkaError, TimeoutError)):
            await confirming
    finally:
        await asyncio.gather(*(there(stack.start(name)) for name in gone))

    assert away.status_code == 503
    assert int(away.headers["Retry-After"]) > 0
    async with asyncio.timeout(60):
        while (await http.post(url, headers=headers, json=during.envelope())).status_code != 202:
            await asyncio.sleep(0.5)
    await ledger.until_taken("admissions", [before, during])
    await ledger.assert_exactly_one_effect(TRADES[0], [before, during])
    await until_in_sync(stack, before.topic)


async def confirm(producer: AIOKafkaProducer, report) -> None:
    await producer.send_and_wait(report.topic, report.value(), key=report.subject.encode(), headers=report.headers())
