"""The common price list."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.adapters.reference import rules
from pricing.domain.cost_bases import CostBasis
from pricing.domain.prices import (
    Missing,
    PriceList,
    PriceYearUnknown,
    TooEarlyToFreeze,
    may_freeze,
    mean_price,
    national_estimates,
    price_list,
)

from ..builders import basis

BASES = st.lists(
    st.builds(
        basis, st.sampled_from(sorted(rules().municipalities)), st.integers(0, 10**10), pupils=st.integers(1, 900)
    ),
    min_size=1,
    max_size=7,
)


def listed(bases: list[CostBasis], offered: set[tuple[str, str]] = frozenset()) -> PriceList:  # type: ignore[assignment]
    return price_list(2027, bases, offered, rules())


@given(BASES)
def test_the_price_lies_between_the_cheapest_and_the_dearest(bases: list[CostBasis]) -> None:
    price = mean_price("EK", bases).yearly_ore
    assert min(b.per_pupil for b in bases) - 0.5 <= price <= max(b.per_pupil for b in bases) + 0.5


@given(BASES)
def test_the_price_times_the_pupils_covers_the_costs_to_half_an_ore_a_pupil(bases: list[CostBasis]) -> None:
    price = mean_price("EK", bases)
    assert abs(price.yearly_ore * price.pupils * 2 - sum(b.costs.total for b in bases) * 2) <= price.pupils


def test_the_mean_is_weighted_by_pupils() -> None:
    price = mean_price("EK", [basis("2281", 90_000, pupils=9), basis("2280", 20_000, pupils=1)])
    assert (price.yearly_ore, price.pupils, price.estimated) == (11_000, 10, False)


@pytest.mark.parametrize(("total", "price"), [(1, 0), (3, 2), (5, 2), (7, 4)])
def test_half_an_ore_is_rounded_to_even_once(total: int, price: int) -> None:
    assert mean_price("EK", [basis("2281", total, pupils=2)]).yearly_ore == price


def test_every_open_programme_has_a_price() -> None:
    prices = {price.programme: price for price in listed([basis("2281", 10_000_000)]).prices}
    assert prices.keys() == rules().programmes.keys()
    assert [code for code, price in prices.items() if not price.estimated] == ["EK"]
    assert all(price.yearly_ore > 0 for price in prices.values())


def test_the_estimate_is_the_national_price_without_vat() -> None:
    estimates = national_estimates(2027, rules())
    assert estimates["EK"].yearly_ore == round(102_000_00 / 1.06)
    assert estimates["EK"].estimated
    assert estimates["EK"].pupils == 0


def test_natural_resource_use_has_only_orientations_and_counts_as_their_mean() -> None:
    assert national_estimates(2027, rules())["NB"].yearly_ore == round(288_000_00 / 1.06)


def test_a_year_before_the_oldest_national_list_uses_the_oldest() -> None:
    assert national_estimates(2025, rules()) == national_estimates(2030, rules())


def test_a_late_municipality_is_named_and_not_waited_for() -> None:
    bases = [basis(code, 10_000_000) for code in rules().municipalities if code != "2260"]
    assert listed(bases, {("2260", "EK")}).missing == [Missing("2260")]


def test_an_offered_programme_without_a_report_is_named() -> None:
    bases = [basis(code, 10_000_000) for code in rules().municipalities]
    assert listed(bases, {("2281", "EK"), ("2281", "NB")}).missing == [Missing("2281", "NB")]


def test_a_list_may_be_frozen_on_the_agreed_date_and_not_before() -> None:
    assert may_freeze(2027, on=date(2026, 10, 15), rules=rules()).year == 2027
    with pytest.raises(TooEarlyToFreeze):
        may_freeze(2027, on=date(2026, 10, 14), rules=rules())
    with pytest.raises(PriceYearUnknown):
        may_freeze(1999, on=date(2026, 10, 14), rules=rules())
