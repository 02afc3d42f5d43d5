"""What was in time, and which choices a round counts."""

from datetime import UTC, date, datetime

import pytest

from admissions.domain.calendar import Calendar, DatesOutOfOrder, swedish_day
from admissions.domain.listing import choices_in_force
from admissions.domain.offerings import Offering
from admissions.domain.rounds import (
    Round,
    RoundCannotRun,
    Stage,
    UnknownRound,
    check_may_run,
    counted_until,
    named,
)
from services.admissions.tests.builders import applicant, revision, the_rules
from services.admissions.tests.small_intake import intake_of

CALENDAR = the_rules().calendar
IN_TIME = datetime(2027, 2, 1, 22, 59, 59, tzinfo=UTC)
JUST_LATE = datetime(2027, 2, 1, 23, 0, 0, tzinfo=UTC)
IN_CHANGE_PERIOD = datetime(2027, 5, 1, tzinfo=UTC)
AFTER_CHANGES = datetime(2027, 6, 1, tzinfo=UTC)


def may_run(this: Round, published: set[str], unanswered: int, today: date = CALENDAR.final) -> None:
    check_may_run(this, published, unanswered, today=today, hand_over=CALENDAR.hand_over)


def in_force(this: str, *revisions):  # type: ignore[no-untyped-def]
    intake = intake_of([applicant("a", revisions=revisions)], [Offering(id="x"), Offering(id="y")])
    listed = choices_in_force(intake, CALENDAR, counted_until(named(this), CALENDAR))
    rows = zip(listed.offering.tolist(), listed.timely.tolist(), strict=True)
    return [(intake.offerings[offering].id, timely) for offering, timely in rows]


def test_the_last_day_lasts_until_midnight_in_sweden() -> None:
    assert swedish_day(IN_TIME) == CALENDAR.closes
    assert in_force("final", revision(1, "x", on=IN_TIME)) == [("x", True)]
    assert in_force("final", revision(1, "x", on=JUST_LATE)) == [("x", False)]


def test_a_change_inside_the_change_period_is_timely() -> None:
    changed = (revision(1, "x", on=IN_TIME), revision(2, "y", "x", on=IN_CHANGE_PERIOD))

    assert in_force("final", *changed) == [("y", True), ("x", True)]


def test_the_preliminary_round_counts_the_choices_of_its_day() -> None:
    assert in_force("preliminary", revision(1, "x", on=IN_TIME), revision(2, "y", on=IN_CHANGE_PERIOD)) == [("x", True)]


def test_a_late_change_waits_for_the_first_reserve_round() -> None:
    changed = (revision(1, "x", on=IN_TIME), revision(2, "y", "x", on=AFTER_CHANGES))

    assert in_force("final", *changed) == [("x", True)]
    assert in_force("reserve-1", *changed) == [("y", False), ("x", True)]


def test_an_application_after_the_change_period_is_not_in_the_final_round() -> None:
    assert in_force("final", revision(1, "x", on=AFTER_CHANGES)) == []
    assert in_force("reserve-1", revision(1, "x", on=AFTER_CHANGES)) == [("x", False)]


def test_the_highest_revision_counts_in_whatever_order_they_came() -> None:
    assert in_force("final", revision(2, "y", on=IN_TIME), revision(1, "x", on=IN_TIME)) == [("y", True)]


def test_rounds_have_names() -> None:
    assert [named(name).name for name in ("preliminary", "final", "reserve-1", "reserve-12")] == [
        "preliminary",
        "final",
        "reserve-1",
        "reserve-12",
    ]
    assert not named("preliminary").binding
    assert named("reserve-3") == Round(Stage.RESERVE, 3)


@pytest.mark.parametrize("name", ["reserve", "reserve-0", "reserve-x", "", "reserve-1 ", "Final"])
def test_other_names_are_no_rounds(name: str) -> None:
    with pytest.raises(UnknownRound):
        named(name)


@pytest.mark.parametrize(
    ("this", "published", "unanswered"),
    [
        ("final", {"final"}, 0),
        ("preliminary", {"final"}, 0),
        ("reserve-1", set(), 0),
        ("reserve-1", {"final"}, 3),
        ("reserve-1", {"final", "reserve-1"}, 0),
        ("reserve-2", {"final"}, 0),
    ],
)
def test_a_round_waits_for_its_turn(this: str, published: set[str], unanswered: int) -> None:
    with pytest.raises(RoundCannotRun):
        may_run(named(this), published, unanswered)


def test_each_round_runs_in_its_turn_and_the_preliminary_again_and_again() -> None:
    may_run(named("preliminary"), {"preliminary"}, 0)
    may_run(named("final"), {"preliminary"}, 0)
    may_run(named("reserve-1"), {"final"}, 0)
    may_run(named("reserve-2"), {"final", "reserve-1"}, 0)


def test_dates_must_follow_the_order_of_the_year() -> None:
    dates = {name: getattr(CALENDAR, name) for name in Calendar.dates()}

    with pytest.raises(DatesOutOfOrder, match="closes must not come after preliminary"):
        Calendar(intake_year=2027, **dates | {"preliminary": dates["opens"]})


def test_no_reserve_round_is_run_once_the_schools_have_taken_over() -> None:
    with pytest.raises(RoundCannotRun, match="handed_over"):
        may_run(named("reserve-1"), {"final"}, 0, CALENDAR.hand_over)
    may_run(named("final"), {"preliminary"}, 0, CALENDAR.hand_over)
