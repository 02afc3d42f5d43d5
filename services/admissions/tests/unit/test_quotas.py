"""Seats set aside: worked examples, and properties over generated rounds with quotas."""

from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.admissions.tests.builders import choice
from services.admissions.tests.by_objects import Choice, Decision, Terms, place, verify
from services.admissions.tests.plain_placement import plain_in_pools

OFFERINGS = ["x", "y", "z"]
ORDER = ("test", "merit", "free")
Drawn = tuple[list[Choice], dict[str, int], Terms]


def seated(decisions: list[Decision]) -> dict[str, tuple[str, str]]:
    return {d.applicant: (d.offering, d.pool) for d in decisions if d.outcome == "admitted"}


def free(seats: int) -> Terms:
    return Terms(("merit", "free"), {"free": {"x": seats}})


def test_a_free_quota_seat_goes_to_the_one_entitled_before_better_merit() -> None:
    choices = [choice("a", merit=3000), choice("b", merit=2900), choice("c", merit=100, quotas=(("free", 0),))]

    assert seated(place(choices, {"x": 2}, terms=free(1))) == {"a": ("x", "merit"), "c": ("x", "free")}
    assert seated(place(choices, {"x": 2})) == {"a": ("x", "merit"), "b": ("x", "merit")}


def test_a_quota_nobody_is_entitled_to_falls_to_merit() -> None:
    choices = [choice("a", merit=3000), choice("b", merit=2900)]

    assert set(seated(place(choices, {"x": 2}, terms=free(1)))) == {"a", "b"}


def test_who_gets_in_on_merit_leaves_the_free_quota_to_others() -> None:
    choices = [
        choice("a", merit=3000, quotas=(("free", 0),)), choice("b", merit=2900),
        choice("c", merit=100, quotas=(("free", 0),)),
    ]  # fmt: skip
    assert seated(place(choices, {"x": 2}, terms=free(1))) == {"a": ("x", "merit"), "c": ("x", "free")}


def test_test_seats_go_by_the_points_of_the_test() -> None:
    terms = Terms(ORDER[:2], {"test": {"x": 1}})
    choices = [
        choice("a", merit=3000), choice("b", merit=2000, quotas=(("test", 400),)),
        choice("c", merit=2500, quotas=(("test", 300),)),
    ]  # fmt: skip
    assert seated(place(choices, {"x": 2}, terms=terms)) == {"a": ("x", "merit"), "b": ("x", "test")}


def test_no_quota_lets_second_hand_before_first_hand() -> None:
    choices = [choice("a", merit=100), choice("b", merit=3000, hand=2, quotas=(("free", 0),))]

    assert set(seated(place(choices, {"x": 1}, terms=free(1)))) == {"a"}


def test_the_queue_of_an_offering_is_one_list_by_common_priority() -> None:
    choices = [choice("a", merit=3000), choice("b", merit=2000, quotas=(("free", 0),)), choice("c", merit=2500)]
    found = {d.applicant: (d.outcome, d.queue, d.reason) for d in place(choices, {"x": 1}, terms=free(0))}

    assert (found["c"], found["b"]) == (("reserve", 1, "merit"), ("reserve", 2, "merit"))


def test_a_held_quota_seat_is_kept() -> None:
    choices = [
        choice("a", merit=1, holds=True, held_in="free"), choice("b", merit=3000, quotas=(("free", 0),)),
        choice("c", merit=3400),
    ]  # fmt: skip
    assert seated(place(choices, {"x": 2}, terms=free(1))) == {"a": ("x", "free"), "c": ("x", "merit")}


