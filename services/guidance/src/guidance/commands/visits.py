"""Waiting in the lobby of a remote session, and being let in."""

from uuid import UUID

from guidance.adapters import sessions, visits
from guidance.adapters.rooms import Rooms
from guidance.domain.slots import Rules
from guidance.domain.visits import Door, DoorClosed, NotLetIn, closes_at, door
from shared.work import UnitOfWork


async def knock(session: UUID, person: UUID, unit_of_work: UnitOfWork, rules: Rules) -> bool:
    """Wait outside; tells whether one has been let in. Raises SessionUnknown and DoorClosed."""
    async with unit_of_work() as work:
        known = await sessions.find(work.connection, session)
        if known is None or known.applicant != person:
            raise sessions.SessionUnknown
        if door(known, rules, now=work.now) is not Door.OPEN:
            raise DoorClosed
        return await visits.knock(work.connection, session, now=work.now)


async def enter(session: UUID, person: UUID, unit_of_work: UnitOfWork, rules: Rules, rooms: Rooms) -> str:
    """The address of the room, for the one who has been let in.

    Raises SessionUnknown, DoorClosed, NotLetIn and NoRooms.
    """
    if not await knock(session, person, unit_of_work, rules):
        raise NotLetIn
    async with unit_of_work.read() as connection:
        known = await sessions.get(connection, session, municipality=None)
    return rooms.address(known, host=False, until=closes_at(known, rules))


async def admit(
    session: UUID, unit_of_work: UnitOfWork, rules: Rules, rooms: Rooms, *, municipality: str | None
) -> str:
    """Let the person in; gives the counsellor's own address of the room.

    Raises SessionUnknown, DoorClosed and NoRooms.
    """
    async with unit_of_work() as work:
        known = await sessions.get(work.connection, session, municipality=municipality)
        if door(known, rules, now=work.now) is not Door.OPEN:
            raise DoorClosed
        address = rooms.address(known, host=True, until=closes_at(known, rules))
        await visits.admit(work.connection, session, now=work.now)
    return address
