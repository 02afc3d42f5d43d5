"""Gaps in cover, held against a model that counts heads at every quarter of an hour."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance.domain.rota.clock import at, moment, wall
from guidance.domain.rota.coverage import Gap, Presence, Requirement, RequirementWrong, check, gaps, hours
from guidance.domain.rota.layers import Window
from guidance.domain.times import Period

QUARTER = timedelta(minutes=15)
MONDAY = date(2027, 10, 25)  # the clock changes on the Sunday after
OFFICE = tuple(Window(day, 8 * 60, 16 * 60) for day in range(5))


def requirement(**changes: Any) -> Requirement:
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


def period(day: int, begins: int, ends: int) -> Period:
    """From so many hours past midnight to so many, on a day of the week."""
    that = MONDAY + timedelta(days=day)
    return Period(moment(at(that, begins * 60)), moment(at(that, ends * 60)))


def present(number: int, time: Period, *away: Period, municipality: str = "2281", languages: Any = ("sv",)) -> Presence:
    return Presence(UUID(int=number), municipality, languages, time, away)


WEEK = period(0, 0, 7 * 24)


def test_a_day_with_nobody_is_one_gap_and_a_holiday_none() -> None:
    on = [present(1, period(day, 8, 16)) for day in (0, 1, 3)]
    assert gaps(requirement(), on, WEEK, frozenset()) == [Gap(period(2, 8, 16), 1), Gap(period(4, 8, 16), 1)]
    assert gaps(requirement(), on, WEEK, frozenset({MONDAY + timedelta(days=2)})) == [Gap(period(4, 8, 16), 1)]


def test_who_is_away_or_in_a_session_covers_nothing_then() -> None:
    on = [present(1, period(day, 8, 16), period(0, 10, 11)) for day in range(5)]
    assert gaps(requirement(), on, WEEK, frozenset()) == [Gap(period(0, 10, 11), 1)]


def test_who_is_on_duty_twice_counts_once() -> None:
    on = [present(1, period(0, 8, 16)), present(1, period(0, 8, 12)), present(2, period(0, 12, 16))]
    found = gaps(requirement(number=2, ends_on=MONDAY), on, WEEK, frozenset())
    assert found == [Gap(period(0, 8, 12), 1)]


def test_only_the_municipality_and_the_language_asked_for_count() -> None:
    on = [
        present(1, period(0, 8, 12), municipality="2281", languages=("sv", "ar")),
        present(2, period(0, 8, 16), municipality="2262"),
    ]
    ours = requirement(municipality="2281", ends_on=MONDAY)
    arabic = requirement(language="ar", ends_on=MONDAY)
    assert gaps(ours, on, WEEK, frozenset()) == gaps(arabic, on, WEEK, frozenset()) == [Gap(period(0, 12, 16), 1)]
    assert gaps(requirement(ends_on=MONDAY), on, WEEK, frozenset()) == []


def test_hours_count_once_where_gaps_overlap_and_only_within_the_time() -> None:
    found = [Gap(period(0, 8, 16), 1), Gap(period(0, 10, 12), 2), Gap(period(1, 8, 16), 1)]
    assert hours(found, WEEK) == 16.0
    assert hours(found, period(0, 12, 14)) == 2.0


@pytest.mark.parametrize(
    "changes",
    [{"number": 0}, {"windows": ()}, {"ends_on": date(2027, 1, 1)}, {"windows": (Window(0, 60, 60),)}],
)
def test_a_requirement_that_cannot_be_used_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(RequirementWrong):
        check(requirement(**changes))


spans = st.tuples(st.integers(0, 7 * 96), st.integers(1, 96)).map(
    lambda s: Period(WEEK.starts_at + QUARTER * s[0], WEEK.starts_at + QUARTER * (s[0] + s[1]))
)
presences = st.builds(
    lambda number, time, away: present(number, time, *away), st.integers(1, 4), spans, st.lists(spans, max_size=2)
)
windows = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 95), st.integers(1, 40)).map(
        lambda w: Window(w[0], w[1] * 15, min((w[1] + w[2]) * 15, 1440))
    ),
    min_size=1,
    max_size=5,
).map(tuple)


@settings(max_examples=80, deadline=None)
@given(st.lists(presences, max_size=12), windows, st.integers(1, 3), st.sets(st.integers(0, 6), max_size=2))
def test_gaps_are_what_the_model_counts_at_every_quarter(
    on: list[Presence], hours_asked: tuple[Window, ...], number: int, holidays: set[int]
) -> None:
    closed = frozenset(MONDAY + timedelta(days=day) for day in holidays)
    found = gaps(requirement(windows=hours_asked, number=number), on, WEEK, closed)
    shows = wall(WEEK.starts_at)
    now = WEEK.starts_at
    while now < WEEK.ends_at:
        shows = max(shows, wall(now))  # in the doubled hour the clock stands still
        minutes = shows.hour * 60 + shows.minute
        asked = any(w.weekday == shows.weekday() and w.begins <= minutes < w.ends for w in hours_asked)
        there = {
            each.counsellor
            for each in on
            if each.period.starts_at <= now < each.period.ends_at
            and not any(away.starts_at <= now < away.ends_at for away in each.away)
        }
        missing = max(number - len(there), 0) if asked and shows.date() not in closed else 0
        covering = [gap.missing for gap in found if gap.period.starts_at <= now < gap.period.ends_at]
        assert covering == ([missing] if missing else []), shows
        now += QUARTER
