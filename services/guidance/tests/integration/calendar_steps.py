"""What the tests of calendars do and look at."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any
from uuid import UUID, uuid4

from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.adapters.calendars.fetching import Fetcher
from guidance.adapters.calendars.vault import Vault
from guidance.commands.calendars.sources import AddSource, add_source, read_due
from guidance.domain.calendars import (
    SourceKind,
)
from guidance.domain.times import Period
from guidance.queries.busy import busy

from .rota_steps import ANNA, NOW
from .steps import at, scalar

KEY = SecretStr("0123456789abcdef0123456789abcdef")


VAULT = Vault([KEY])


HERE = (ip_network("127.0.0.0/8"),)


FETCHER = Fetcher(HERE)


MONTH = Period(NOW, NOW + timedelta(days=31))


MEETING = (
    "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20270101T000000Z\r\nSUMMARY:Privat\r\n"
    "DTSTART;TZID=Europe/Stockholm:{day}T090000\r\nDTEND;TZID=Europe/Stockholm:{day}T100000\r\n{more}END:VEVENT\r\n"
)


NINE = datetime(2027, 8, 18, 7, tzinfo=UTC)


def file(*events: str) -> str:
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n" + "".join(events) + "END:VCALENDAR\r\n"


def meeting(day: str = "20270818", uid: str = "1", more: str = "") -> str:
    return MEETING.format(day=day, uid=uid, more=more)


async def added(engine: AsyncEngine, address: str, kind: SourceKind = SourceKind.ICS, **changes: Any) -> UUID:
    command: dict[str, Any] = {"source": uuid4(), "counsellor": ANNA, "kind": kind, "address": address}
    made = AddSource(**command | changes)
    await add_source(made, at(engine, NOW), VAULT)
    return made.source


async def read(engine: AsyncEngine, now: datetime = NOW) -> bool:
    return await read_due(at(engine, now), VAULT, FETCHER)


async def busy_now(engine: AsyncEngine) -> list[datetime]:
    async with engine.connect() as connection:
        return [row.starts_at for row in await busy(connection, MONTH, ANNA)]


async def fault(engine: AsyncEngine) -> Any:
    return await scalar(engine, "SELECT fault FROM calendar_sources")
