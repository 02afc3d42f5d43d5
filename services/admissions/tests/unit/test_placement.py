"""The engine: worked examples, and properties over generated rounds."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admissions.domain.placement import lottery_number
from admissions.domain.wishes import UnknownTies
from services.admissions.tests.builders import choice
from services.admissions.tests.by_objects import Choice, Decision, place, verify
from services.admissions.tests.plain_placement import plain, standing

Drawn = tuple[list[Choice], dict[str, int]]
OFFERINGS = ["v", "x", "y", "z"]


def outcomes(decisions: list[Decision]) -> dict[tuple[str, str], tuple[str, int | None, str]]:
    return {(d.applicant, d.offering): (d.outcome.value, d.queue, d.reason) for d in decisions}


def admitted(decisions: list[Decision]) -> dict[str, str]:
    return {d.applicant: d.offering for d in decisions if d.outcome == "admitted"}


def test_the_highest_merit_gets_the_seat_and_the_other_is_first_in_the_queue() -> None:
    found = outcomes(place([choice("a", merit=3000), choice("b", merit=2000)], {"x": 1}))

    assert found == {("a", "x"): ("admitted", None, "priority_reached"), ("b", "x"): ("reserve", 1, "merit")}


def test_second_hand_merit_does_not_help() -> None:
    found = outcomes(place([choice("a", merit=3400, hand=2), choice("b", merit=1000)], {"x": 1}))

    assert found["b", "x"][0] == "admitted"
    assert found["a", "x"] == ("reserve", 1, "reception")


def test_late_ones_go_after_all_in_time() -> None:
    found = outcomes(place([choice("a", merit=3400, timely=False), choice("b", merit=1000)], {"x": 1}))

    assert found["a", "x"] == ("reserve", 1, "timeliness")


def test_a_late_first_hand_applicant_goes_before_a_timely_second_hand_one() -> None:
    assert admitted(place([choice("a", timely=False), choice("b", hand=2)], {"x": 1})) == {"a": "x"}


def test_equal_merit_is_settled_by_the_lower_number() -> None:
    found = outcomes(place([choice("a", random=7), choice("b", random=5)], {"x": 1}))

    assert found["a", "x"] == ("reserve", 1, "random")


def test_choice_rank_can_be_the_first_tie_breaker() -> None:
    choices = [choice("a", 1, "w", random=1), choice("a", 2, "x", random=1), choice("b", 1, "x", random=2)]

    assert admitted(place(choices, {"w": 0, "x": 1}, ("rank", "random"))) == {"b": "x"}
    assert admitted(place(choices, {"w": 0, "x": 1}, ("random",))) == {"a": "x"}


def test_lower_choices_are_struck_and_higher_ones_stay_in_reserve() -> None:
    choices = [choice("a", 1, "x", merit=1), choice("a", 2, "y"), choice("a", 3, "z"), choice("b", 1, "x", merit=2)]
    found = outcomes(place(choices, {"x": 1, "y": 1, "z": 1}))

    assert found["a", "x"] == ("reserve", 1, "merit")
    assert found["a", "y"][0] == "admitted"
    assert found["a", "z"] == ("struck", None, "higher_choice_admitted")


def test_an_ineligible_choice_is_ineligible_wherever_it_stands() -> None:
    choices = [choice("a", 1, "x"), choice("a", 2, "y", ineligible_because="missing_subjects")]

    assert outcomes(place(choices, {"x": 1, "y": 1}))["a", "y"] == ("ineligible", None, "missing_subjects")


def test_no_seats_empty_lists_and_offerings_nobody_chose_are_fine() -> None:
    assert place([], {"x": 3}) == []
    assert outcomes(place([choice("a")], {"x": 0, "y": 9}))["a", "x"] == ("reserve", 1, "no_seats")
    assert outcomes(place([choice("a")], {}))["a", "x"] == ("reserve", 1, "no_seats")


def test_a_held_place_is_kept_against_anyone_and_even_where_seats_were_cut() -> None:
    choices = [choice("a", merit=1, hand=2, holds=True), choice("b", merit=3400)]

    assert admitted(place(choices, {"x": 1})) == {"a": "x"}
    assert admitted(place(choices, {"x": 0})) == {"a": "x"}


def test_a_whole_chain_of_vacancies_is_resolved_at_once() -> None:
    choices = [
        choice("a", 1, "x"), choice("a", 2, "y", holds=True),
        choice("b", 1, "y"), choice("b", 2, "z", holds=True),
        choice("c", 1, "z"),
    ]  # fmt: skip
    assert admitted(place(choices, {"x": 1, "y": 1, "z": 1})) == {"a": "x", "b": "y", "c": "z"}


def test_the_draw_is_the_same_for_the_same_seed_and_differs_between_seeds() -> None:
    assert lottery_number(1, "a") == lottery_number(1, "a") < 2**53
    assert len({lottery_number(seed, name) for seed in range(50) for name in "abcd"}) == 200


@st.composite
def rounds(draw: st.DrawFn, applicants: int = 8) -> Drawn:
    seats = {offering: draw(st.integers(0, 3)) for offering in OFFERINGS}
    choices = []
    for number in range(draw(st.integers(0, applicants))):
        wished = draw(st.permutations(OFFERINGS))[: draw(st.integers(1, 4))]
        merit, drawn = draw(st.integers(0, 4)) * 100, draw(st.integers(0, 3)) * 100 + number
        for rank, offering in enumerate(wished, start=1):
            choices.append(
                choice(
                    f"p{number}", rank, offering, merit=merit, random=drawn, hand=draw(st.sampled_from([1, 1, 2])),
                    timely=draw(st.sampled_from([True, True, False])),
                    ineligible_because=draw(st.sampled_from([None, None, None, "missing_subjects"])),
                )
            )  # fmt: skip
    return choices, seats


@given(rounds())
@settings(max_examples=300)
def test_the_verifier_finds_no_fault(drawn: tuple[list[Choice], dict[str, int]]) -> None:
    choices, seats = drawn
    assert verify(choices, seats, place(choices, seats)) == []


@given(rounds(), st.sampled_from([("random",), ("rank", "random")]))
@settings(max_examples=300)
def test_one_applicant_at_a_time_comes_to_the_same(drawn: Drawn, ties: tuple[str, ...]) -> None:
    choices, seats = drawn
    assert admitted(place(choices, seats, ties)) == plain(choices, seats, ties)


@given(rounds(), st.data())
def test_a_further_lower_choice_never_hurts(drawn: Drawn, data: st.DataObject) -> None:
    choices, seats = drawn
    mine = [c for c in choices if c.applicant == "p0"]
    kept = data.draw(st.integers(0, len(mine)))
    fewer = [c for c in choices if c.applicant != "p0" or c.rank <= kept]
    before = admitted(place(fewer, seats)).get("p0")

    assert before in (None, admitted(place(choices, seats)).get("p0"))


@given(rounds())
def test_second_hand_never_displaces_first_hand(drawn: Drawn) -> None:
    choices, seats = drawn
    hand = {(c.applicant, c.offering): c.hand for c in choices}
    decisions = place(choices, seats)
    taken = {d.offering for d in decisions if d.outcome == "admitted" and hand[d.applicant, d.offering] == 2}
    waiting = {d.offering for d in decisions if d.outcome == "reserve" and hand[d.applicant, d.offering] == 1}

    assert not taken & waiting


def test_numbers_too_wide_for_one_word_still_compare_as_they_should() -> None:
    wide = [choice(f"p{n}", merit=n << 55, random=n << 55) for n in range(200)]

    assert admitted(place(wide, {"x": 1})) == {"p199": "x"}


def test_unknown_tie_breakers_are_refused() -> None:
    for ties in (("length",), ("random", "rank"), ("rank", "rank")):
        with pytest.raises(UnknownTies):
            place([], {}, ties)


@given(rounds(), st.randoms())
def test_the_order_of_the_input_is_irrelevant(drawn, random) -> None:  # type: ignore[no-untyped-def]
    choices, seats = drawn
    shuffled = list(choices)
    random.shuffle(shuffled)
    assert place(shuffled, seats) == place(choices, seats)


@given(rounds(applicants=5), st.permutations(OFFERINGS))
def test_nobody_gains_by_wishing_falsely(drawn, false_order) -> None:  # type: ignore[no-untyped-def]
    choices, seats = drawn
    mine = [c for c in choices if c.applicant == "p0"]
    others = [c for c in choices if c.applicant != "p0"]
    truth = {c.offering: c.rank for c in mine if c.eligible}
    told = sorted(mine, key=lambda c: false_order.index(c.offering))
    lied = [choice_with_rank(c, rank) for rank, c in enumerate(told, start=1)]

    honest = truth.get(admitted(place(choices, seats)).get("p0", ""), 99)
    lying = truth.get(admitted(place(others + lied, seats)).get("p0", ""), 99)
    assert honest <= lying


def choice_with_rank(c: Choice, rank: int) -> Choice:
    return choice(
        c.applicant, rank, c.offering, merit=c.merit, random=c.random, hand=c.hand, timely=c.timely,
        ineligible_because=c.ineligible_because,
    )  # fmt: skip


@given(rounds(applicants=4))
@settings(max_examples=60, deadline=None)
def test_it_is_the_best_of_all_stable_placements_for_every_applicant(drawn) -> None:  # type: ignore[no-untyped-def]
    choices, seats = drawn
    eligible: dict[str, dict[str, Choice]] = {}
    for c in choices:
        if c.eligible:
            eligible.setdefault(c.applicant, {})[c.offering] = c
    ours = admitted(place(choices, seats))
    for combination in product(*([None, *wishes] for wishes in eligible.values())):
        other = {name: o for name, o in zip(eligible, combination, strict=True) if o}
        if is_stable(eligible, seats, other):
            for name, offering in other.items():
                assert name in ours
                assert eligible[name][ours[name]].rank <= eligible[name][offering].rank


def is_stable(eligible: dict[str, dict[str, Choice]], seats: dict[str, int], placed: dict[str, str]) -> bool:
    inside = {o: [eligible[n][o] for n, at in placed.items() if at == o] for o in seats}
    if any(len(inside[o]) > seats[o] for o in seats):
        return False
    for name, wishes in eligible.items():
        own = wishes[placed[name]].rank if name in placed else 99
        for offering, wish in wishes.items():
            if wish.rank < own and (
                len(inside[offering]) < seats[offering] or any(standing(wish) < standing(c) for c in inside[offering])
            ):
                return False
    return True
