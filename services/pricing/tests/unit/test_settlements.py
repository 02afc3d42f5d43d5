"""What is charged for a month, to whom, and what is left unmatched."""

from collections import Counter
from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from pricing.domain.months import Month, month_price
from pricing.domain.placements import Placement
from pricing.domain.settlements import Line, Rated, Reason, Settlement, differences, rate, settle

from ..builders import held, place

AUGUST, SEPTEMBER = Month(2027, 8), Month(2027, 9)
PRICES = {"EK": 120_000_00, "NB": 288_000_01}
CODES = ["2260", "2262", "2281"]
OFFERINGS = [f"{code}-{programme}-1" for code in CODES for programme in ("EK", "NB", "IM")]


@st.composite
def placements(draw: st.DrawFn) -> list[Placement]:
    """Some pupils with up to three places each, begun and given up on any days."""
    found = []
    for pupil in range(draw(st.integers(0, 6))):
        payer = draw(st.sampled_from(CODES))
        for offering in draw(st.lists(st.sampled_from(OFFERINGS), max_size=3, unique=True)):
            since = draw(st.dates(date(2027, 7, 25), date(2027, 10, 5)))
            until = draw(st.none() | st.integers(-3, 60).map(lambda days: since + timedelta(days=days)))  # noqa: B023
            where = place(f"pupil-{pupil}", offering, payer=payer, programme=offering[5:7])
            found.append(held(where, since=since, until=until))
    return found


def issued(rated: Rated, month: Month = AUGUST) -> list[Settlement]:
    return list(settle(month, rated, issued=(), charged=()))


def lines_of(settlements: list[Settlement]) -> list[Line]:
    return [line for settlement in settlements for line in settlement.lines]


def test_a_started_month_counts_whole() -> None:
    last_day = held(place(), since=date(2027, 8, 31))
    [line] = rate(AUGUST, [last_day], PRICES).lines
    assert (line.pair, line.amount_ore) == (("2262", "2281"), 10_000_00)


def test_a_pupil_at_home_costs_nobody_anything() -> None:
    assert rate(AUGUST, [held(place(payer="2281"))], PRICES) == Rated([], [])


def test_the_place_held_last_is_the_one_charged() -> None:
    left = held(place(offering="2260-NB-1", programme="NB"), until=date(2027, 9, 10))
    taken = held(place(), since=date(2027, 9, 10))
    assert [line.place for line in rate(SEPTEMBER, [taken, left], PRICES).lines] == [taken.place]
    assert [line.place for line in rate(AUGUST, [taken, left], PRICES).lines] == [left.place]


def test_one_who_moves_home_within_the_month_costs_nothing_that_month() -> None:
    away = held(place(), until=date(2027, 9, 10))
    home = held(place(offering="2262-EK-1"), since=date(2027, 9, 10))
    assert rate(SEPTEMBER, [away, home], PRICES).lines == []


def test_a_programme_without_a_price_is_unmatched_and_says_why() -> None:
    rated = rate(AUGUST, [held(place(programme="IM"))], PRICES)
    assert rated.lines == []
    assert [(each.reason, each.amount_ore) for each in rated.unpriced] == [(Reason.NO_PRICE, None)]
    assert differences(AUGUST, rated, []) == rated.unpriced


@given(placements())
def test_nobody_is_charged_for_two_places_in_a_month(found: list[Placement]) -> None:
    rated = rate(SEPTEMBER, found, PRICES)
    pupils = [line.place.applicant for line in rated.lines] + [each.place.applicant for each in rated.unpriced]
    assert len(pupils) == len(set(pupils))


@given(placements(), st.randoms(use_true_random=False))
def test_the_order_of_placements_does_not_matter(found: list[Placement], random: Random) -> None:
    shuffled = random.sample(found, len(found))
    assert issued(rate(SEPTEMBER, found, PRICES)) == issued(rate(SEPTEMBER, shuffled, PRICES))


@given(placements())
def test_a_settlement_is_the_sum_of_its_lines_and_the_region_sums_to_zero(found: list[Placement]) -> None:
    settlements = issued(rate(SEPTEMBER, found, PRICES), SEPTEMBER)
    net = dict.fromkeys(CODES, 0)
    for settlement in settlements:
        net[settlement.payee] += settlement.amount_ore
        net[settlement.payer] -= sum(line.amount_ore for line in settlement.lines)
    assert sum(net.values()) == 0
    assert len({(s.payer, s.payee) for s in settlements}) == len(settlements)
    assert all(s.payer != s.payee for s in settlements)


@given(placements())
def test_lines_rated_from_scratch_are_those_issued(found: list[Placement]) -> None:
    for line in lines_of(issued(rate(SEPTEMBER, found, PRICES), SEPTEMBER)):
        own = [each for each in found if each.place.applicant == line.place.applicant]
        assert line.place in [each.place for each in own if each.last_day_in(SEPTEMBER)]
        assert line.amount_ore == month_price(PRICES[line.place.programme], SEPTEMBER)


@given(placements())
def test_a_month_run_again_issues_nothing_and_leaves_nothing_but_what_has_no_price(found: list[Placement]) -> None:
    rated = rate(AUGUST, found, PRICES)
    first = issued(rated)
    done = {line.place.applicant for line in lines_of(first)}
    pairs = {(settlement.payer, settlement.payee) for settlement in first}
    assert settle(AUGUST, rated, issued=pairs, charged=done) == []
    assert [each.reason for each in differences(AUGUST, rated, lines_of(first))] == [Reason.NO_PRICE] * len(
        rated.unpriced
    )


@given(placements(), placements())
def test_what_was_charged_and_what_is_unmatched_make_up_what_is_due(
    before: list[Placement], after: list[Placement]
) -> None:
    charged = lines_of(issued(rate(AUGUST, before, PRICES)))
    rated = rate(AUGUST, after, PRICES)
    late = [each for each in differences(AUGUST, rated, charged) if each.amount_ore is not None]
    owed: Counter[tuple[str, str]] = Counter()
    for line in charged:
        owed[line.pair] += line.amount_ore
    for each in late:
        owed[each.place.payer, each.place.payee] += each.amount_ore or 0
    due: Counter[tuple[str, str]] = Counter()
    for line in rated.lines:
        due[line.pair] += line.amount_ore
    assert owed == due


def test_a_late_place_is_not_charged_twice_in_another_pair() -> None:
    first = issued(rate(AUGUST, [held(place())], PRICES))
    moved = rate(AUGUST, [held(place(offering="2260-EK-1"))], PRICES)
    assert settle(AUGUST, moved, issued={("2262", "2281")}, charged={"pupil-1"}) == []
    late = differences(AUGUST, moved, lines_of(first))
    assert [(each.place.payee, each.amount_ore) for each in late] == [("2260", 10_000_00), ("2281", -10_000_00)]
