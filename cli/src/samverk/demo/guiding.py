"""Counsellors of the seven municipalities, and the sessions booked with them."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from samverk.demo import reports
from samverk.demo.cast import Cast
from samverk.demo.offices import Offices
from samverk.demo.region import Municipality
from samverk.demo.reports import Report, moment
from samverk.envelopes import rfc3339
from samverk.reading.values import SWEDEN

_NAMES = UUID("0d2c0a37-3b4b-5c57-8f6e-5a5e8a3f1f10")
_PER_COUNSELLOR = 450
_WEEKS, _SATURDAY = 2, 5
_HOURS = ((time(8, 30), time(11, 30)), (time(12, 30), time(16)))
_LANGUAGES = (("sv", "en"), ("sv", "ar"), ("sv", "so", "en"), ("sv", "fi"))
_CHANNELS = (("video", "phone", "chat"), ("phone", "on_site"), ("video", "phone"))
_AT_ONCE = 6


def availability(cast: Cast) -> list[Report]:
    """One counsellor in a small municipality, more in a large one; two weeks of free times each."""
    first = cast.region.dates["guidance_from"]
    made: list[Report] = []
    for home in cast.region.municipalities:
        for number in range(home.sixteen // _PER_COUNSELLOR + 1):
            made.append(_counsellor(home, number, len(made), first))
    return made


def _counsellor(home: Municipality, number: int, place: int, first: date) -> Report:
    counsellor = str(uuid5(_NAMES, f"{home.code} {number}"))
    data = {
        "counsellor": counsellor,
        "display_name": f"Vägledare {number + 1}, {home.name}",
        "languages": list(_LANGUAGES[place % len(_LANGUAGES)]),
        "channels": list(_CHANNELS[place % len(_CHANNELS)]),
        "session_minutes": 30,
        "periods": list(_periods(first)),
        "revision": 1,
    }
    return reports.report(home, reports.AVAILABILITY, counsellor, data, moment(first - timedelta(days=30)))


def _periods(first: date) -> list[dict[str, str]]:
    days = [first + timedelta(days=number) for number in range(7 * _WEEKS)]
    return [
        {"starts_at": _at(day, begins), "ends_at": _at(day, ends)}
        for day in days
        if day.weekday() < _SATURDAY
        for begins, ends in _HOURS
    ]


def _at(day: date, hour: time) -> str:
    return datetime.combine(day, hour, SWEDEN).isoformat(timespec="seconds")


async def book(offices: Offices, cast: Cast, cases: Sequence[Mapping[str, Any]], on_booked: Any) -> int:
    """Book a session for as many cases as there are times; several counsellors' desks work at once, and may collide."""
    waiting = list(cases)
    booked = 0
    while waiting:
        slots = await _free(offices, cast)
        if not slots:
            break
        part, waiting = waiting[: len(slots)], waiting[len(slots) :]
        gate = asyncio.Semaphore(_AT_ONCE)
        pairs = zip(part, slots, strict=False)
        answers = await asyncio.gather(*(_book_one(offices, case, slot, gate, on_booked) for case, slot in pairs))
        booked += sum(answers)
        if not any(answers):
            break
        waiting = [case for case, done in zip(part, answers, strict=True) if not done] + waiting
    return booked


async def _book_one(
    offices: Offices, case: Mapping[str, Any], slot: Mapping[str, Any], gate: asyncio.Semaphore, on_booked: Any
) -> bool:
    async with gate:
        done = await offices.book(case["case"], slot, slot["channels"][0])
    if done:
        on_booked(1)
    return done


async def _free(offices: Offices, cast: Cast) -> Sequence[Mapping[str, Any]]:
    first = moment(cast.region.dates["guidance_from"])
    return await offices.slots(rfc3339(first), rfc3339(first + timedelta(weeks=_WEEKS)))
