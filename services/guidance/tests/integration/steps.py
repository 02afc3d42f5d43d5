"""What the integration tests do and look at, in their own words."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.consumer import ACCEPTED, ADMITTED, AVAILABILITY, UNPLACED, readings
from guidance.reported_hours import HOURS
from shared.events import Incoming
from shared.testing import announced, incoming
from shared.testing import example as read_example
from shared.work import UnitOfWork

from ..builders import APPLICANT, COUNSELLOR, MONDAY, NOW

example = cache(read_example)  # hundreds are made, and each reading compiles all contracts
READINGS = {reading.type: reading for reading in readings()}


def at(engine: AsyncEngine, now: datetime = NOW) -> UnitOfWork:
    """Transactions at a time of the test's choosing."""
    return UnitOfWork(engine, "guidance", clock=lambda: now)


async def deliver(unit_of_work: UnitOfWork, *events: Incoming) -> None:
    """Events of one type in one transaction."""
    async with unit_of_work() as work:
        await READINGS[events[0].type].handle(work, events)


def availability(municipality: str = "2281", begins: datetime = MONDAY, hours: int = 3, **changes: Any) -> Incoming:
    """The contract's example with one period, from nine to noon."""
    period = {"starts_at": begins.isoformat(), "ends_at": (begins + timedelta(hours=hours)).isoformat()}
    data = example(AVAILABILITY) | {"periods": [period]} | changes
    return incoming(AVAILABILITY, data, municipality=municipality, subject=data["counsellor"])


def working_hours(municipality: str = "2281", **changes: Any) -> Incoming:
    """No hours of the week: what was reported as periods stands alone."""
    data: dict[str, Any] = {"weekly": [], "exceptions": [], "absences": [], "revision": 1}
    data |= {"counsellor": str(COUNSELLOR)} | changes
    return incoming(HOURS, data, municipality=municipality, subject=data["counsellor"])


def unplaced(applicant: UUID = APPLICANT, time: datetime = NOW, **changes: Any) -> Incoming:
    return _admissions(UNPLACED, applicant, time, changes)


def admitted(applicant: UUID = APPLICANT, time: datetime = NOW, **changes: Any) -> Incoming:
    return _admissions(ADMITTED, applicant, time, changes)


def accepted(applicant: UUID = APPLICANT, time: datetime = NOW, **changes: Any) -> Incoming:
    return _admissions(ACCEPTED, applicant, time, changes)


def _admissions(kind: str, applicant: UUID, time: datetime, changes: dict[str, Any]) -> Incoming:
    data = example(kind) | {"applicant": str(applicant)} | changes
    return incoming(kind, data, subject=str(applicant), time=time)


async def said(engine: AsyncEngine, kind: str | None = None) -> list[dict[str, Any]]:
    """The data of what was announced; each is held against its contract on the way."""
    async with engine.connect() as connection:
        return [event["data"] for event in await announced(connection, kind)]


async def scalar(engine: AsyncEngine, statement: str) -> Any:
    async with engine.connect() as connection:
        return await connection.scalar(sa.text(statement))
