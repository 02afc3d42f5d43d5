"""Free times against a brute-force model, and in the weeks when the clock changes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance.domain.hours import Exceptional, Weekly, of_day
from guidance.domain.search import Diaries, Exceptions, Spans, Week, free, moment, seconds
from guidance.domain.slots import Peak, WindowBackwards, WindowTooWide, is_slot, of_period, window
from guidance.domain.times import SWEDEN, Period, clock_change, local

from ..builders import MONDAY, NOW, RULES, minutes, period

DAY = timedelta(days=1)
EPOCH = date(1970, 1, 1)


@dataclass
class Who:
    """One counsellor of a search, in plain words."""

    length: int = 30
    before: int = 0
    after: int = 0
    load: int = 0
    most: int = 0
    periods: Sequence[Period] = ()
    weekly: Sequence[Weekly] = ()
    exceptions: Sequence[Exceptional] = ()
    booked: Sequence[Period] = ()  # without their pauses
    away: Sequence[Period] = field(default_factory=list)


def columns(rows: Sequence[Sequence[int]], width: int) -> list[np.ndarray]:
    return list(np.array(rows, dtype=np.int64).reshape(-1, width).T)


def clock(at: time | None) -> int:
    return -1 if at is None else at.hour * 3600 + at.minute * 60


def span(n: int, each: Period) -> list[int]:
    return [n, seconds(each.starts_at), seconds(each.ends_at)]


def diaries(everyone: Sequence[Who]) -> Diaries:
    numbered = list(enumerate(everyone))
    sessions = [(n, who, each) for n, who in numbered for each in who.booked]
    kept = [(n, Period(s.starts_at - minutes(who.before), s.ends_at + minutes(who.after))) for n, who, s in sessions]
    week = [
        [
            n,
            w.weekday,
            clock(w.begins),
            clock(w.ends),
            (w.valid_from - EPOCH).days,
            ((w.valid_until or date.max) - EPOCH).days,
        ]
        for n, who in numbered
        for w in who.weekly
    ]
    unusual = [[n, (x.day - EPOCH).days, clock(x.begins), clock(x.ends)] for n, who in numbered for x in who.exceptions]
    return Diaries(
        length=np.array([who.length * 60 for who in everyone]),
        before=np.array([who.before * 60 for who in everyone]),
        after=np.array([who.after * 60 for who in everyone]),
        load=np.array([who.load for who in everyone]),
        most=np.array([who.most for who in everyone]),
        periods=Spans(*columns([span(n, p) for n, who in numbered for p in who.periods], 3)),
        week=Week(*columns(week, 6)),
        exceptions=Exceptions(*columns(unusual, 4)),
        occupied=Spans(*columns([span(n, each) for n, each in kept], 3)),
        booked=np.array([seconds(s.starts_at) for _, _, s in sessions], dtype=np.int64),
        away=Spans(*columns([span(n, each) for n, who in numbered for each in who.away], 3)),
    )


def search(everyone: Sequence[Who], within: Period, closed: Sequence[date] = ()) -> list[tuple[datetime, int]]:
    found = free(diaries(everyone), within, set(closed))
    return [(moment(at), int(by)) for at, by in zip(found.begins, found.who, strict=True)]


def starts(who: Who, within: Period | None = None, closed: Sequence[date] = ()) -> list[int]:
    """The free times of one, in minutes after Monday nine o'clock."""
    found = search([who], within or period(0, 24 * 60), closed)
    return [int((at - MONDAY) / minutes(1)) for at, _ in found]


def test_times_are_aligned_to_the_beginning_of_the_period_and_end_within_it() -> None:
    assert starts(Who(periods=[period(10, 105)])) == [10, 40, 70]


def test_a_booked_time_is_gone_and_so_is_one_it_only_touches_upon() -> None:
    assert starts(Who(periods=[period(0, 120)], booked=[period(30, 60)])) == [0, 60, 90]
    assert starts(Who(periods=[period(0, 120)], booked=[period(45, 75)])) == [0, 90]


def test_the_window_bounds_where_a_time_begins() -> None:
    assert starts(Who(periods=[period(0, 120)]), period(30, 90)) == [30, 60]


def test_pauses_keep_the_neighbouring_times_free() -> None:
    who = Who(before=5, after=10, periods=[period(0, 180)], booked=[period(60, 90)])
    assert starts(who) == [0, 120, 150]


