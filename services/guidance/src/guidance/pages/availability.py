"""A counsellor's hours: of the week, of days that differ, absence and limits, with what can then be booked."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from guidance.adapters import hours as kept
from guidance.adapters.reference import holidays_sv, region
from guidance.commands import hours as commands
from guidance.commands.hours import AbsenceUnknown, HoursWrong
from guidance.domain.hours import Exceptional, Hours, with_usual_day, with_weekly
from guidance.domain.times import Period
from guidance.edges.actors import COORDINATE
from guidance.edges.hours import may
from guidance.edges.rota import own_or_none
from guidance.pages.availability_forms import (
    DIFFERS,
    Asked,
    AwayForm,
    DayForm,
    LimitsForm,
    OneDay,
    Row,
    WeeklyForm,
    key_of,
    of_limits,
    of_row,
    row_of,
)
from guidance.pages.availability_words import AVAILABILITY_WORDS
from guidance.pages.diary_tools import RULES, free, shown
from guidance.pages.rota_tools import span, today
from guidance.pages.rota_words import WEEKDAYS
from guidance.pages.tools import Nothing, done
from guidance.queries import booking, diary
from guidance.queries.accounts import NotACounsellor
from shared.auth import Caller
from shared.forms import Form, Model, blank, read_form, read_query
from shared.service import Parts

_DAYS: Final = 14
_SEEN_AHEAD: Final = timedelta(days=91)
_RULES: Final = (*RULES, AbsenceUnknown)


def router(parts: Parts) -> APIRouter:
    """The pages under /availability; a coordinator sees to colleagues' hours there with `?whose=`."""
    routes = APIRouter(include_in_schema=False, prefix="/availability")
    _show(routes, parts)
    _week(routes, parts)
    _days(routes, parts)
    _away(routes, parts)
    return routes


def _show(routes: APIRouter, parts: Parts) -> None:
    counsellor = Depends(parts.entrance("guidance:counsel"))

    @routes.get("")
    async def show(request: Request, caller: Annotated[Caller, counsellor]) -> Response:
        return await _page(parts, request, caller)

    @routes.post("/limits")
    async def limits(request: Request, caller: Annotated[Caller, counsellor]) -> Response:
        form, whose = await read_form(request, LimitsForm), await _whose(parts, request, caller)

        async def do(said: LimitsForm) -> None:
            await commands.change_hours(whose, parts.unit_of_work, lambda before: replace(before, **said.changes()))

        return await _changed(parts, request, caller, form, do, "limits")


def _week(routes: APIRouter, parts: Parts) -> None:
    counsellor = Depends(parts.entrance("guidance:counsel"))

    @routes.post("/weekly")
    async def add(request: Request, caller: Annotated[Caller, counsellor]) -> Response:
        form, whose = await read_form(request, WeeklyForm), await _whose(parts, request, caller)
        row = _asked(request).row

        async def do(said: WeeklyForm) -> None:
            def change(before: Hours) -> Hours:
                return with_weekly(before, said.rows(), instead_of=row_of(before, row))

            await commands.change_hours(whose, parts.unit_of_work, change)

        return await _changed(parts, request, caller, form, do, "weekly")

    @routes.post("/weekly/remove")
    async def remove(request: Request, caller: Annotated[Caller, counsellor]) -> Response:
        form, whose = await read_form(request, Row), await _whose(parts, request, caller)

        async def do(said: Row) -> None:
            def change(before: Hours) -> Hours:
                return with_weekly(before, [], instead_of=row_of(before, said.row))

            await commands.change_hours(whose, parts.unit_of_work, change)

        return await _changed(parts, request, caller, form, do, "removing")


def _days(routes: APIRouter, parts: Parts) -> None:
    counsellor = Depends(parts.entrance("guidance:counsel"))

    @routes.post("/days")
    async def add(request: Request, caller: Annotated[Caller, counsellor]) -> Response:
        form, whose = await read_form(request, DayForm), await _whose(parts, request, caller)

        async def do(said: DayForm) -> None:
            await commands.change_hours(whose, parts.unit_of_work, lambda before: said.applied(before, holidays_sv()))

        return await _changed(parts, request, caller, form, do, "differing")

    @routes.post("/days/remove")
    async def remove(request: Request, caller: Annotated[Caller, counsellor]) -> Response:
        form, whose = await read_form(request, OneDay), await _whose(parts, request, caller)

        async def do(said: OneDay) -> None:
            await commands.change_hours(whose, parts.unit_of_work, lambda before: with_usual_day(before, said.day))

        return await _changed(parts, request, caller, form, do, "removing")


