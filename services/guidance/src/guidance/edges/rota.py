"""Who acts on the rota, and how a visit in the drop-in queue is held."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from guidance.adapters.calendars.vault import Vault
from guidance.adapters.rooms import Rooms
from guidance.domain.drop_in import LONGEST_VISIT, Visit
from guidance.queries.accounts import counsellor_of, own_counsellor
from shared.auth import Caller
from shared.service import Parts

SECRET_BYTES: Final = 32
JOIN_MOST, JOIN_WITHIN = 5, timedelta(minutes=10)
LOOK_MOST, LOOK_WITHIN = 300, timedelta(minutes=5)


async def own(parts: Parts, caller: Caller) -> UUID:
    """The counsellor that the caller is. Raises NotACounsellor."""
    async with parts.unit_of_work.read() as connection:
        return await own_counsellor(connection, caller.subject)


async def own_or_none(parts: Parts, caller: Caller) -> UUID | None:
    """The counsellor that the caller is, if any."""
    async with parts.unit_of_work.read() as connection:
        return await counsellor_of(connection, caller.subject)


def feed_path(secret: str) -> str:
    """Where the feed with this secret is read."""
    return f"/calendars/feeds/{secret}.ics"


def room_of(visit: Visit, vault: Vault, rooms: Rooms, *, host: bool) -> str | None:
    """The meeting's address of a visit that is called, or None when it is by phone. Raises NoRooms."""
    if visit.room is None or visit.called_at is None or visit.counsellor_municipality is None:
        return None
    until: datetime = visit.called_at + LONGEST_VISIT
    return rooms.place(visit.counsellor_municipality, vault.open(visit.room, "room"), host=host, until=until)


def phone_of(visit: Visit, vault: Vault) -> str | None:
    """The number that the visitor left, for the counsellor who has the visit."""
    return None if visit.phone is None else vault.open(visit.phone, str(visit.visit))