@st.composite
def rounds_with_quotas(draw: st.DrawFn, applicants: int = 7) -> Drawn:
    seats = {offering: draw(st.integers(0, 3)) for offering in OFFERINGS}
    order = draw(st.permutations(ORDER))
    aside = {name: {offering: draw(st.integers(0, 2)) for offering in OFFERINGS} for name in ORDER if name != "merit"}
    choices = []
    for number in range(draw(st.integers(0, applicants))):
        wished = draw(st.permutations(OFFERINGS))[: draw(st.integers(1, 3))]
        merit, drawn = draw(st.integers(0, 3)) * 100, draw(st.integers(0, 2)) * 100 + number
        holds = draw(st.sampled_from([None, None, None, *wished]))
        for rank, offering in enumerate(wished, start=1):
            quotas = [("free", 0)] if draw(st.booleans()) else []
            quotas += [("test", draw(st.integers(1, 3)))] if draw(st.booleans()) else []
            choices.append(
                choice(
                    f"p{number}", rank, offering, merit=merit, random=drawn, hand=draw(st.sampled_from([1, 1, 2])),
                    timely=draw(st.sampled_from([True, True, False])), quotas=tuple(quotas), holds=offering == holds,
                    held_in=draw(st.sampled_from(ORDER)) if offering == holds else "merit",
                    ineligible_because=None if offering == holds else draw(st.sampled_from([None, None, "no"])),
                )
            )  # fmt: skip
    return choices, seats, Terms(tuple(order), aside)


@given(rounds_with_quotas())
@settings(max_examples=400)
def test_one_refusal_at_a_time_comes_to_the_same(drawn: Drawn) -> None:
    choices, seats, terms = drawn
    assert seated(place(choices, seats, terms=terms)) == plain_in_pools(choices, seats, terms)


@given(rounds_with_quotas())
@settings(max_examples=400)
def test_the_verifier_finds_no_fault(drawn: Drawn) -> None:
    choices, seats, terms = drawn
    assert verify(choices, seats, place(choices, seats, terms=terms), terms=terms) == []


@given(rounds_with_quotas(), st.data())
@settings(max_examples=400)
def test_no_seat_noted_as_another_kind_passes(drawn: Drawn, data: st.DataObject) -> None:
    choices, seats, terms = drawn
    right = place(choices, seats, terms=terms)
    inside = [at for at, decision in enumerate(right) if decision.outcome == "admitted"]
    assume(inside)
    at = data.draw(st.sampled_from(inside))
    pool = data.draw(st.sampled_from([pool for pool in terms.order if pool != right[at].pool]))
    wrong = [*right[:at], replace(right[at], pool=pool), *right[at + 1 :]]
    holder = next(c for c in choices if (c.applicant, c.rank) == (right[at].applicant, right[at].rank))
    assume(not holder.holds)

    assert verify(choices, seats, wrong, terms=terms)


@given(rounds_with_quotas(), st.data())
@settings(max_examples=300)
def test_no_single_changed_outcome_passes(drawn: Drawn, data: st.DataObject) -> None:
    choices, seats, terms = drawn
    right = place(choices, seats, terms=terms)
    assume(right)
    at = data.draw(st.integers(0, len(right) - 1))
    other = data.draw(
        st.sampled_from([o for o in ("admitted", "reserve", "struck", "ineligible") if o != right[at].outcome])
    )
    wrong = [*right[:at], replace(right[at], outcome=other), *right[at + 1 :]]

    assert verify(choices, seats, wrong, terms=terms)


@given(rounds_with_quotas(), st.permutations(OFFERINGS))
@settings(max_examples=200)
def test_nobody_gains_by_wishing_falsely(drawn: Drawn, false_order: list[str]) -> None:
    choices, seats, terms = drawn
    choices = [replace(c, holds=False) for c in choices]
    mine, others = [c for c in choices if c.applicant == "p0"], [c for c in choices if c.applicant != "p0"]
    truth = {c.offering: c.rank for c in mine if c.eligible}
    told = sorted(mine, key=lambda c: false_order.index(c.offering))
    lied = [replace(c, rank=rank) for rank, c in enumerate(told, start=1)]

    honest = truth.get(seated(place(choices, seats, terms=terms)).get("p0", ("",))[0], 99)
    lying = truth.get(seated(place(others + lied, seats, terms=terms)).get("p0", ("",))[0], 99)
    assert honest <= lying


@given(rounds_with_quotas())
def test_no_pool_has_more_than_its_seats(drawn: Drawn) -> None:
    choices, seats, terms = drawn
    choices = [replace(c, holds=False) for c in choices]
    placed = list(seated(place(choices, seats, terms=terms)).values())

    for offering in OFFERINGS:
        assert sum(at == offering for at, _ in placed) <= seats[offering]
        for name in terms.names:
            assert placed.count((offering, name)) <= terms.seats[name][offering]
