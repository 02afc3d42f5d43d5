"""Sharing out cases, paths, registers, plans and small groups, held against what must always be true."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.adapters.agreements import dates_of, follow_up_rules, programmes, survey
from guidance.adapters.links import LinkInvalid, Links
from guidance.domain import activity_responsibility as kaa
from guidance.domain.activity_responsibility import Entered, Entry, HalfYear, Left, Measure, MeasureKind
from guidance.domain.cases import Cause, Unplaced
from guidance.domain.evaluation import LEAST, Goal, Measured, Progress, Span, median, shown
from guidance.domain.following import Desk, share_out
from guidance.domain.paths import Dates, Path, PathKind, Verdict, Why, paths
from guidance.domain.study_plans import (
    AlreadyAgreed,
    Content,
    Course,
    MoreThanExtent,
    NotNewest,
    Party,
    SameCourseTwice,
    SchoolForm,
    agree,
    compare,
    draw_up,
    revise,
)
from guidance.domain.study_plans import Goal as PlanGoal

from ..builders import NOW

ids = st.integers(0, 10**9).map(lambda number: UUID(int=number))
homes = st.sampled_from(["2281", "2262"])
days = st.dates(date(2026, 1, 1), date(2028, 12, 31))
PROGRAMMES = {code: each.vocational for code, each in programmes().items()}


@given(st.lists(st.tuples(ids, homes), unique_by=lambda case: case[0]), st.dictionaries(ids, homes, max_size=6))
def test_nobody_gets_two_more_cases_than_a_colleague_of_the_same_municipality(cases, counsellors) -> None:
    given_ = share_out(cases, [Desk(id_, home, 0) for id_, home in counsellors.items()])
    assert set(given_) == {case for case, home in cases if home in counsellors.values()}
    assert all(counsellors[given_[case]] == home for case, home in cases if case in given_)
    for home in ("2281", "2262"):
        loads = [list(given_.values()).count(id_) for id_, of in counsellors.items() if of == home]
        assert max(loads, default=0) - min(loads, default=0) <= 1


def test_who_has_fewest_open_cases_gets_the_next() -> None:
    desks = [Desk(UUID(int=1), "2281", 3), Desk(UUID(int=2), "2281", 1)]
    given_ = share_out([(UUID(int=n), "2281") for n in (10, 11, 12)], desks)
    assert [each.int for each in given_.values()] == [2, 2, 1]


def ways(
    *missing: str, free: tuple[str, ...] = (), today: date = date(2027, 6, 1), **dates: date
) -> dict[PathKind, Path]:
    cause = Cause.INELIGIBLE if missing else Cause.NO_PLACE
    said = Unplaced(round=1, said_at=NOW, cause=cause, missing_subjects=missing, open_programmes=free)
    found = paths(said, intake_year=2027, programmes=PROGRAMMES, dates=Dates(**dates), today=today)
    return {each.kind: each for each in found}


@pytest.mark.parametrize(
    ("missing", "verdict", "why"),
    [
        (("MA",), Verdict.OPEN, Why.CORE_AND_OTHERS),  # at least seven passes: Swedish, English and five others
        (("EN",), Verdict.OPEN, Why.CORE_AND_OTHERS),
        (("MA", "BI", "FY"), Verdict.OPEN, Why.CORE_AND_OTHERS),  # a preparatory choice: nine passes, seven others
        (("MA", "BI", "FY", "KE", "GE", "HI", "RE"), Verdict.CHECK, Why.COUNT_OTHERS),
        (("EN", "MA"), Verdict.CLOSED, Why.BOTH_MISSING),
        (("SV/SVA",), Verdict.CLOSED, Why.SWEDISH_MISSING),
        ((), Verdict.CLOSED, Why.ELIGIBLE),
    ],
)
def test_programme_oriented_choice_follows_the_two_branches_of_the_act(missing, verdict, why) -> None:
    path = ways(*missing)[PathKind.IMV]
    assert (path.verdict, path.why, path.source) == (verdict, why, "SL 17:4, 17:10")


def test_one_eligible_to_vocational_programmes_can_aim_at_the_others_only() -> None:
    assert set(ways("FY")[PathKind.IMV].towards) == {"EK", "ES", "HU", "NA", "SA", "TE"}
    assert len(ways("MA")[PathKind.IMV].towards) == 18


def test_vocational_introduction_is_for_those_who_lack_eligibility() -> None:
    assert ways("MA")[PathKind.IMY].verdict is Verdict.OPEN
    assert ways("BI", "FY", "KE", "GE", "HI")[PathKind.IMY].verdict is Verdict.CHECK
    assert ways("BI", "FY")[PathKind.IMY].verdict is Verdict.CLOSED
    assert ways("FY", free=("BF",))[PathKind.IMY].verdict is Verdict.CLOSED


@given(days, days)
def test_lovskola_is_open_while_its_last_day_is_ahead(last: date, today: date) -> None:
    path = ways("MA", today=today, lovskola_apply_by=last)[PathKind.LOVSKOLA]
    assert (path.verdict is Verdict.OPEN) == (today <= last)
    assert ways("MA")[PathKind.LOVSKOLA].why is Why.DATES_UNKNOWN


def test_a_region_or_year_without_dates_is_told_so_and_not_guessed() -> None:
    assert dates_of("2281", 2027).lovskola_ends is not None
    assert dates_of("0180", 2027) == dates_of("2281", 2031) == Dates()


def entry(**changes) -> Entry:
    content = {"entered_on": date(2027, 3, 1), "entered": Entered.NEVER_STARTED, "municipality": "2281"}
    return Entry(**{"entry": UUID(int=1), "person": UUID(int=2)} | content | changes)


@pytest.mark.parametrize(
    ("changes", "last"),
    [
        ({"born_on": date(2008, 2, 29)}, date(2028, 2, 29)),
        ({"born_on": date(2010, 5, 6), "starts_on": date(2027, 8, 18)}, date(2027, 8, 18)),
        ({"intake_year": 2027}, date(2031, 12, 31)),
        ({}, None),
    ],
)
def test_an_entry_ends_at_twenty_or_when_an_accepted_place_begins(changes, last) -> None:
    assert kaa.last_day(entry(**changes)) == last


def test_a_leap_day_is_followed_by_the_first_of_march() -> None:
    assert kaa.birthday(date(2008, 2, 29), 1) == date(2009, 3, 1)


entries = st.builds(
    lambda begun, stay, left, age, measured: entry(
        entered_on=begun,
        left_on=None if stay is None else begun + timedelta(days=stay),
        left=None if stay is None else left,
        born_on=age,
        measures=(Measure(kind=MeasureKind.COURSE, begins=begun),) if measured else (),
    ),
    days,
    st.none() | st.integers(0, 400),
    st.sampled_from(Left),
    st.none() | st.dates(date(2007, 1, 1), date(2012, 1, 1)),
    st.booleans(),
)


@given(st.lists(entries, max_size=20), st.integers(2026, 2028), st.sampled_from([1, 2]))
def test_a_half_years_figures_add_up(found, year: int, half: int) -> None:
    told = kaa.figures(found, HalfYear(year, half))
    assert told.covered == told.at_start + sum(told.entered.values())
    assert told.at_end == told.covered - sum(told.left.values())
    assert sum(told.by_age.values()) == sum(told.by_sex.values()) == sum(told.by_occupation.values()) == told.covered
    assert told.with_measure <= told.covered
    after = kaa.figures(found, HalfYear(year, 2) if half == 1 else HalfYear(year + 1, 1))
    assert after.at_start == told.at_end


@given(days)
def test_half_years_cover_every_day_once(day: date) -> None:
    half = HalfYear.of(day)
    assert half.begins <= day <= half.ends
    assert half.before.ends == half.begins - timedelta(days=1)
    assert HalfYear.named(str(half)) == half


def course(title: str, points: int = 100, code: str | None = None) -> Course:
    return Course(title=title, points=points, school_form=SchoolForm.UPPER_SECONDARY, code=code)


def content(*courses: Course, extent: int = 10_000) -> Content:
    return Content(goal=PlanGoal.VOCATION, aim="x", extent_points=extent, pace_percent=100, courses=courses)


contents = st.lists(
    st.builds(course, st.sampled_from(["A", "B", "C", "D"]), st.integers(0, 500)), unique_by=lambda each: each.key
).map(lambda courses: content(*courses))


@given(contents, contents)
def test_what_changed_makes_the_later_version_of_the_earlier(before: Content, after: Content) -> None:
    changes = compare(before, after)
    now = {each.key: each for each in before.courses}
    now |= {each.key: each for each in changes.added} | {new.key: new for _, new in changes.changed}
    for gone in changes.removed:
        del now[gone.key]
    assert now == {each.key: each for each in after.courses}
    assert changes.none == (set(before.courses) == set(after.courses))


def test_a_plan_is_agreed_once_both_have_and_on_its_newest_version_only() -> None:
    plan = draw_up(UUID(int=1), UUID(int=2), "2281", UUID(int=3), content(course("A")), now=NOW)
    half = agree(plan, 1, Party.COUNSELLOR, now=NOW)
    assert half.newest.agreed_at is None
    with pytest.raises(AlreadyAgreed):
        agree(half, 1, Party.COUNSELLOR, now=NOW)
    both = agree(half, 1, Party.STUDENT, now=NOW + timedelta(days=1))
    assert both.newest.agreed_at == NOW + timedelta(days=1)
    revised = revise(both, content(course("B")), now=NOW)
    assert revised.versions[0].agreed_at is not None
    assert revised.newest.agreed_at is None
    with pytest.raises(NotNewest):
        agree(revised, 1, Party.STUDENT, now=NOW)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (content(course("A", 600), course("B", 600), extent=1000), MoreThanExtent),
        (content(course("Vård 1"), course("vård  1")), SameCourseTwice),
    ],
)
def test_a_plan_that_does_not_hold_together_is_refused(wrong: Content, error: type[Exception]) -> None:
    with pytest.raises(error):
        draw_up(UUID(int=1), UUID(int=2), "2281", UUID(int=3), wrong, now=NOW)


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 40), max_size=8))
def test_a_hidden_group_cannot_be_worked_out_from_the_total(groups: dict[str, int]) -> None:
    visible = shown(groups)
    hidden = [groups[name] for name in groups if name not in visible]
    assert all(groups[name] >= LEAST or groups[name] == 0 for name in visible)
    if hidden and any(groups[name] for name in visible):
        assert len(hidden) > 1
        assert sum(hidden) >= LEAST


@pytest.mark.parametrize(
    ("measured", "actual", "reached"),
    [
        (Measured.WAITING_DAYS, 9.0, True),
        (Measured.WAITING_DAYS, 11.0, False),
        (Measured.COVERAGE, 11.0, True),
        (Measured.COVERAGE, None, None),
    ],
)
def test_a_goal_knows_which_way_is_better(measured: Measured, actual: float | None, reached: bool | None) -> None:
    goal = Goal(measured=measured, span=Span(date(2027, 1, 1), date(2027, 6, 30)), target=10)
    assert Progress(goal, actual).reached is reached


def test_the_median_is_the_middle() -> None:
    assert (median([]), median([3]), median([9, 1, 5]), median([1, 3])) == (None, 3, 5, 2)


def test_a_link_is_good_for_its_purpose_until_its_time_and_no_longer() -> None:
    now = NOW.timestamp()
    links = Links("k" * 32, clock=lambda: now)
    text = links.make("survey", {"n": 1}, until=NOW + timedelta(days=1))
    assert links.read("survey", text) == {"n": 1}
    for purpose, other in (("study-plan", links), ("survey", Links("x" * 32, clock=lambda: now))):
        with pytest.raises(LinkInvalid):
            other.read(purpose, text)
    with pytest.raises(LinkInvalid):
        Links("k" * 32, clock=lambda: now + 90_000).read("survey", text)


def test_the_agreements_that_come_with_the_package_can_be_read() -> None:
    assert 3 <= len(survey().questions) <= 5
    assert follow_up_rules().notes_kept == timedelta(days=730)
    assert len(programmes()) == 18
