"""The verifier catches every kind of planted fault."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from admissions.domain.placement import Outcome
from admissions.domain.verdicts import CODES, Verdict
from services.admissions.tests.builders import choice
from services.admissions.tests.by_objects import Choice, Decision, place, verify
from services.admissions.tests.unit.test_placement import rounds

CHOICES = [
    choice("a", 1, "x", merit=3000),
    choice("b", 1, "x", merit=2000),
    choice("b", 2, "y", merit=2000),
    choice("c", 1, "x", merit=3400, hand=2),
    choice("c", 2, "y", merit=3400, ineligible_because="missing_subjects"),
]
SEATS = {"x": 1, "y": 1}


def changed(decisions: list[Decision], applicant: str, rank: int, **fields: object) -> list[Decision]:
    return [
        replace(d, **fields) if (d.applicant, d.rank) == (applicant, rank) else d  # type: ignore[arg-type]
        for d in decisions
    ]


def codes(decisions: list[Decision], choices: list[Choice] = CHOICES, seats: dict[str, int] = SEATS) -> set[str]:
    return {verdict.code for verdict in verify(choices, seats, decisions)}


def test_a_right_placement_has_no_fault() -> None:
    assert codes(place(CHOICES, SEATS)) == set()


@pytest.mark.parametrize(
    ("applicant", "rank", "fields", "code"),
    [
        ("b", 1, {"outcome": Outcome.ADMITTED}, "two_seats"),
        ("b", 1, {"outcome": Outcome.ADMITTED}, "over_capacity"),
        ("c", 2, {"outcome": Outcome.RESERVE, "queue": 1}, "ineligible_not_refused"),
        ("b", 2, {"outcome": Outcome.INELIGIBLE}, "eligible_refused"),
        ("b", 2, {"outcome": Outcome.RESERVE, "queue": 1}, "seat_wasted"),
        ("b", 2, {"outcome": Outcome.STRUCK}, "reserve_and_struck_mixed"),
        ("b", 1, {"queue": 2}, "queue_out_of_order"),
        ("b", 1, {"queue": None}, "queue_out_of_order"),
    ],
)
def test_a_planted_fault_is_found(applicant: str, rank: int, fields: dict[str, object], code: str) -> None:
    assert code in codes(changed(place(CHOICES, SEATS), applicant, rank, **fields))


def test_envy_and_displaced_first_hand_are_found() -> None:
    swapped = changed(place(CHOICES, SEATS), "a", 1, outcome=Outcome.RESERVE, queue=1)
    swapped = changed(swapped, "c", 1, outcome=Outcome.ADMITTED, queue=None)

    assert {"justified_envy", "second_hand_displaces_first_hand"} <= codes(swapped)


def test_a_queue_that_passes_someone_over_is_found() -> None:
    swapped = changed(changed(place(CHOICES, SEATS), "b", 1, queue=2), "c", 1, queue=1)

    assert codes(swapped) == {"queue_out_of_order"}


def test_a_missing_a_doubled_and_an_invented_decision_are_found() -> None:
    right = place(CHOICES, SEATS)

    assert codes(right[1:]) == {"choice_without_decision"}
    assert codes([*right, right[0]]) == {"decision_without_choice"}
    assert "decision_without_choice" in codes([replace(right[0], offering="z"), *right[1:]])


def test_a_lost_held_place_is_found() -> None:
    choices = [choice("a", merit=1, holds=True), choice("b", merit=2)]
    wrong = place([replace(c, holds=False) for c in choices], {"x": 1})

    assert "held_place_lost" in codes(wrong, choices, {"x": 1})


@given(rounds(), st.data())
@settings(max_examples=300)
def test_no_single_changed_outcome_passes(drawn: tuple[list[Choice], dict[str, int]], data: st.DataObject) -> None:
    choices, seats = drawn
    right = place(choices, seats)
    assume(right)
    at = data.draw(st.integers(0, len(right) - 1))
    other = data.draw(st.sampled_from([outcome for outcome in Outcome if outcome is not right[at].outcome]))

    assert verify(choices, seats, [*right[:at], replace(right[at], outcome=other), *right[at + 1 :]])


def test_a_queue_number_without_a_reserve_and_an_unknown_outcome_are_found() -> None:
    right = place(CHOICES, SEATS)

    assert codes(changed(right, "a", 1, queue=1)) == {"queue_without_reserve"}
    assert "unknown_outcome" in codes(changed(right, "a", 1, outcome="kanske"))


def test_every_verdict_has_words_and_ids() -> None:
    assert all(Verdict(code).sv and Verdict(code).en for code in CODES)
    found = verify(CHOICES, SEATS, changed(place(CHOICES, SEATS), "b", 1, queue=2))

    assert str(found[0]) == "queue_out_of_order: applicant b, choice 1, x"
