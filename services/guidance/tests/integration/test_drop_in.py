"""The drop-in queue on a real database: joining, being called, and leaving nothing behind."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.adapters import drop_ins
from guidance.adapters.calendars.vault import Vault
from guidance.adapters.limits import Limit, TooOften, network_of
from guidance.adapters.rooms import NoRooms, Rooms
from guidance.commands.drop_in import JoinQueue, end_visit, join_queue, leave_queue, look, sweep, take_next
from guidance.domain.calendars import CalendarsOff
from guidance.domain.drop_in import Channel, NobodyWaits, Outcome, PhoneMissing, Visit, VisitUnderWay
from guidance.domain.rota.clock import at as wall_at
from guidance.domain.rota.clock import moment
from guidance.domain.rota.refusals import NotOnDuty, QueueClosed, QueueFull, TicketUnknown, VisitUnknown
from guidance.edges.rota import phone_of, room_of
from guidance.messages.drop_in import DROP_IN_ENDED
from guidance.settings import Room

from .rota_steps import ANNA, BERIT, MONDAY, rota
from .steps import at, said, scalar

VAULT = Vault([SecretStr("0123456789abcdef0123456789abcdef")])
ROOMS = Rooms({"default": Room(provider="jitsi", address="https://meet.example")})
TEN = moment(wall_at(MONDAY, 600))
MINUTE = timedelta(minutes=1)


async def joined(engine: AsyncEngine, secret: str = "first", now: datetime = TEN, **changes: Any) -> int:
    command: dict[str, Any] = {
        "visit": uuid4(),
        "secret": secret,
        "municipality": "2262",
        "language": "sv",
        "channel": Channel.VIDEO,
    }
    return await join_queue(JoinQueue(**command | changes), at(engine, now), VAULT)


async def taken(engine: AsyncEngine, who: UUID = ANNA, now: datetime = TEN + MINUTE) -> Visit:
    return await take_next(who, "room-" + "x" * 20, at(engine, now), VAULT)


async def test_who_came_first_is_called_first_and_meets_in_a_room_of_their_own(engine: AsyncEngine) -> None:
    await rota(engine)
    assert [await joined(engine, name, TEN + n * MINUTE / 60) for n, name in enumerate(("first", "second"))] == [1, 2]
    assert (await look("second", at(engine, TEN))).place == 1
    visit = await taken(engine)
    assert visit.number == 1
    seen = await look("first", at(engine, TEN + MINUTE))
    assert room_of(seen, VAULT, ROOMS, host=False) == "https://meet.example/room-" + "x" * 20
    assert (await look("second", at(engine, TEN + MINUTE))).place == 0
    assert await scalar(engine, "SELECT count(*) FROM drop_ins WHERE encode(room, 'escape') LIKE '%room-x%'") == 0


async def test_a_number_is_for_the_one_who_calls_and_gone_when_the_visit_ends(engine: AsyncEngine) -> None:
    await rota(engine)
    await joined(engine, channel=Channel.PHONE, phone="070-1234567")
    assert await scalar(engine, "SELECT count(*) FROM drop_ins WHERE encode(phone, 'escape') LIKE '%1234567%'") == 0
    visit = await taken(engine)
    assert phone_of(visit, VAULT) == "070-1234567"
    assert room_of(visit, VAULT, ROOMS, host=True) is None
    await end_visit(ANNA, Outcome.HELPED, at(engine, TEN + 10 * MINUTE))
    assert await scalar(engine, "SELECT phone IS NULL AND room IS NULL FROM drop_ins") is True
    [event] = await said(engine, DROP_IN_ENDED)
    assert (event["outcome"], event["waited_seconds"], event["counsellor_municipality"]) == ("helped", 60, "2281")
    with pytest.raises(VisitUnknown):
        await end_visit(ANNA, Outcome.HELPED, at(engine, TEN + 10 * MINUTE))


async def test_who_calls_in_leaves_nothing_but_a_number_in_the_queue(engine: AsyncEngine) -> None:
    await rota(engine)
    await joined(engine, channel=Channel.CALL_IN, phone="070-1234567")
    assert await scalar(engine, "SELECT phone IS NULL FROM drop_ins") is True


async def test_only_one_on_duty_takes_the_next_and_one_at_a_time(engine: AsyncEngine) -> None:
    await rota(engine)
    await joined(engine, "first")
    await joined(engine, "second")
    with pytest.raises(NotOnDuty):
        await taken(engine, BERIT)
    await taken(engine)
    with pytest.raises(VisitUnderWay):
        await taken(engine)


async def test_nobody_is_called_by_one_who_does_not_speak_their_language(engine: AsyncEngine) -> None:
    await rota(engine)
    await joined(engine, language="fa")
    with pytest.raises(NobodyWaits):
        await taken(engine)


async def test_the_queue_is_open_while_somebody_is_on_duty(engine: AsyncEngine) -> None:
    await rota(engine)
    with pytest.raises(QueueClosed):
        await joined(engine, now=moment(wall_at(MONDAY, 17 * 60)))
    with pytest.raises(PhoneMissing):
        await joined(engine, channel=Channel.PHONE)
    number = JoinQueue(
        visit=uuid4(), secret="x", municipality="2262", language="sv", channel=Channel.PHONE, phone="070"
    )
    with pytest.raises(CalendarsOff):
        await join_queue(number, at(engine, TEN), Vault([]))


async def test_the_queue_has_an_end_and_numbers_are_never_given_twice(engine: AsyncEngine) -> None:
    await rota(engine)
    numbers = await asyncio.gather(*(joined(engine, str(n)) for n in range(50)))
    assert sorted(numbers) == list(range(1, 51))
    with pytest.raises(QueueFull):
        await joined(engine, "one more")


async def test_who_closes_the_page_loses_the_place_and_all_do_when_the_rota_closes(engine: AsyncEngine) -> None:
    await rota(engine)
    await joined(engine, "gone")
    await joined(engine, "there")
    later = TEN + 4 * MINUTE
    await look("there", at(engine, later))
    async with at(engine, later)() as work:
        await sweep(work)
    assert (await look("gone", at(engine, later))).outcome is Outcome.TIMED_OUT
    assert (await look("there", at(engine, later))).place == 0
    closed = moment(wall_at(MONDAY, 16 * 60))
    async with at(engine, closed)() as work:
        await sweep(work)
    assert (await look("there", at(engine, closed))).outcome is Outcome.CLOSED
    assert {event["outcome"] for event in await said(engine, DROP_IN_ENDED)} == {"timed_out", "closed"}
    async with at(engine, closed + timedelta(days=91))() as work:
        await sweep(work)
    assert await scalar(engine, "SELECT count(*) FROM drop_ins") == 0


async def test_a_visit_that_nobody_ends_is_over_after_two_hours(engine: AsyncEngine) -> None:
    await rota(engine)
    await joined(engine)
    await taken(engine)
    async with at(engine, TEN + 122 * MINUTE)() as work:
        await sweep(work)
    assert (await look("first", at(engine, TEN))).outcome is Outcome.HELPED


async def test_a_visitor_can_leave(engine: AsyncEngine) -> None:
    await rota(engine)
    await joined(engine)
    await leave_queue("first", at(engine, TEN))
    await leave_queue("first", at(engine, TEN))
    assert [event["outcome"] for event in await said(engine, DROP_IN_ENDED)] == ["left"]
    async with engine.connect() as connection:
        assert await drop_ins.waiting(connection) == []
    with pytest.raises(TicketUnknown):
        await leave_queue("another", at(engine, TEN))


async def test_without_a_provider_there_is_no_room(engine: AsyncEngine) -> None:
    await rota(engine)
    await joined(engine)
    visit = await taken(engine)
    with pytest.raises(NoRooms):
        room_of(visit, VAULT, Rooms({}), host=True)


def test_an_address_may_do_it_so_many_times_in_a_while() -> None:
    now = [TEN]
    limit = Limit(2, 10 * MINUTE, lambda: now[0])
    for _ in range(2):
        limit.count("192.0.2.1")
        now[0] += 3 * MINUTE
    limit.count("192.0.2.2")
    with pytest.raises(TooOften) as refused:
        limit.count("192.0.2.1")
    assert refused.value.headers == {"Retry-After": "240"}
    now[0] += timedelta(seconds=refused.value.seconds)
    limit.count("192.0.2.1")


def test_addresses_of_one_network_count_together() -> None:
    assert network_of("2001:db8:1:2::1") == network_of("2001:db8:1:2::2")
    assert len({network_of("2001:db8:1:2::1"), network_of("2001:db8:1:3::1"), network_of("192.0.2.1"), ""}) == 4
    assert network_of(None) == network_of("testclient") == ""
