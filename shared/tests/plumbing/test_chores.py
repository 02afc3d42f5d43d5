"""Chores: all there is to do, each part in a transaction of its own, by one process at a time."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.chores import Chore, Errand, once, run
from shared.work import UnitOfWork, Work

HOUR = timedelta(hours=1)
_LEAVE = sa.text("INSERT INTO effects (event_id, subject, type) VALUES (:name, 'x', 'x')")


async def effects(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return int(await connection.scalar(sa.text("SELECT count(*) FROM effects")) or 0)


async def test_a_chore_goes_on_until_there_is_no_more_to_do(engine: AsyncEngine, unit_of_work: UnitOfWork) -> None:
    left = [3]

    async def do(work: Work) -> bool:
        await work.connection.execute(_LEAVE, {"name": "a"})
        left[0] -= 1
        return left[0] > 0

    await once(Chore("a", HOUR, do), unit_of_work)
    assert await effects(engine) == 3


async def test_a_chore_is_done_by_one_process_at_a_time(engine: AsyncEngine, unit_of_work: UnitOfWork) -> None:
    begun, finish = asyncio.Event(), asyncio.Event()

    async def slow(work: Work) -> bool:
        begun.set()
        await finish.wait()
        await work.connection.execute(_LEAVE, {"name": "slow"})
        return False

    async def quick(work: Work) -> bool:
        await work.connection.execute(_LEAVE, {"name": "quick"})
        return False

    first = asyncio.create_task(once(Chore("same", HOUR, slow), unit_of_work))
    await begun.wait()
    await once(Chore("same", HOUR, quick), unit_of_work)
    assert await effects(engine) == 0
    await once(Chore("another", HOUR, quick), unit_of_work)
    finish.set()
    await first
    assert await effects(engine) == 2


async def test_a_chore_that_fails_leaves_nothing_and_is_tried_again(
    engine: AsyncEngine, unit_of_work: UnitOfWork
) -> None:
    tried = asyncio.Queue[int]()

    async def do(work: Work) -> bool:
        await work.connection.execute(_LEAVE, {"name": "half"})
        tried.put_nowait(tried.qsize())
        raise ValueError

    task = asyncio.create_task(run(Chore("failing", timedelta(milliseconds=1), do), unit_of_work))
    for _ in range(3):
        await tried.get()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await effects(engine) == 0


async def claimed(unit_of_work: UnitOfWork) -> str | None:
    """Take the oldest effect that nobody has taken, as an errand claims what it is about to see to."""
    claim = """UPDATE effects SET type = 'taken' WHERE number =
        (SELECT min(number) FROM effects WHERE type = 'x') RETURNING event_id"""
    async with unit_of_work() as work:
        taken: str | None = await work.connection.scalar(sa.text(claim))
        return taken


async def leave(unit_of_work: UnitOfWork, *names: str) -> None:
    async with unit_of_work() as work:
        await work.connection.execute(_LEAVE, [{"name": name} for name in names])


async def open_transactions(engine: AsyncEngine) -> int:
    others = """SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()"""
    async with engine.connect() as connection:
        return int(await connection.scalar(sa.text(others)) or 0)


async def test_an_errand_goes_on_until_there_is_no_more_and_holds_no_transaction_while_it_waits(
    engine: AsyncEngine, unit_of_work: UnitOfWork
) -> None:
    await leave(unit_of_work, "a", "b", "c")
    sent: list[str] = []

    async def do(unit_of_work: UnitOfWork) -> bool:
        taken = await claimed(unit_of_work)
        if taken is None:
            return False
        assert await open_transactions(engine) == 0  # where the other system would be asked
        sent.append(taken)
        return True

    await once(Errand("post", HOUR, do), unit_of_work)
    assert sent == ["a", "b", "c"]


async def test_two_processes_may_be_at_the_same_errand_and_share_the_work(unit_of_work: UnitOfWork) -> None:
    await leave(unit_of_work, "a", "b")
    both, sent = asyncio.Barrier(2), list[str]()

    async def do(unit_of_work: UnitOfWork) -> bool:
        taken = await claimed(unit_of_work)
        assert taken is not None
        await both.wait()  # the one is in the middle of it when the other comes
        sent.append(taken)
        return False

    async with asyncio.timeout(60):
        await asyncio.gather(*(once(Errand("post", HOUR, do), unit_of_work) for _ in range(2)))
    assert sorted(sent) == ["a", "b"]


async def test_what_an_errand_did_before_it_failed_stays_and_the_rest_is_done_the_next_time(
    engine: AsyncEngine, unit_of_work: UnitOfWork
) -> None:
    await leave(unit_of_work, "a", "b")
    tried = asyncio.Queue[str | None]()

    async def do(unit_of_work: UnitOfWork) -> bool:
        taken = await claimed(unit_of_work)
        tried.put_nowait(taken)
        if taken == "a":
            raise ConnectionError
        return taken is not None

    task = asyncio.create_task(run(Errand("post", timedelta(milliseconds=1), do), unit_of_work))
    async with asyncio.timeout(60):
        assert [await tried.get() for _ in range(3)] == ["a", "b", None]
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
