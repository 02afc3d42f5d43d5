"""Free times against a model that counts minute by minute, clock changes and all."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance.domain.hours import Exceptional, Weekly, of_day
from guidance.domain.times import SWEDEN, Period, clock_change, local

from ..builders import minutes
from .diaries import DAY, Who, search

ZONE = ZoneInfo("Europe/Stockholm")


@cache
def shown(at: datetime) -> datetime:
    return at.astimezone(ZONE).replace(tzinfo=None)


@cache
def minutes_of(day: date) -> list[datetime]:
    middle = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    every = [middle + timedelta(minutes=n) for n in range(-15 * 60, 15 * 60)]
    return [at for at in every if shown(at).date() == day]


def opened(day: date, begins: time, ends: time) -> list[datetime]:
    """From the first minute that shows `begins` or later, to the last that shows less than `ends`."""
    every = minutes_of(day)
    after = [n for n, at in enumerate(every) if shown(at).time() >= begins]
    before = [n for n, at in enumerate(every) if shown(at).time() < ends]
    return every[after[0] : before[-1] + 1] if after and before else []


def model(who: Who, days: Sequence[date], within: Period, closed: Sequence[date]) -> list[datetime]:
    spans = [
        [p.starts_at + minutes(n) for n in range(int((p.ends_at - p.starts_at) / minutes(1)))] for p in who.periods
    ]
    for day in days:
        own = [x for x in who.exceptions if x.day == day]
        if own:
            spans += [opened(day, x.begins, x.ends) for x in own if x.begins and x.ends]
        elif day not in closed:
            spans += [
                opened(day, w.begins, w.ends)
                for w in who.weekly
                if w.weekday == day.isoweekday() and w.valid_from <= day <= (w.valid_until or date.max)
            ]
    taken = {s.starts_at + minutes(n) for s in who.booked for n in range(-who.before, _long(s) + who.after)}
    away = {a.starts_at + minutes(n) for a in who.away for n in range(_long(a))}
    per_day = [shown(s.starts_at).date() for s in who.booked]
    found = set()
    for every in spans:
        for n in range(0, len(every) - who.length + 1, who.length):
            at = every[n]
            kept = {at + minutes(m) for m in range(-who.before, who.length + who.after)}
            itself = {at + minutes(m) for m in range(who.length)}
            full = who.most and per_day.count(shown(at).date()) >= who.most
            if within.starts_at <= at < within.ends_at and not kept & taken and not itself & away and not full:
                found.add(at)
    return sorted(found)


def _long(each: Period) -> int:
    return int((each.ends_at - each.starts_at) / minutes(1))


ANCHORS = [date(2027, 3, 27), date(2027, 10, 30), date(2027, 8, 14), date(2028, 3, 25), date(2028, 10, 28)]


@st.composite
def whos(draw: st.DrawFn, first: date) -> Who:
    quarter = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))
    base = datetime(first.year, first.month, first.day, tzinfo=UTC)

    def spans(most: int, wide: int) -> list[Period]:
        rows = draw(st.lists(st.tuples(st.integers(-100, 4400), st.integers(1, wide)), max_size=most))
        return [Period(base + minutes(a), base + minutes(a + b)) for a, b in rows]

    week, unusual = [], []
    for weekday in range(1, 8):
        if draw(st.booleans()):
            one, other = draw(quarter), draw(quarter)
            if one != other:
                until = draw(st.sampled_from([None, first + DAY, first]))
                week.append(
                    Weekly(
                        weekday=weekday,
                        begins=min(one, other),
                        ends=max(one, other),
                        valid_from=first,
                        valid_until=until,
                    )
                )
    if draw(st.booleans()):
        one, other = sorted((draw(quarter), draw(quarter)))
        off = one == other or draw(st.booleans())
        unusual.append(Exceptional(day=first + DAY, begins=None if off else one, ends=None if off else other))
    return Who(
        length=draw(st.sampled_from([15, 20, 30, 45, 60])),
        before=draw(st.sampled_from([0, 5, 15])),
        after=draw(st.sampled_from([0, 10, 25])),
        most=draw(st.sampled_from([0, 1, 2])),
        periods=spans(1, 300),
        weekly=week,
        exceptions=unusual,
        booked=spans(4, 60),
        away=spans(2, 400),
    )


@settings(max_examples=150, deadline=None)
@given(data=st.data(), first=st.sampled_from(ANCHORS), from_minute=st.integers(0, 600), wide=st.integers(1, 4000))
def test_slots_are_what_minute_by_minute_counting_finds(
    data: st.DataObject, first: date, from_minute: int, wide: int
) -> None:
    who = data.draw(whos(first))
    begins = datetime(first.year, first.month, first.day, tzinfo=UTC) + minutes(from_minute)
    within = Period(begins, begins + minutes(wide))
    days = [first + DAY * n for n in range(-1, 5)]
    closed = data.draw(st.sampled_from([[], [first + 2 * DAY]]))
    assert [at for at, _ in search([who], within, closed)] == model(who, days, within, closed)


YEARS = [2026, 2027, 2028, 2029, 2030]


def last_sunday(year: int, month: int) -> date:
    return max(date(year, month, day) for day in range(25, 32) if date(year, month, day).isoweekday() == 7)


def every_day(begins: time, ends: time) -> list[Weekly]:
    return [Weekly(weekday=n, begins=begins, ends=ends, valid_from=date(2020, 1, 1)) for n in range(1, 8)]


def week_around(day: date) -> Period:
    midnight = datetime(day.year, day.month, day.day, tzinfo=SWEDEN)
    return Period((midnight - 7 * DAY).astimezone(UTC), (midnight + 8 * DAY).astimezone(UTC))


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("month", [3, 10])
def test_office_hours_are_the_same_on_the_clock_every_day_around_the_clock_change(year: int, month: int) -> None:
    found = search([Who(weekly=every_day(time(9), time(12)))], week_around(last_sunday(year, month)))
    by_day: dict[date, list[str]] = {}
    for at, _ in found:
        assert at.tzinfo is UTC
        by_day.setdefault(local(at).date(), []).append(local(at).strftime("%H:%M"))
    assert len(by_day) == 15
    assert set(map(tuple, by_day.values())) == {("09:00", "09:30", "10:00", "10:30", "11:00", "11:30")}


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("month", [3, 10])
def test_all_times_of_a_clock_change_week_are_those_of_the_model(year: int, month: int) -> None:
    """Every quarter of every day, each a slot of its own, through day and night."""
    sunday = last_sunday(year, month)
    who = Who(length=15, weekly=every_day(time(0), time(23, 45)))
    within = week_around(sunday)
    days = [sunday + DAY * n for n in range(-7, 8)]
    found = [at for at, _ in search([who], within)]
    assert found == model(who, days, within, [])
    assert len(found) == len(set(found)) == 15 * 95 + (-4 if month == 3 else 4)


@pytest.mark.parametrize("year", YEARS)
def test_the_doubled_hour_in_october_has_each_of_its_times_once(year: int) -> None:
    day = last_sunday(year, 10)
    found = search([Who(length=60, weekly=every_day(time(1), time(4)))], Period(*_night(day)))
    assert [local(at).strftime("%H:%M%z") for at, _ in found] == [
        "01:00+0200",
        "02:00+0200",
        "02:00+0100",
        "03:00+0100",
    ]
    assert clock_change(day) == -timedelta(hours=1)


@pytest.mark.parametrize("year", YEARS)
def test_the_hour_that_is_missing_in_march_has_no_times(year: int) -> None:
    day = last_sunday(year, 3)
    found = search([Who(length=60, weekly=every_day(time(1), time(4)))], Period(*_night(day)))
    assert [local(at).strftime("%H:%M%z") for at, _ in found] == ["01:00+0100", "03:00+0200"]
    assert clock_change(day) == timedelta(hours=1)
    assert of_day(day, every_day(time(2), time(3)), [], []) == []
    [half] = of_day(day, every_day(time(2, 30), time(3, 30)), [], [])
    assert (local(half.starts_at).strftime("%H:%M"), half.ends_at - half.starts_at) == ("03:00", minutes(30))


def _night(day: date) -> tuple[datetime, datetime]:
    midnight = datetime(day.year, day.month, day.day, tzinfo=SWEDEN)
    return midnight.astimezone(UTC), (midnight + timedelta(hours=9)).astimezone(UTC)
