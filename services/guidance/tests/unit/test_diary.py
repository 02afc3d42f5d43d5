"""A counsellor's days as shown, and hours changed row by row."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.domain.diary import FreeTime, days, free_times, shown_twice, summer_time
from guidance.domain.hours import Exceptional, Hours, Weekly, spans_at, with_day, with_usual_day, with_weekly
from guidance.domain.times import Period, local

MORNING = Weekly(weekday=1, begins=time(9), ends=time(11), valid_from=date(2027, 1, 1))
HOURS = Hours(
    counsellor=UUID(int=1),
    municipality="2281",
    weekly=(MORNING,),
    exceptions=(),
    absences=(),
    specialities=(),
    max_per_day=None,
    buffer_before=timedelta(0),
    buffer_after=timedelta(0),
    phone=None,
    revision=0,
)
MONDAY = date(2027, 8, 16)


def at(day: int, hour: int, minute: int = 0, month: int = 8) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=UTC)


def test_times_that_follow_each_other_are_one() -> None:
    slots = [Period(at(16, 9, 30), at(16, 10)), Period(at(16, 9), at(16, 9, 30)), Period(at(16, 11), at(16, 11, 30))]
    assert free_times(slots) == [FreeTime(at(16, 9), at(16, 10), 2), FreeTime(at(16, 11), at(16, 11, 30), 1)]


@given(st.sets(st.integers(0, 40)))
def test_no_time_is_lost_in_joining(quarters: set[int]) -> None:
    begin = at(16, 6)
    slots = [Period(begin + timedelta(minutes=15 * n), begin + timedelta(minutes=15 * (n + 1))) for n in quarters]
    joined = free_times(slots)
    assert sum(each.number for each in joined) == len(slots)
    assert sum(((each.ends_at - each.starts_at) for each in joined), timedelta()) == timedelta(minutes=15) * len(slots)
    assert all(one.ends_at < other.starts_at for one, other in pairwise(joined))


def test_what_spans_days_has_a_part_in_each() -> None:
    long = Period(at(16, 10), at(18, 8))
    monday, tuesday, wednesday, thursday = days(MONDAY, 4, [long])
    assert [len(day.parts) for day in (monday, tuesday, wednesday, thursday)] == [1, 1, 1, 0]
    assert [day.parts[0].whole_day for day in (monday, tuesday, wednesday)] == [False, True, False]
    assert (monday.parts[0].starts_at, wednesday.parts[0].ends_at) == (at(16, 10), at(18, 8))
    assert local(monday.parts[0].ends_at).hour == 0


@pytest.mark.parametrize(("day", "hours"), [(date(2027, 3, 28), 1), (date(2027, 10, 31), -1), (MONDAY, 0)])
def test_a_day_tells_of_the_clock_change(day: date, hours: int) -> None:
    assert days(day, 1, [])[0].change == timedelta(hours=hours)


def test_only_the_doubled_hour_is_shown_twice() -> None:
    half_hours = [at(30, 22, month=10) + timedelta(minutes=30) * n for n in range(10)]  # from midnight in Sweden
    twice = [moment for moment in half_hours if shown_twice(moment)]
    assert twice == [at(31, 0, month=10), at(31, 0, 30, month=10), at(31, 1, month=10), at(31, 1, 30, month=10)]
    assert [summer_time(moment) for moment in twice] == [True, True, False, False]
    assert not any(shown_twice(at(28, 0, month=3) + timedelta(minutes=30) * n) for n in range(8))


def test_a_row_is_added_once_changed_and_taken_away() -> None:
    later = replace(MORNING, begins=time(13), ends=time(15))
    assert with_weekly(HOURS, [MORNING, later]).weekly == (MORNING, later)
    assert with_weekly(HOURS, [later], instead_of=MORNING).weekly == (later,)
    assert with_weekly(HOURS, [], instead_of=MORNING).weekly == ()


def test_a_day_differs_is_off_and_is_as_usual_again() -> None:
    extra = with_day(HOURS, MONDAY, [*spans_at(MONDAY, HOURS.weekly, (), ()), (time(13), time(14))])
    assert [(each.begins, each.ends) for each in extra.exceptions] == [(time(9), time(11)), (time(13), time(14))]
    assert with_day(extra, MONDAY, []).exceptions == (Exceptional(day=MONDAY),)
    assert with_usual_day(extra, MONDAY).exceptions == ()
    assert spans_at(MONDAY, HOURS.weekly, (), {MONDAY}) == []
    assert spans_at(MONDAY, HOURS.weekly, extra.exceptions, {MONDAY}) != []