def test_a_pause_may_be_longer_on_one_side() -> None:
    assert starts(Who(before=0, after=15, periods=[period(0, 150)], booked=[period(60, 90)])) == [0, 120]
    assert starts(Who(before=15, after=0, periods=[period(0, 150)], booked=[period(60, 90)])) == [0, 120]


def test_absence_needs_no_pause() -> None:
    assert starts(Who(before=5, after=10, periods=[period(0, 120)], away=[period(30, 60)])) == [0, 60, 90]


def test_a_full_day_has_no_times_but_the_next_day_has() -> None:
    who = Who(most=2, periods=[period(0, 120), period(1440, 1500)], booked=[period(0, 30), period(600, 630)])
    assert starts(who, period(0, 3000)) == [1440, 1470]


def test_soonest_comes_first_and_among_equals_who_has_fewest_sessions() -> None:
    found = search([Who(load=5, periods=[period(0, 60)]), Who(load=1, periods=[period(0, 60)])], period(0, 60))
    later = MONDAY + minutes(30)
    assert found == [(MONDAY, 1), (MONDAY, 0), (later, 1), (later, 0)]


def test_weekly_hours_hold_on_their_weekday_while_valid_and_not_on_holidays() -> None:
    monday = date(2027, 8, 16)
    week = [Weekly(weekday=1, begins=time(9), ends=time(10), valid_from=monday, valid_until=monday + 14 * DAY)]
    whole = Period(MONDAY - 14 * DAY, MONDAY + 35 * DAY)
    assert starts(Who(weekly=week), whole) == [minute + 10080 * n for n in range(3) for minute in (0, 30)]
    assert starts(Who(weekly=week), whole, [monday + 7 * DAY]) == [0, 30, 20160, 20190]


def test_an_exception_replaces_the_day_and_opens_a_holiday() -> None:
    monday = date(2027, 8, 16)
    week = [Weekly(weekday=1, begins=time(9), ends=time(12), valid_from=monday)]
    short = Who(weekly=week, exceptions=[Exceptional(day=monday, begins=time(10), ends=time(10, 30))])
    assert starts(short) == [60]
    assert starts(short, closed=[monday]) == [60]
    assert starts(Who(weekly=week, exceptions=[Exceptional(day=monday)])) == []


def test_a_time_given_twice_is_one_time() -> None:
    monday = date(2027, 8, 16)
    week = [Weekly(weekday=1, begins=time(9), ends=time(10), valid_from=monday)]
    assert starts(Who(weekly=week, periods=[period(0, 60)])) == [0, 30]


# The brute-force model knows nothing but minutes: which the clock shows, which are open, which are taken.

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


@given(start=st.integers(-50, 200), length=st.integers(3, 45), wide=st.integers(1, 120))
def test_a_time_is_a_slot_exactly_when_it_is_listed(start: int, length: int, wide: int) -> None:
    session, whole = period(start, start + length), period(7, 7 + wide)
    assert is_slot(session, whole, minutes(length)) is (session in list(of_period(whole, minutes(length))))


def test_a_search_is_bounded_and_begins_after_the_notice() -> None:
    later = NOW + timedelta(weeks=6)
    assert window(NOW, later, RULES, now=NOW) == Period(NOW + timedelta(hours=2), later)
    assert window(NOW + DAY, later, RULES, now=NOW).starts_at == NOW + DAY
    with pytest.raises(WindowTooWide):
        window(NOW, later + minutes(1), RULES, now=NOW)
    with pytest.raises(WindowBackwards):
        window(NOW, NOW, RULES, now=NOW)


def test_a_search_in_the_past_finds_nothing() -> None:
    past = window(MONDAY, MONDAY + minutes(120), RULES, now=MONDAY + DAY)
    assert search([Who(periods=[period(0, 120)])], past) == []


def test_a_peak_has_its_days_and_no_others() -> None:
    peak = Peak(name_sv="", name_en="", begins=(4, 15), ends=(5, 15), most=1)
    assert peak.around(date(2027, 4, 14)) is None
    assert peak.around(date(2027, 5, 16)) is None
    around = peak.around(date(2027, 5, 15))
    assert around is not None
    assert (shown(around.starts_at), shown(around.ends_at)) == (datetime(2027, 4, 15), datetime(2027, 5, 16))


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
