"""Free times, rule by rule; test_slots_model.py holds all of them against a count minute by minute."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.domain.hours import Exceptional, Weekly
from guidance.domain.slots import Peak, WindowBackwards, WindowTooWide, is_slot, of_period, window
from guidance.domain.times import Period, whole_day

from ..builders import MONDAY, NOW, RULES, minutes, period
from .diaries import DAY, Who, search, starts


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
    assert (around.starts_at, around.ends_at) == (
        whole_day(date(2027, 4, 15)).starts_at,
        whole_day(date(2027, 5, 15)).ends_at,
    )
