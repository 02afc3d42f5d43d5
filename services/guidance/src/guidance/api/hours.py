"""Counsellors' working hours and absence over HTTP."""

from datetime import UTC, date, time, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from guidance.adapters import hours as kept
from guidance.api.forms import Moment, times
from guidance.commands import hours as commands
from guidance.domain.hours import Exceptional, Hours, Weekly
from guidance.domain.times import Period
from guidance.edges.hours import may
from shared.auth import Caller
from shared.service import Parts


class WeeklyRow(BaseModel, extra="forbid"):
    """Hours on a day of every week, Swedish time; the last day left out: until further notice."""

    weekday: int = Field(ge=1, le=7)
    begins: time
    ends: time
    valid_from: date
    valid_until: date | None = None


class ExceptionRow(BaseModel, extra="forbid"):
    """Hours of one day instead; without any the day is off."""

    day: date
    begins: time | None = None
    ends: time | None = None


class Working(BaseModel, extra="forbid"):
    """All of a counsellor's hours; what was before is replaced."""

    weekly: list[WeeklyRow] = Field(max_length=100)
    exceptions: list[ExceptionRow] = Field(default_factory=list, max_length=400)
    specialities: list[str] = Field(default_factory=list, max_length=20)
    max_per_day: int | None = Field(default=None, ge=1, le=50)
    buffer_before_minutes: int = Field(default=0, ge=0, le=240)
    buffer_after_minutes: int = Field(default=0, ge=0, le=240)
    phone: str | None = Field(default=None, pattern=r"^\+?[0-9][0-9 -]{4,19}$")


class Away(BaseModel, extra="forbid"):
    """Absence, without a reason."""

    starts_at: Moment
    ends_at: Moment


def router(parts: Parts) -> APIRouter:
    """Hours read and changed; by the counsellor, or by a coordinator of the counsellor's municipality."""
    routes = APIRouter(tags=["guidance"])
    counsellor = Depends(parts.guard("guidance:counsel"))

    @routes.get("/counsellors/{whose}/hours", summary="Weekly hours, exceptions and absence")
    async def hours(whose: UUID, caller: Annotated[Caller, counsellor]) -> dict[str, Any]:
        await may(parts, caller, whose)
        async with parts.unit_of_work.read() as connection:
            return _shown(await kept.get(connection, whose), await kept.absences(connection, whose))

    @routes.put("/counsellors/{whose}/hours", status_code=204, summary="Replace weekly hours and exceptions")
    async def change(whose: UUID, working: Working, caller: Annotated[Caller, counsellor]) -> None:
        await may(parts, caller, whose)
        await commands.change_hours(whose, parts.unit_of_work, lambda before: _hours(before, working))

    @routes.post("/counsellors/{whose}/absences", status_code=201, summary="Enter absence; booked sessions stand")
    async def away(whose: UUID, time: Away, caller: Annotated[Caller, counsellor]) -> None:
        await may(parts, caller, whose)
        period = Period(time.starts_at.astimezone(UTC), time.ends_at.astimezone(UTC))
        await commands.add_absence(whose, period, parts.unit_of_work)

    @routes.delete("/counsellors/{whose}/absences/{absence}", status_code=204, summary="Take back an absence")
    async def back(whose: UUID, absence: UUID, caller: Annotated[Caller, counsellor]) -> None:
        await may(parts, caller, whose)
        await commands.remove_absence(whose, absence, parts.unit_of_work)

    return routes


def _hours(before: Hours, working: Working) -> Hours:
    return Hours(
        counsellor=before.counsellor,
        municipality=before.municipality,
        weekly=tuple(Weekly(**row.model_dump()) for row in working.weekly),
        exceptions=tuple(Exceptional(**row.model_dump()) for row in working.exceptions),
        absences=(),
        specialities=tuple(working.specialities),
        max_per_day=working.max_per_day,
        buffer_before=timedelta(minutes=working.buffer_before_minutes),
        buffer_after=timedelta(minutes=working.buffer_after_minutes),
        phone=working.phone,
        revision=0,
    )


def _shown(hours: Hours, away: Any) -> dict[str, Any]:
    minute = timedelta(minutes=1)
    return {
        "counsellor": hours.counsellor,
        "reported": hours.revision > 0,
        "weekly": [WeeklyRow.model_validate(row, from_attributes=True) for row in hours.weekly],
        "exceptions": [ExceptionRow.model_validate(row, from_attributes=True) for row in hours.exceptions],
        "absences": [{"absence": row.id, "reported": row.reported} | times(row.starts_at, row.ends_at) for row in away],
        "specialities": hours.specialities,
        "max_per_day": hours.max_per_day,
        "buffer_before_minutes": hours.buffer_before // minute,
        "buffer_after_minutes": hours.buffer_after // minute,
        "phone": hours.phone,
    }
