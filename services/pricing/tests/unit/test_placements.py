"""Where facts of a place end, whatever order they come in."""

from datetime import date
from functools import reduce
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.domain.months import Month
from pricing.domain.placements import Accepted, Placement, Vacated, first_known

from ..builders import held, moment, place

Fact = Accepted | Vacated
AUGUST = Month(2027, 8)
SCHOOL_START = date(2027, 8, 18)
DAYS = st.dates(date(2027, 6, 1), date(2028, 2, 1))
FACTS = st.lists(
    st.one_of(
        st.builds(Accepted, st.integers(1, 28).map(moment), DAYS),
        st.builds(Vacated, st.integers(1, 28).map(moment), DAYS),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda fact: fact.said_at,
)


def told(*facts: Fact) -> Placement:
    first, *rest = facts
    return reduce(lambda known, fact: known.with_fact(place(), fact), rest, first_known(place(), first))


@given(FACTS.flatmap(lambda facts: st.tuples(st.just(facts), st.permutations(facts))))
def test_the_order_of_facts_does_not_matter(orders: tuple[list[Fact], list[Fact]]) -> None:
    first, second = orders
    assert told(*first) == told(*second)


@given(FACTS)
def test_a_fact_told_twice_changes_nothing(facts: list[Fact]) -> None:
    assert told(*facts, *facts) == told(*facts)


def test_a_vacation_that_comes_first_waits_for_its_acceptance() -> None:
    accepted, vacated = Accepted(moment(1), SCHOOL_START), Vacated(moment(9), date(2027, 9, 3))
    assert told(vacated).last_day_in(AUGUST) is None
    facts: list[Fact] = [accepted, vacated]
    for order in permutations(facts):
        assert told(*order).ends_on == date(2027, 9, 3)


def test_a_place_taken_again_is_held_again() -> None:
    facts: list[Fact] = [
        Accepted(moment(1), SCHOOL_START),
        Vacated(moment(5), SCHOOL_START),
        Accepted(moment(8), SCHOOL_START),
    ]
    assert {told(*order).ends_on for order in permutations(facts)} == {None}


def test_the_terms_are_those_of_the_acceptance() -> None:
    moved = place(payer="2260")
    known = first_known(moved, Vacated(moment(9), date(2027, 9, 3)))
    assert known.place == moved
    assert known.with_fact(place(), Accepted(moment(1), SCHOOL_START)).place == place()


@pytest.mark.parametrize(
    ("since", "until", "last"),
    [
        (SCHOOL_START, None, date(2027, 8, 31)),
        (SCHOOL_START, date(2027, 8, 20), date(2027, 8, 19)),
        (SCHOOL_START, date(2027, 9, 1), date(2027, 8, 31)),
        (date(2027, 8, 31), None, date(2027, 8, 31)),
        (date(2027, 9, 1), None, None),
        (SCHOOL_START, SCHOOL_START, None),
        (SCHOOL_START, date(2027, 7, 20), None),
        (date(2027, 3, 1), date(2027, 8, 1), None),
        (date(2027, 3, 1), date(2027, 8, 2), date(2027, 8, 1)),
    ],
)
def test_the_last_day_held_in_august(since: date, until: date | None, last: date | None) -> None:
    assert held(place(), since=since, until=until).last_day_in(AUGUST) == last
