"""Booking against a real PostgreSQL: nobody is in two places at once, whatever the race."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.adapters.cases import CaseUnknown
from guidance.adapters.counsellors import CounsellorUnknown
from guidance.adapters.sessions import SessionUnknown
from guidance.commands.desk import Desk
from guidance.commands.sessions import BookSession, book_session, cancel_session
from guidance.domain.availability import Channel
from guidance.domain.refusals import AlreadyCancelled, CaseBusy, CaseClosed, NotASlot, SlotTaken
from guidance.domain.sessions import Session
from guidance.domain.slots import window
from guidance.messages.cases import CASE_OPENED
from guidance.messages.sessions import SESSION_BOOKED, SESSION_CANCELLED
from guidance.queries import slots as queries
from guidance.state import figures
from shared.database import create_engine

from ..builders import MONDAY, NOW, RULES, minutes
from .steps import admitted, at, availability, deliver, said, scalar, unplaced

FIRST, SECOND = UUID(int=100), UUID(int=200)
PEOPLE = [UUID(int=number) for number in range(1, 201)]


@pytest.fixture
async def cases(engine: AsyncEngine) -> list[UUID]:
    """200 open cases of Timrå, and two counsellors: one in Sundsvall and one in Timrå."""
    await deliver(at(engine), *(unplaced(person, home_municipality="2262") for person in PEOPLE))
    await deliver(at(engine), availability("2281", counsellor=str(FIRST)), availability("2262", counsellor=str(SECOND)))
    return [UUID(event["case"]) for event in await said(engine, CASE_OPENED)]


async def book(
    engine: AsyncEngine,
    case: UUID,
    counsellor: UUID = FIRST,
    starts_at: datetime = MONDAY,
    municipality: str | None = None,
) -> Session:
    return await book_session(wanted(case, counsellor, starts_at, municipality), at(engine), RULES)


def wanted(
    case: UUID, counsellor: UUID = FIRST, starts_at: datetime = MONDAY, municipality: str | None = None
) -> BookSession:
    return BookSession(
        session=uuid4(),
        case=case,
        counsellor=counsellor,
        starts_at=starts_at,
        channel=Channel.VIDEO,
        municipality=municipality,
    )


async def free(engine: AsyncEngine, **wish: Any) -> list[tuple[int, UUID]]:
    """Minutes after Monday nine o'clock, and with whom."""
    within = window(MONDAY, MONDAY + timedelta(days=7), RULES, now=NOW)
    async with engine.connect() as connection:
        slots = await queries.free_slots(connection, within, queries.Wish(**wish), RULES, now=NOW, limit=100)
    return [(int((slot.starts_at - MONDAY) / minutes(1)), slot.counsellor) for slot in slots]


async def test_a_booked_session_is_said_and_its_time_is_gone(engine: AsyncEngine, cases: list[UUID]) -> None:
    session = await book(engine, cases[0], starts_at=MONDAY + minutes(30))
    [event] = await said(engine, SESSION_BOOKED)
    assert event["session"] == str(session.session)
    assert (event["starts_at"], event["ends_at"]) == ("2027-08-16T07:30:00Z", "2027-08-16T08:00:00Z")
    assert (event["home_municipality"], event["counsellor_municipality"]) == ("2262", "2281")
    assert (30, FIRST) not in await free(engine)
    with pytest.raises(SlotTaken):
        await book(engine, cases[1], starts_at=MONDAY + minutes(30))


async def test_soonest_first_and_then_who_has_fewest_sessions(engine: AsyncEngine, cases: list[UUID]) -> None:
    await book(engine, cases[0], starts_at=MONDAY + minutes(60))
    assert (await free(engine))[:3] == [(0, SECOND), (0, FIRST), (30, SECOND)]


async def test_a_search_can_be_narrowed(engine: AsyncEngine, cases: list[UUID]) -> None:
    assert {who for _, who in await free(engine, municipality="2262")} == {SECOND}
    assert {who for _, who in await free(engine, language="en", channel="phone")} == {FIRST, SECOND}
    assert await free(engine, language="fi") == []
    assert await free(engine, channel="on_site") == []


async def test_a_cancelled_session_frees_its_time(engine: AsyncEngine, cases: list[UUID]) -> None:
    session = await book(engine, cases[0])
    await cancel_session(session.session, at(engine), RULES, municipality="2281")
    [event] = await said(engine, SESSION_CANCELLED)
    assert event["session"] == str(session.session)
    assert (0, FIRST) in await free(engine)
    await book(engine, cases[1])
    with pytest.raises(AlreadyCancelled):
        await cancel_session(session.session, at(engine), RULES, municipality=None)
    assert len(await said(engine, SESSION_CANCELLED)) == 1


async def test_a_case_has_one_session_at_a_time(engine: AsyncEngine, cases: list[UUID]) -> None:
    await book(engine, cases[0], FIRST)
    with pytest.raises(CaseBusy):
        await book(engine, cases[0], SECOND)
    await book(engine, cases[0], SECOND, MONDAY + minutes(30))


