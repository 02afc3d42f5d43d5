"""Adult education: rights, undertakings, selection and the way of an application, as the law says them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admissions.adapters.adult_rules import adult_rules
from admissions.domain.adult.applications import (
    AdultApplication,
    AdultRefused,
    Opinion,
    Status,
    candidate,
    give_opinion,
    move,
    submit,
    turn_down,
    validate,
)
from admissions.domain.adult.facts import Aim, Facts, Form, Need, Wanted
from admissions.domain.adult.selection import Candidate, Detail, Outcome, Step, select, step
from admissions.domain.adult.sentences import appeal, reason
from admissions.domain.adult.standing import Ages, Ground, Kind, standing

RULES = adult_rules(2027)
AGES = Ages(sfi=16, adult=20)
AUTUMN = date(2027, 8, 16)
SUBMITTED = datetime(2027, 4, 28, 15, tzinfo=UTC)
FACTS = Facts(
    birth_year=1995,
    resident=True,
    lacks_knowledge=True,
    can_benefit=True,
    completed_upper_secondary=True,
    completed_programme=False,
    lacks_basic_swedish=True,
    nordic_language=False,
    special_reasons=False,
    aim=Aim.OTHER,
    begun_under_plan=False,
    need=Need.NONE,
    education_years=12,
)


def handed_in(home: str = "2281", organiser: str = "2284", **changed: Any) -> AdultApplication:
    wanted = Wanted(
        organiser=organiser,
        course=f"{organiser}-VUX-1",
        form=changed.pop("form", Form.UPPER_SECONDARY),
        vocational=changed.pop("vocational", False),
        from_day=AUTUMN,
        submitted_at=SUBMITTED,
    )
    content: dict[str, Any] = {
        "application": str(UUID(int=1)),
        "applicant": str(UUID(int=2)),
        "home": home,
        "wanted": wanted,
        "facts": FACTS,
        "study_plan": None,
        "revision": 1,
        "status": Status.READY,
    }
    return AdultApplication(**content | changed)


def taken(**changed: Any) -> AdultApplication:
    return submit(None, handed_in(**changed), RULES, withdrawn=False)


@pytest.mark.parametrize(
    ("form", "changed", "kind", "ground"),
    [
        (Form.SFI, {}, Kind.RIGHT, Ground.SFI),
        (Form.SFI, {"nordic_language": True}, Kind.NOT_ELIGIBLE, Ground.NORDIC_LANGUAGE),
        (Form.SFI, {"lacks_basic_swedish": False}, Kind.NOT_ELIGIBLE, Ground.HAS_BASIC_SWEDISH),
        (Form.SFI, {"resident": False}, Kind.NOT_ELIGIBLE, Ground.NOT_RESIDENT),
        (Form.SFI, {"birth_year": 2011}, Kind.RIGHT, Ground.SFI),
        (Form.SFI, {"birth_year": 2012}, Kind.NOT_ELIGIBLE, Ground.TOO_YOUNG),
        (Form.BASIC, {}, Kind.RIGHT, Ground.BASIC),
        (Form.BASIC, {"birth_year": 2007}, Kind.RIGHT, Ground.BASIC),
        (Form.BASIC, {"birth_year": 2008}, Kind.NOT_ELIGIBLE, Ground.TOO_YOUNG),
        (Form.ADAPTED_BASIC, {"can_benefit": False}, Kind.NOT_ELIGIBLE, Ground.CANNOT_BENEFIT),
        (Form.UPPER_SECONDARY, {}, Kind.ELIGIBLE, Ground.ELIGIBLE),
        (Form.UPPER_SECONDARY, {"aim": Aim.HIGHER_EDUCATION}, Kind.RIGHT, Ground.HIGHER_EDUCATION),
        (Form.UPPER_SECONDARY, {"aim": Aim.VOCATIONAL_COLLEGE}, Kind.RIGHT, Ground.HIGHER_EDUCATION),
        (Form.UPPER_SECONDARY, {"lacks_knowledge": False}, Kind.NOT_ELIGIBLE, Ground.HAS_KNOWLEDGE),
        (Form.UPPER_SECONDARY, {"birth_year": 2008}, Kind.NOT_ELIGIBLE, Ground.TOO_YOUNG),
        (Form.UPPER_SECONDARY, {"birth_year": 2008, "completed_programme": True}, Kind.ELIGIBLE, Ground.ELIGIBLE),
        (Form.UPPER_SECONDARY, {"birth_year": 2008, "special_reasons": True}, Kind.ELIGIBLE, Ground.ELIGIBLE),
    ],
)
def test_who_has_a_right_and_who_is_eligible(form: Form, changed: dict[str, Any], kind: Kind, ground: Ground) -> None:
    found = standing(form, replace(FACTS, **changed), starts_on=AUTUMN, ages=AGES)

    assert (found.kind, found.ground) == (kind, ground)


def test_the_second_half_of_the_year_begins_in_july() -> None:
    young = replace(FACTS, birth_year=2007)

    assert standing(Form.BASIC, young, starts_on=date(2027, 6, 30), ages=AGES).ground is Ground.TOO_YOUNG
    assert standing(Form.BASIC, young, starts_on=date(2027, 7, 1), ages=AGES).kind is Kind.RIGHT


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (
            {"begun_under_plan": True, "completed_upper_secondary": False, "need": Need.UNEMPLOYED},
            Step.BEGUN_UNDER_PLAN,
        ),
        ({"completed_upper_secondary": False, "need": Need.UNEMPLOYED}, Step.NO_UPPER_SECONDARY),
        ({"need": Need.UNEMPLOYED}, Step.UNEMPLOYED),
        ({"need": Need.AT_RISK}, Step.UNEMPLOYED),
        ({"need": Need.PRESENT_WORK}, Step.PRESENT_WORK),
        ({"need": Need.PLANNED_OCCUPATION}, Step.PLANNED_OCCUPATION),
        ({}, Step.NONE),
    ],
)
def test_the_five_steps_of_the_ordinance_in_their_order(changed: dict[str, Any], expected: Step) -> None:
    assert step(replace(FACTS, **changed)) is expected


people = st.builds(
    Candidate,
    application=st.uuids().map(str),
    has_right=st.booleans(),
    facts=st.builds(
        lambda plan, diploma, need, years: replace(
            FACTS, begun_under_plan=plan, completed_upper_secondary=diploma, need=need, education_years=years
        ),
        st.booleans(),
        st.booleans(),
        st.sampled_from(Need),
        st.integers(0, 20),
    ),
    submitted_at=st.datetimes(datetime(2027, 1, 1), datetime(2027, 5, 1)).map(lambda at: at.replace(tzinfo=UTC)),
)


@given(st.lists(people, max_size=30, unique_by=lambda one: one.application), st.integers(0, 20), st.randoms())
def test_rights_come_first_nobody_is_passed_and_order_in_is_irrelevant(people, seats, random) -> None:
    found = select(people, seats, details=list(Detail), lot="a")
    shuffled = random.sample(people, len(people))
    by_id = {one.application: one for one in people}
    admitted = [one for one in found if one.outcome is Outcome.ADMITTED]
    reserves = [one for one in found if one.outcome is Outcome.RESERVE]

    assert {one.application for one in found} == set(by_id)
    assert all(one.outcome is Outcome.ADMITTED for one in found if by_id[one.application].has_right)
    selected = [one for one in admitted if one.step is not None]
    assert len(selected) <= max(seats - (len(admitted) - len(selected)), 0)
    assert not reserves or len(admitted) >= seats
    assert all(chosen.step <= waiting.step for chosen in selected for waiting in reserves)
    assert [one.queue for one in reserves] == list(range(1, len(reserves) + 1))
    assert set(select(shuffled, seats, details=list(Detail), lot="a")) == set(found)


def test_no_opinion_at_home_in_sfi_or_under_the_free_choice() -> None:
    assert taken(organiser="2281").status is Status.READY
    assert taken(form=Form.SFI).status is Status.READY
    free = taken(vocational=True)
    assert (free.status, free.undertaken_by) == (Status.READY, "2281")
    assert taken(vocational=True, organiser="0180").status is Status.WAITING
    assert taken().status is Status.WAITING


def test_an_opinion_settles_who_pays() -> None:
    yes = give_opinion(taken(), Opinion(by="2281", undertakes=True, revision=1), RULES)
    no = give_opinion(taken(), Opinion(by="2281", undertakes=False, revision=1), RULES)

    assert (yes.status, yes.undertaken_by) == (Status.READY, "2281")
    assert candidate(no, RULES, AUTUMN) == "no_undertaking"


@pytest.mark.parametrize(
    ("application", "by", "undertakes", "code"),
    [
        (taken(), "2262", True, "not_home_municipality"),
        (taken(organiser="2281"), "2281", True, "opinion_not_needed"),
        (taken(facts=replace(FACTS, aim=Aim.HIGHER_EDUCATION)), "2281", False, "must_undertake"),
        (taken(facts=replace(FACTS, special_reasons=True)), "2281", False, "must_undertake"),
        (turn_down(taken(), "too_young", AUTUMN), "2281", True, "adult_decided"),
    ],
)
def test_an_opinion_that_cannot_be_taken(application: AdultApplication, by: str, undertakes: bool, code: str) -> None:
    with pytest.raises(AdultRefused) as refused:
        give_opinion(application, Opinion(by=by, undertakes=undertakes, revision=1), RULES)

    assert refused.value.code == code


def test_an_old_opinion_changes_nothing() -> None:
    newest = give_opinion(taken(), Opinion(by="2281", undertakes=True, revision=2), RULES)

    assert give_opinion(newest, Opinion(by="2281", undertakes=False, revision=1), RULES) is newest


def test_an_undertaking_stays_after_a_move_but_what_waits_asks_the_new_home() -> None:
    undertaken = give_opinion(taken(), Opinion(by="2281", undertakes=True, revision=1), RULES)

    assert move(undertaken, "2262", RULES) is undertaken
    assert move(taken(), "2262", RULES).home == "2262"
    at_the_organiser = move(taken(), "2284", RULES)
    assert (at_the_organiser.status, at_the_organiser.undertaken_by) == (Status.READY, "2284")


def test_revisions_withdrawals_and_ends() -> None:
    first = taken()
    newer = submit(first, handed_in(revision=2, organiser="2281"), RULES, withdrawn=False)
    gone = submit(newer, handed_in(revision=3), RULES, withdrawn=True)

    assert newer.status is Status.READY
    assert submit(newer, handed_in(revision=1), RULES, withdrawn=False) is newer
    assert gone.status is Status.WITHDRAWN
    assert validate(first).status is Status.VALIDATED
    for attempt in (lambda: validate(gone), lambda: submit(gone, handed_in(revision=4), RULES, withdrawn=False)):
        with pytest.raises(AdultRefused, match="adult_decided"):
            attempt()
    with pytest.raises(AdultRefused, match="other_home_municipality"):
        submit(first, handed_in(home="2262", revision=2), RULES, withdrawn=False)


def test_decisions_say_why_and_how_they_are_appealed() -> None:
    reserve = reason("reserve", "step_3", 4)

    assert "reserv nummer 4" in reserve.sv
    assert "arbetslös" in reserve.sv
    assert "number 4 in reserve" in reserve.en
    assert "Skolväsendets överklagandenämnd" in appeal("not_received", "2284").sv
    assert "kan inte överklagas" in appeal("admitted", "2284").sv
    every = {ground.value for ground in Ground} - {"sfi", "basic", "higher_education", "eligible"}
    for code in every | {"right", "validated", "no_undertaking", *(f"step_{one.value}" for one in Step)}:
        assert all(reason("admitted", code, None))
