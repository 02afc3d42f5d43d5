"""Chores: all there is to do, each part in a transaction of its own, by one process at a time."""

import asyncio
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.chores import Chore, once, run
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