async def test_a_time_that_was_withdrawn_cannot_be_booked(engine: AsyncEngine, cases: list[UUID]) -> None:
    await deliver(at(engine), availability("2281", counsellor=str(FIRST), periods=[], revision=2))
    with pytest.raises(NotASlot):
        await book(engine, cases[0])


async def test_a_longer_session_length_leaves_out_times_that_run_into_a_booked_one(
    engine: AsyncEngine, cases: list[UUID]
) -> None:
    await book(engine, cases[0], starts_at=MONDAY + minutes(30))
    longer = availability("2281", counsellor=str(FIRST), session_minutes=45, revision=2)
    await deliver(at(engine), longer)
    assert [start for start, _ in await free(engine, municipality="2281")] == [90, 135]
    with pytest.raises(SlotTaken):
        await book(engine, cases[1], starts_at=MONDAY + minutes(45))


async def test_what_is_not_there_is_not_found(engine: AsyncEngine, cases: list[UUID]) -> None:
    with pytest.raises(CaseUnknown):
        await book(engine, uuid4())
    with pytest.raises(CounsellorUnknown):
        await book(engine, cases[0], uuid4())
    with pytest.raises(SessionUnknown):
        await cancel_session(uuid4(), at(engine), RULES, municipality=None)


async def test_a_municipality_books_for_its_own_and_cancels_what_it_takes_part_in(
    engine: AsyncEngine, cases: list[UUID]
) -> None:
    with pytest.raises(CaseUnknown):
        await book(engine, cases[0], municipality="2281")
    session = await book(engine, cases[0], municipality="2262")
    with pytest.raises(SessionUnknown):
        await cancel_session(session.session, at(engine), RULES, municipality="2260")
    await cancel_session(session.session, at(engine), RULES, municipality="2262")


async def test_a_closed_case_is_not_booked_for(engine: AsyncEngine, cases: list[UUID]) -> None:
    applicant = (await said(engine, CASE_OPENED))[0]["applicant"]
    await deliver(at(engine), admitted(UUID(applicant)))
    with pytest.raises(CaseClosed):
        await book(engine, cases[0])


async def test_help_across_a_border_is_counted(engine: AsyncEngine, cases: list[UUID]) -> None:
    await book(engine, cases[0], FIRST)
    await book(engine, cases[1], SECOND)
    async with engine.connect() as connection:
        before = await figures(connection, clock=lambda: NOW)
        after = await figures(connection, clock=lambda: MONDAY + timedelta(hours=1))
    assert [figure.value for figure in before[1:4]] == ["2", "0", "–"]
    assert [figure.value for figure in after[1:4]] == ["0", "2", "50%"]


async def race(database: str, *attempts: tuple[UUID, UUID, datetime]) -> Counter[str]:
    """All of these bookings at the same moment, at the desks of two replicas; what became of them."""
    replicas = [create_engine(database, pool=4) for _ in range(2)]
    desks = cycle([Desk(at(engine), RULES) for engine in replicas])
    try:
        orders = [next(desks).book(wanted(*attempt).order()) for attempt in attempts]
        results = await asyncio.gather(*orders, return_exceptions=True)
    finally:
        for engine in replicas:
            await engine.dispose()
    return Counter(type(result).__name__ for result in results)


async def test_many_at_once_for_one_time_and_exactly_one_gets_it(
    database: str, engine: AsyncEngine, cases: list[UUID]
) -> None:
    outcome = await race(database, *((case, FIRST, MONDAY) for case in cases))
    assert outcome == {"Session": 1, "SlotTaken": len(cases) - 1}
    assert await scalar(engine, "SELECT count(*) FROM sessions") == 1
    assert len(await said(engine, SESSION_BOOKED)) == 1


async def test_many_at_once_for_one_case_and_exactly_one_gets_through(
    database: str, engine: AsyncEngine, cases: list[UUID]
) -> None:
    outcome = await race(database, *((cases[0], who, MONDAY) for who in [FIRST, SECOND] * 16))
    assert outcome["Session"] == 1
    assert set(outcome) <= {"Session", "CaseBusy", "SlotTaken"}
    assert await scalar(engine, "SELECT count(*) FROM sessions") == 1


async def test_a_race_for_all_times_fills_each_once_without_deadlock(
    database: str, engine: AsyncEngine, cases: list[UUID]
) -> None:
    times = [MONDAY + minutes(30 * number) for number in range(6)]
    attempts = [(case, who, time) for case in cases for who in (FIRST, SECOND) for time in times]
    outcome = await race(database, *attempts)
    assert outcome["Session"] == 12
    assert set(outcome) <= {"Session", "SlotTaken", "CaseBusy"}
    overlapping = """SELECT count(*) FROM sessions a JOIN sessions b ON a.id < b.id AND a.occupied && b.occupied
        AND (a.counsellor = b.counsellor OR a.case_id = b.case_id)"""
    assert await scalar(engine, overlapping) == 0
    assert await free(engine) == []
