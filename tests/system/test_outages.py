"""Broker, database and services are stopped and killed under load; afterwards nothing is lost and nothing doubled."""

import asyncio
import signal

import pytest
from aiokafka import AIOKafkaProducer

from .events import TRADES

pytestmark = pytest.mark.slow


@pytest.fixture
def down_and_up(stack, background):
    """Stops a program for a while, in the loop that its supervisor lives in."""

    async def doing(*names: str, seconds: float, kill: bool = False) -> None:
        def there(coroutine):
            return asyncio.wrap_future(asyncio.run_coroutine_threadsafe(coroutine, background.loop))

        def end(name):
            return stack.kill(name, signal.SIGKILL, stay_down=True) if kill else stack.stop(name)

        await asyncio.gather(*(there(end(name)) for name in names))
        await asyncio.sleep(seconds)
        # together: of three brokers none is ready alone
        await asyncio.gather(*(there(stack.start(name)) for name in names))

    return doing


async def keep_sending(stack, reports) -> None:
    """Sends slowly enough that something breaks in the middle; waits for each until the broker has it."""
    producer = AIOKafkaProducer(
        **stack.client(f"municipality-{reports[0].municipality}"),
        acks="all",
        enable_idempotence=stack.durable,
        request_timeout_ms=60_000,
    )
    await producer.start()
    futures = []
    for number, report in enumerate(reports):
        futures.append(
            await producer.send(report.topic, report.value(), key=report.subject.encode(), headers=report.headers())
        )
        if number % 20 == 0:
            await asyncio.sleep(0.02)
    await asyncio.gather(*futures)
    await producer.stop()


@pytest.mark.durable
@pytest.mark.parametrize("kill", [False, True], ids=["stopped", "killed"])
async def test_the_broker_goes_away_under_load(kill, stack, batch, ledger, down_and_up):
    trade = TRADES[0]
    reports = [trade.make(batch, n) for n in range(trade.most)]

    sending = asyncio.create_task(keep_sending(stack, reports))
    await asyncio.sleep(0.4)
    await down_and_up(*stack.brokers, seconds=1, kill=kill)
    await sending

    await ledger.until_taken(trade.service, reports, seconds=90)
    await ledger.assert_exactly_one_effect(trade, reports)


@pytest.mark.parametrize("kill", [False, True], ids=["stopped", "killed"])
async def test_the_database_goes_away_under_load(kill, stack, batch, ledger, down_and_up):
    trade = TRADES[0]
    reports = [trade.make(batch, n) for n in range(trade.most)]

    sending = asyncio.create_task(keep_sending(stack, reports))
    await asyncio.sleep(0.4)
    await down_and_up("postgres", seconds=2, kill=kill)
    await sending

    await ledger.until_taken(trade.service, reports, seconds=90)
    await ledger.assert_exactly_one_effect(trade, reports)
    assert await ledger.dead_letters(trade.service, [r.id for r in reports]) == []


@pytest.mark.parametrize("trade", TRADES, ids=lambda trade: trade.service)
async def test_a_service_is_killed_in_the_middle_of_its_work(trade, stack, batch, ledger, down_and_up):
    reports = [trade.make(batch, n) for n in range(trade.most)]

    sending = asyncio.create_task(keep_sending(stack, reports))
    for _ in range(2):
        await asyncio.sleep(0.3)
        await down_and_up(trade.service, seconds=0.2, kill=True)
    await sending

    await ledger.until_taken(trade.service, reports, seconds=90)
    await ledger.assert_exactly_one_effect(trade, reports)
