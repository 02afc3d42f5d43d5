"""Rooms for sessions at a distance: whose they are, when their doors open and who lets in."""

from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.adapters.rooms import NoRooms, Rooms
from guidance.adapters.sessions import SessionUnknown
from guidance.commands import sessions, visits
from guidance.domain.visits import DoorClosed, NotLetIn
from guidance.settings import Room

from ..builders import MONDAY, RULES, minutes
from .link_steps import FREE_RULES, book, counsellors, invited
from .steps import at

__all__ = ["counsellors"]
ROOMS = Rooms({"default": Room(provider="jitsi", address="https://meet.example")})


async def test_the_room_opens_around_its_time_only_and_the_counsellor_lets_in(
    engine: AsyncEngine, counsellors: None
) -> None:
    who = await invited(engine)
    session = await book(engine, who)
    enter = visits.enter
    for closed in (MONDAY - minutes(11), MONDAY + minutes(45)):
        with pytest.raises(DoorClosed):
            await enter(session.session, who.person, at(engine, closed), RULES, ROOMS)
    early = at(engine, MONDAY - minutes(10))
    with pytest.raises(NotLetIn):
        await enter(session.session, who.person, early, RULES, ROOMS)
    address = await visits.admit(session.session, early, RULES, ROOMS, municipality="2281")
    assert address == f"https://meet.example/{session.room}"
    assert await enter(session.session, who.person, early, RULES, ROOMS) == address
    with pytest.raises(SessionUnknown):
        await enter(session.session, uuid4(), early, RULES, ROOMS)


async def test_a_moved_session_has_another_room_and_its_door_shut(engine: AsyncEngine, counsellors: None) -> None:
    who = await invited(engine)
    session = await book(engine, who)
    now = at(engine, MONDAY - minutes(10))
    await visits.admit(session.session, now, RULES, ROOMS, municipality=None)
    command = sessions.MoveSession(session=session.session, starts_at=MONDAY + minutes(150))
    moved = await sessions.move_session(command, now, FREE_RULES, person=who.person)
    assert moved.room != session.room
    with pytest.raises(NotLetIn):
        await visits.enter(moved.session, who.person, at(engine, MONDAY + minutes(145)), RULES, ROOMS)


async def test_rooms_come_from_the_counsellors_municipality(engine: AsyncEngine, counsellors: None) -> None:
    session = await book(engine, await invited(engine))
    until = MONDAY + minutes(45)
    teams = Room(provider="teams", address="https://teams.example/meeting")
    signed = Room.model_validate(
        {"provider": "jitsi", "address": "https://meet.example", "app": "a", "secret": "s" * 32}
    )
    assert Rooms({"2281": teams}).address(session, host=False, until=until) == "https://teams.example/meeting"
    with_token = Rooms({"2281": signed}).address(session, host=False, until=until)
    assert with_token.startswith(f"https://meet.example/{session.room}?jwt=")
    with pytest.raises(NoRooms):
        Rooms({"2262": teams}).address(session, host=False, until=until)
