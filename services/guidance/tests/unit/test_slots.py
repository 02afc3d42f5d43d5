"""Slots against a brute-force model, and in the weeks when the clock changes."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.domain.slots import Rules, WindowBackwards, WindowTooWide, free, is_slot, of_period, window
from guidance.domain.times import SWEDEN, Period, local

from ..builders import MONDAY, NOW, RULES, diary, minutes, period

WHOLE_DAY = period(0, 24 * 60)
PAUSES = Rules(
    lead_time=timedelta(0),
    widest_window=timedelta(weeks=6),
    buffer_before=minutes(5),
    buffer_after=minutes(10),
    load_counts_back=timedelta(0),
)


def starts(*, within: Period = WHOLE_DAY, rules: Rules = RULES, periods: list[Period], **more: object) -> list[int]:
    """The free times, in minutes after Monday nine o'clock."""
    found = free([diary(*periods, **more)], within, rules)  # type: ignore[arg-type]
    return [int((slot.starts_at - MONDAY) / minutes(1)) for slot in found]


def test_times_are_aligned_to_the_beginning_of_the_period_and_end_within_it() -> None:
    assert starts(periods=[period(10, 105)]) == [10, 40, 70]


def test_a_booked_time_is_gone_and_so_is_one_it_only_touches_upon() -> None:
    assert starts(periods=[period(0, 120)], occupied=(period(30, 60),)) == [0, 60, 90]
    assert starts(periods=[period(0, 120)], occupied=(period(45, 75),)) == [0, 90]


def test_the_window_bounds_where_a_time_begins() -> None:
    assert starts(periods=[period(0, 120)], within=period(30, 90)) == [30, 60]


def test_pauses_keep_the_neighbouring_times_free() -> None:
    booked = PAUSES.occupied(period(60, 90))
    assert starts(periods=[period(0, 180)], occupied=(booked,), rules=PAUSES) == [0, 120, 150]


def test_soonest_comes_first_and_among_equals_who_has_fewest_sessions() -> None:
    busy = diary(period(0, 60), number=1, load=5)
    idle = diary(period(0, 60), number=2, load=1)
    found = [(slot.starts_at, slot.counsellor) for slot in free([busy, idle], WHOLE_DAY, RULES)]
    later = MONDAY + minutes(30)
    assert found == [(MONDAY, UUID(int=2)), (MONDAY, UUID(int=1)), (later, UUID(int=2)), (later, UUID(int=1))]


PERIODS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 90)), max_size=4)
BOOKED = st.lists(st.tuples(st.integers(0, 400), st.integers(1, 60)), max_size=5)


@given(
    gaps=PERIODS,
    booked=BOOKED,
    length=st.integers(3, 45),
    begins=st.integers(0, 200),
    width=st.integers(0, 300),
    pauses=st.booleans(),
)
def test_slots_are_what_minute_by_minute_counting_finds(
    gaps: list[tuple[int, int]], booked: list[tuple[int, int]], length: int, begins: int, width: int, pauses: bool
) -> None:
    spans, at = [], 0
    for gap, wide in gaps:
        spans.append((at + gap, at + gap + wide))
        at += gap + wide
    rules = PAUSES if pauses else RULES
    sessions = [period(start, start + wide) for start, wide in booked]
    before, after = (5, 10) if pauses else (0, 0)
    taken = {m for start, wide in booked for m in range(start - before, start + wide + after)}
    expected = [
        start
        for first, last in spans
        for start in range(first, last - length + 1)
        if (start - first) % length == 0
        and begins <= start < begins + width
        and taken.isdisjoint(range(start - before, start + length + after))
    ]
    found = starts(
        periods=[period(*span) for span in spans],
        occupied=tuple(rules.occupied(session) for session in sessions),
        length=length,
        within=period(begins, begins + width),
        rules=rules,
    )
    assert found == expected


@given(start=st.integers(-50, 200), length=st.integers(3, 45), wide=st.integers(1, 120))
def test_a_time_is_a_slot_exactly_when_it_is_listed(start: int, length: int, wide: int) -> None:
    session, whole = period(start, start + length), period(7, 7 + wide)
    assert is_slot(session, whole, minutes(length)) is (session in list(of_period(whole, minutes(length))))


def test_a_search_is_bounded_and_begins_after_the_notice() -> None:
    later = NOW + timedelta(weeks=6)
    assert window(NOW, later, RULES, now=NOW) == Period(NOW + timedelta(hours=2), later)
    assert window(NOW + timedelta(days=1), later, RULES, now=NOW).starts_at == NOW + timedelta(days=1)
    with pytest.raises(WindowTooWide):
        window(NOW, later + minutes(1), RULES, now=NOW)
    with pytest.raises(WindowBackwards):
        window(NOW, NOW, RULES, now=NOW)


def test_a_search_in_the_past_finds_nothing() -> None:
    past = window(MONDAY, MONDAY + minutes(120), RULES, now=MONDAY + timedelta(days=1))
    assert list(free([diary(period(0, 120))], past, RULES)) == []


def in_sweden(*when: int) -> datetime:
    return datetime(*when, tzinfo=SWEDEN).astimezone(UTC)  # type: ignore[misc, arg-type]


YEARS = [2026, 2027, 2028, 2029, 2030]


def last_sunday(year: int, month: int) -> int:
    return max(day for day in range(25, 32) if datetime(year, month, day).weekday() == 6)


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("month", [3, 10])
def test_the_day_before_and_after_the_clock_change_have_the_same_times_on_the_clock(year: int, month: int) -> None:
    sunday = datetime(year, month, last_sunday(year, month))
    for day in (sunday - timedelta(days=d) for d in range(-7, 8)):
        nine, noon = in_sweden(day.year, day.month, day.day, 9), in_sweden(day.year, day.month, day.day, 12)
        found = list(free([diary(Period(nine, noon))], Period(nine, noon), RULES))
        shown = [local(slot.starts_at).strftime("%H:%M") for slot in found]
        assert shown == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]
        assert all(slot.starts_at.tzinfo is UTC for slot in found)


@pytest.mark.parametrize("year", YEARS)
def test_the_doubled_hour_in_october_has_each_of_its_times_once(year: int) -> None:
    day = last_sunday(year, 10)
    night = Period(in_sweden(year, 10, day, 1), in_sweden(year, 10, day, 4))
    found = list(free([diary(night, length=60)], night, RULES))
    assert [slot.ends_at - slot.starts_at for slot in found] == [timedelta(hours=1)] * 4
    assert [local(slot.starts_at).strftime("%H:%M%z") for slot in found] == [
        "01:00+0200",
        "02:00+0200",
        "02:00+0100",
        "03:00+0100",
    ]


@pytest.mark.parametrize("year", YEARS)
def test_the_hour_that_is_missing_in_march_has_no_times(year: int) -> None:
    day = last_sunday(year, 3)
    night = Period(in_sweden(year, 3, day, 1), in_sweden(year, 3, day, 4))
    found = list(free([diary(night, length=60)], night, RULES))
    assert [local(slot.starts_at).strftime("%H:%M%z") for slot in found] == ["01:00+0100", "03:00+0200"]
