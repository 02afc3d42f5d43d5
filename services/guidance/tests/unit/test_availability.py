"""Which availability is refused, and what its reporter is told."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from guidance.domain.availability import Breach, Wrong, breaches, take
from guidance.domain.times import Period
from guidance.messages.availability import fault

from ..builders import counsellor, period


def test_periods_may_touch_and_come_in_any_order() -> None:
    assert breaches([period(60, 120), period(0, 60), period(120, 180)]) == []


def test_a_backwards_or_empty_period_is_named_by_its_index() -> None:
    assert breaches([period(0, 60), period(90, 60), period(70, 70)]) == [
        Breach(Wrong.BACKWARDS, 1),
        Breach(Wrong.BACKWARDS, 2),
    ]


def test_a_period_longer_than_a_day_is_a_slip() -> None:
    assert breaches([period(0, 24 * 60)]) == []
    assert breaches([period(0, 24 * 60 + 1)]) == [Breach(Wrong.TOO_LONG, 0)]


def test_the_later_in_the_list_of_two_overlapping_periods_is_named_with_the_earlier() -> None:
    assert breaches([period(0, 60), period(200, 260), period(30, 90)]) == [Breach(Wrong.OVERLAPS, 2, 0)]
    assert breaches([period(30, 90), period(0, 60)]) == [Breach(Wrong.OVERLAPS, 1, 0)]


def test_an_overlap_with_a_long_period_behind_a_short_one_is_seen() -> None:
    assert breaches([period(0, 300), period(10, 20), period(100, 110)]) == [
        Breach(Wrong.OVERLAPS, 1, 0),
        Breach(Wrong.OVERLAPS, 2, 0),
    ]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 10)), max_size=8))
def test_periods_are_let_through_exactly_when_no_two_overlap(drawn: list[tuple[int, int]]) -> None:
    periods: list[Period] = [period(start, start + length) for start, length in drawn]
    pairs = [(a, b) for i, a in enumerate(periods) for b in periods[i + 1 :]]
    assert (breaches(periods) == []) is not any(a.overlaps(b) for a, b in pairs)


def test_a_counsellor_belongs_to_the_municipality_that_reported_first() -> None:
    known = counsellor()
    taken, breach = take(known, counsellor(municipality="2280", revision=9))
    assert taken is known
    assert breach == Breach(Wrong.NOT_YOURS)


def test_a_higher_revision_replaces_and_an_equal_or_lower_one_changes_nothing() -> None:
    known, newer = counsellor(revision=5), counsellor(revision=6, periods=())
    assert take(None, known) == (known, None)
    assert take(known, newer) == (newer, None)
    assert take(newer, replace(known, revision=6)) == (newer, None)


def test_a_fault_points_at_the_period_and_says_what_to_mend_in_two_languages() -> None:
    faults = [fault(b) for b in (Breach(Wrong.BACKWARDS, 3), Breach(Wrong.OVERLAPS, 4, 2), Breach(Wrong.TOO_LONG, 0))]
    assert [(f.field, f.code) for f in faults] == [
        ("/periods/3", "period_backwards"),
        ("/periods/4", "period_overlaps"),
        ("/periods/0", "period_too_long"),
    ]
    assert "3" in faults[0].sv
    assert "ends_at" in faults[0].en
    assert "2" in faults[1].sv
    assert "2" in faults[1].en
    assert fault(Breach(Wrong.NOT_YOURS)).field == "/counsellor"
