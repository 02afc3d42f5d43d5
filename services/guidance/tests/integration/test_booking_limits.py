"""How much may be booked by link, however many ask at once: for a person, in a peak, on a day and of a pool."""

import asyncio
from collections import Counter

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.commands import invitations
from guidance.commands.desk import Desk
from guidance.commands.invitations import BookByLink
from guidance.domain.availability import Channel
from guidance.domain.invitations import Contact
from guidance.domain.refusals import DayFull, SlotTaken, TooMany
from guidance.domain.sessions import Session
from shared.database import create_engine

from ..builders import MONDAY, RULES, minutes
from .link_steps import FIRST, FREE_RULES, SECOND, SOON, book, counsellors, invited
from .steps import at, deliver, scalar, working_hours

__all__ = ["counsellors"]


async def test_limits_for_a_person_hold_however_many_ask_at_once(
    database: str, engine: AsyncEngine, counsellors: None
) -> None:
    who = await invited(engine)
    replicas = [create_engine(database, pool=4) for _ in range(2)]
    try:
        tries = [
            book(replicas[n % 2], who, MONDAY + minutes(30 * (n % 6)), candidates=((FIRST, SECOND)[n % 2],))
            for n in range(40)
        ]
        results = await asyncio.gather(*tries, return_exceptions=True)
    finally:
        for replica in replicas:
            await replica.dispose()
    outcome = Counter(type(result).__name__ for result in results)
    assert outcome["Session"] == RULES.most_ahead
    assert set(outcome) <= {"Session", "TooMany", "SlotTaken", "CaseBusy"}


async def test_in_a_peak_one_may_book_fewer(engine: AsyncEngine, counsellors: None) -> None:
    who = await invited(engine)
    await book(engine, who, rules=RULES)
    with pytest.raises(TooMany):
        await book(engine, who, MONDAY + minutes(60), rules=RULES)


async def test_a_day_holds_no_more_than_agreed_however_many_ask_at_once(
    database: str, engine: AsyncEngine, counsellors: None
) -> None:
    await deliver(at(engine, SOON), working_hours(counsellor=str(FIRST), max_per_day=3))
    everyone = [await invited(engine) for _ in range(24)]
    replicas = [create_engine(database, pool=4) for _ in range(2)]
    desks = [Desk(at(replica, SOON), FREE_RULES) for replica in replicas]
    try:
        orders = [
            invitations.book(
                BookByLink(
                    invitation=who,
                    candidates=(FIRST,),
                    starts_at=MONDAY + minutes(30 * (n % 6)),
                    session_type="guidance",
                    channel=Channel.VIDEO,
                    reached=Contact(email="test@example.invalid", phone=None, language="sv"),
                ),
                desks[n % 2],
                at(replicas[n % 2], SOON),
            )
            for n, who in enumerate(everyone)
        ]
        results = await asyncio.gather(*orders, return_exceptions=True)
    finally:
        for replica in replicas:
            await replica.dispose()
    outcome = Counter(type(result) for result in results)
    assert outcome[Session] == 3
    assert set(outcome) <= {Session, DayFull, SlotTaken}
    assert await scalar(engine, "SELECT count(*) FROM sessions") == 3


async def test_of_a_pool_as_many_get_the_time_as_there_are_counsellors(engine: AsyncEngine, counsellors: None) -> None:
    everyone = [await invited(engine) for _ in range(8)]
    tries = [book(engine, who, candidates=(FIRST, SECOND)) for who in everyone]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert Counter(type(result) for result in results) == {Session: 2, SlotTaken: 6}