def _away(routes: APIRouter, parts: Parts) -> None:
    counsellor = Depends(parts.entrance("guidance:counsel"))

    @routes.post("/absences")
    async def add(request: Request, caller: Annotated[Caller, counsellor]) -> Response:
        form, whose = await read_form(request, AwayForm), await _whose(parts, request, caller)

        async def do(said: AwayForm) -> None:
            away = Period(said.away_from, said.away_until)
            await commands.add_absence(whose, away, parts.unit_of_work)

        return await _changed(parts, request, caller, form, do, "away")

    @routes.post("/absences/{absence}/remove")
    async def remove(request: Request, absence: UUID, caller: Annotated[Caller, counsellor]) -> Response:
        form, whose = await read_form(request, Nothing), await _whose(parts, request, caller)

        async def do(_: Nothing) -> None:
            await commands.remove_absence(whose, absence, parts.unit_of_work)

        return await _changed(parts, request, caller, form, do, "removing")


async def _changed(
    parts: Parts,
    request: Request,
    caller: Caller,
    form: Form[Model],
    do: Callable[[Model], Awaitable[None]],
    name: str,
) -> Response:
    """Back to the page when it was done; else the page with the form as it was sent."""
    try:
        if await done(form, do, _RULES):
            whose = _asked(request).whose
            address = f"/availability?whose={whose}" if whose else "/availability"
            return parts.pages.see_other(request, address, notice="hours_saved")
    except HoursWrong as wrong:
        for breach in dict.fromkeys(each.wrong for each in wrong.breaches):
            form.fault("", AVAILABILITY_WORDS[f"wrong_{breach}"])
    return await _page(parts, request, caller, **{name: form})


def _asked(request: Request) -> Asked:
    return read_query(request, Asked).value or Asked()


async def _whose(parts: Parts, request: Request, caller: Caller) -> UUID:
    """Whose hours they are: one's own unless another's are asked for. Raises NotACounsellor and CounsellorUnknown."""
    asked = _asked(request).whose or await own_or_none(parts, caller)
    if asked is None:
        raise NotACounsellor
    await may(parts, caller, asked)
    return asked


async def _page(parts: Parts, request: Request, caller: Caller, **forms: Form[Any]) -> Response:
    """The page; a coordinator who is no counsellor chooses a colleague first."""
    coordinates = COORDINATE in caller.scopes
    asked = _asked(request).whose
    context: dict[str, Any] = {"asked": blank(whose=asked), "region": region(), "coordinates": coordinates}
    async with parts.unit_of_work.read() as connection:
        everyone = await booking.counsellors(connection, municipality=caller.municipality) if coordinates else []
    context["colleagues"] = [(each.counsellor, each.display_name) for each in everyone]
    if coordinates and asked is None and await own_or_none(parts, caller) is None:
        return parts.pages.render(request, "availability_choose.html", caller=caller, **context)
    whose, now = await _whose(parts, request, caller), parts.clock()
    async with parts.unit_of_work.read() as connection:
        found = await kept.get(connection, whose)
        context |= await _around(parts, connection, whose)
    context |= _forms(found, _asked(request).row, today(now)) | forms
    context["colleague"] = next((name for each, name in context["colleagues"] if each == asked), None)
    status = 422 if any(form.faults for form in forms.values()) else 200
    return parts.pages.render(request, "availability.html", status=status, caller=caller, **context)


def _forms(hours: Hours, key: str | None, day: date) -> dict[str, Any]:
    """The hours as listed, and the forms that change them, not yet sent."""
    row = row_of(hours, key)
    return {
        "weekly": blank(**(of_row(row) if row else {"valid_from": day})),
        "differing": blank(differs="extra"),
        "away": blank(),
        "limits": blank(**of_limits(hours)),
        "removing": blank(),
        "hours": hours,
        "rows": [(each, key_of(each)) for each in hours.weekly if each.valid_until is None or each.valid_until >= day],
        "days": _by_day(hours, day),
        "changing": row,
        "weekday_choices": WEEKDAYS,
        "weekday_names": dict(WEEKDAYS),
        "differs": DIFFERS,
        "today": day,
    }


def _by_day(hours: Hours, since: date) -> list[tuple[date, list[Exceptional]]]:
    """The days ahead that differ, each with its hours."""
    ahead = sorted((each for each in hours.exceptions if each.day >= since), key=lambda each: each.day)
    return [(day, list(own)) for day, own in groupby(ahead, key=lambda each: each.day)]


async def _around(parts: Parts, connection: AsyncConnection, whose: UUID) -> dict[str, Any]:
    """What lies beside the hours: reported periods, absence, sessions in it, and what can be booked."""
    now = parts.clock()
    first = today(now)
    ahead = Period(now, now + _SEEN_AHEAD)
    absences = [each for each in await kept.absences(connection, whose) if each.ends_at is None or each.ends_at > now]
    away = [Period(each.starts_at or now, each.ends_at or ahead.ends_at) for each in absences]
    booked = [row for row in await booking.week(connection, whose, ahead, now=now) if row.status == "booked"]
    bookable = await free(connection, whose, span(first, _DAYS), now=now)
    return {
        "periods": await diary.reported(connection, whose, since=now),
        "absences": absences,
        "stranded": [row for row in booked if any(Period(row.starts_at, row.ends_at).overlaps(each) for each in away)],
        **shown(first, _DAYS, bookable),
    }
