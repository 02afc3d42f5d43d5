"""What the tests of the rota do and look at."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.commands.rota.layers import AddRota, add_rota, save_layer
from guidance.domain.rota.clock import at as wall_at
from guidance.domain.rota.clock import moment
from guidance.domain.rota.coverage import Requirement
from guidance.domain.rota.layers import Handover, Layer, Window
from guidance.domain.rota.schedule import Override
from guidance.domain.times import Period, local

from .steps import at, availability, deliver

ROTA, LAYER = UUID(int=800), UUID(int=900)
ANNA, BERIT, CILLA = UUID(int=101), UUID(int=102), UUID(int=103)
HOMES = {ANNA: "2281", BERIT: "2262", CILLA: "2284"}
NAMES = {ANNA: "Anna Ek", BERIT: "Berit Sjö", CILLA: "Cilla Berg"}
OFFICE = tuple(Window(day, 8 * 60, 16 * 60) for day in range(5))
DAY = timedelta(days=1)
FRIDAY = date(2027, 8, 13)
MONDAY = date(2027, 8, 16)
NOW = moment(wall_at(FRIDAY, 9 * 60))


def layer(**changes: Any) -> Layer:
    content: dict[str, Any] = {
        "layer": LAYER,
        "name": "Dagjour",
        "participants": (ANNA, BERIT, CILLA),
        "handover": Handover.DAILY,
        "every": 1,
        "at": 0,
        "weekday": 0,
        "starts_on": MONDAY,
        "ends_on": None,
        "windows": OFFICE,
        "off_on_holidays": True,
    }
    return Layer(**content | changes)


def override(removes: UUID | None, adds: UUID | None, begins: int, ends: int, day: Any = MONDAY) -> Override:
    """From one hour of a day to another."""
    period = Period(moment(wall_at(day, begins * 60)), moment(wall_at(day, ends * 60)))
    return Override(override=uuid4(), removes=removes, adds=adds, period=period)


def requirement(**changes: Any) -> Requirement:
    """One on duty on working days."""
    content: dict[str, Any] = {
        "requirement": UUID(int=600),
        "name": "Vardagar",
        "municipality": None,
        "language": None,
        "windows": OFFICE,
        "number": 1,
        "starts_on": MONDAY,
        "ends_on": None,
        "off_on_holidays": True,
    }
    return Requirement(**content | changes)


async def counsellors(engine: AsyncEngine) -> None:
    """Three counsellors of three municipalities; their reported times are long before."""
    for who, home in HOMES.items():
        begins = datetime.combine(date(2027, 1, 4), datetime.min.time(), tzinfo=NOW.tzinfo)
        report = availability(home, begins, counsellor=str(who), display_name=NAMES[who])
        await deliver(at(engine, NOW), report)


async def rota(engine: AsyncEngine, *layers: Layer, now: datetime = NOW) -> None:
    """The counsellors, and a rota of these layers."""
    await counsellors(engine)
    await add_rota(AddRota(rota=ROTA, name="Västernorrland"), at(engine, now))
    for each in layers or (layer(),):
        await save_layer(ROTA, each, at(engine, now))


async def shifts(engine: AsyncEngine, days: int = 7, first: date = MONDAY) -> list[tuple[str, UUID]]:
    """When who is on duty, of the shifts that stand."""
    found = sa.text("""
        SELECT starts_at, ends_at, counsellor FROM rota_shifts
        WHERE withdrawn_at IS NULL AND starts_at < :to AND ends_at > :from ORDER BY starts_at, counsellor
    """)
    begins = moment(wall_at(first, 0))
    async with engine.connect() as connection:
        rows = await connection.execute(found, {"from": begins, "to": begins + timedelta(days=days)})
        return [(f"{local(r.starts_at):%a %H:%M}-{local(r.ends_at):%H:%M}", UUID(str(r.counsellor))) for r in rows]


async def shift_of(engine: AsyncEngine, who: UUID, day: date = MONDAY) -> UUID:
    """The id of somebody's first shift from a day on."""
    found = sa.text("""
        SELECT id FROM rota_shifts WHERE counsellor = :who AND withdrawn_at IS NULL AND starts_at >= :from
        ORDER BY starts_at LIMIT 1
    """)
    async with engine.connect() as connection:
        return UUID(str(await connection.scalar(found, {"who": who, "from": moment(wall_at(day, 0))})))


async def told(engine: AsyncEngine, who: UUID) -> list[str]:
    """What a counsellor has been told, oldest first."""
    found = sa.text("SELECT kind FROM shift_notices WHERE counsellor = :who ORDER BY made_at, starts_at, kind")
    async with engine.connect() as connection:
        return list((await connection.execute(found, {"who": who})).scalars())
