"""The waitlist, on a real PostgreSQL: a freed time is offered to one at a time, in order."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.booking_chores import look_for_times
from guidance.commands import waitlist
from guidance.domain.refusals import SlotTaken
from guidance.domain.sessions import Session
from guidance.domain.waitlist import AlreadyWaiting, OfferOver
from guidance.messages.waitlist import JOINED, LEFT, OFFERED
from shared.database import create_engine

from ..builders import MONDAY, RULES, minutes
from .link_steps import FIRST, FREE_RULES, SOON, book, cancel, counsellors, invited, join, lapse, offered
from .steps import at, said, scalar

__all__ = ["counsellors"]


async def test_a_freed_time_is_held_for_the_first_in_line_and_then_for_the_next(
    engine: AsyncEngine, counsellors: None
) -> None:
    session = await book(engine, await invited(engine))
    first, second, stranger = [await invited(engine) for _ in range(3)]
    await join(engine, first)
    await join(engine, second)
    with pytest.raises(AlreadyWaiting):
        await join(engine, first)
    await cancel(engine, session)
    [offer] = await offered(engine, first)
    assert await offered(engine, second) == []
    assert offer.until == SOON + RULES.offer_stands
    with pytest.raises(SlotTaken):
        await book(engine, stranger)
    with pytest.raises(OfferOver):
        await waitlist.take_offer(offer.id, stranger, at(engine, SOON), FREE_RULES)
    await lapse(engine, SOON + RULES.offer_stands)
    assert await offered(engine, first) == []
    [offer] = await offered(engine, second)
    taken = await waitlist.take_offer(offer.id, second, at(engine, SOON + RULES.offer_stands), FREE_RULES)
    assert (taken.applicant, taken.time.starts_at) == (second.person, MONDAY)
    assert len(await said(engine, JOINED)) == len(await said(engine, OFFERED)) == 2
    assert len(await said(engine, LEFT)) == 1


async def test_one_who_says_no_waits_on_and_is_not_offered_the_same_again(
    engine: AsyncEngine, counsellors: None
) -> None:
    session = await book(engine, await invited(engine))
    who = await invited(engine)
    await join(engine, who, counsellor=FIRST)
    await cancel(engine, session)
    [offer] = await offered(engine, who)
    await waitlist.decline_offer(offer.id, who, at(engine, SOON), FREE_RULES)
    assert await offered(engine, who) == []
    async with at(engine, SOON)() as work:
        assert await look_for_times(work, FREE_RULES)  # another of the counsellor's times
    assert [row.starts_at for row in await offered(engine, who)] == [MONDAY + minutes(30)]


async def test_after_two_unanswered_offers_one_leaves_the_line(engine: AsyncEngine, counsellors: None) -> None:
    who = await invited(engine)
    await join(engine, who)
    for turn in range(2):
        now = SOON + turn * timedelta(hours=5)
        async with at(engine, now)() as work:
            assert await look_for_times(work, FREE_RULES)
        await lapse(engine, now + RULES.offer_stands)
    assert await scalar(engine, "SELECT status FROM waitlist") == "left"
    assert await scalar(engine, "SELECT count(*) FROM sessions") == 0


async def test_one_offer_goes_to_one_however_many_replicas_look(
    database: str, engine: AsyncEngine, counsellors: None
) -> None:
    held = [await book(engine, await invited(engine), MONDAY + minutes(30 * n)) for n in range(6)]
    line = [await invited(engine) for _ in range(6)]
    for who in line:
        await join(engine, who, counsellor=FIRST)
    replicas = [create_engine(database, pool=6) for _ in range(2)]
    try:
        await asyncio.gather(*(cancel(replicas[n % 2], session) for n, session in enumerate(held)))
    finally:
        for replica in replicas:
            await replica.dispose()
    offers = [await offered(engine, who) for who in line]
    assert [len(each) for each in offers] == [1] * 6
    assert len({each[0].starts_at for each in offers}) == 6


async def test_an_offer_is_taken_once(engine: AsyncEngine, counsellors: None) -> None:
    who = await invited(engine)
    await join(engine, who)
    async with at(engine, SOON)() as work:
        await look_for_times(work, FREE_RULES)
    [offer] = await offered(engine, who)
    tries = [waitlist.take_offer(offer.id, who, at(engine, SOON), FREE_RULES) for _ in range(4)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert Counter(type(result) for result in results) == {Session: 1, OfferOver: 3}
