"""What is refused, what is doubted, and what a cost basis adds up to."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.adapters.reference import rules
from pricing.domain.cost_bases import Breach, CostBasis, Costs, Wrong, breaches, doubtful, frozen, newest
from pricing.domain.prices import mean_price
from pricing.messages import fault

from ..builders import basis

LINDESBERG = Path(__file__).parent / "data" / "lindesberg_2024.csv"


def found(reporter: str | None = "2281", price_year: int = 2027, programme: str = "EK") -> list[Breach]:
    return list(breaches(reporter=reporter, price_year=price_year, programme=programme, rules=rules()))


def lindesberg() -> list[dict[str, str]]:
    rows = LINDESBERG.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(row for row in rows if not row.startswith("#")))


def test_every_national_programme_may_be_reported_by_every_municipality_of_the_region() -> None:
    assert len(rules().programmes) == 18
    assert all(found(m, programme=p) == [] for m in rules().municipalities for p in rules().programmes)


@pytest.mark.parametrize(
    ("wrong", "breach"),
    [
        ({"reporter": "0180"}, Wrong.NOT_IN_REGION),
        ({"reporter": None}, Wrong.NOT_IN_REGION),
        ({"price_year": 2090}, Wrong.UNKNOWN_YEAR),
        ({"programme": "HV"}, Wrong.CLOSED_PROGRAMME),
        ({"programme": "XX"}, Wrong.UNKNOWN_PROGRAMME),
    ],
)
def test_a_report_that_breaks_a_rule_is_told_which_and_what_would_be_right(
    wrong: dict[str, str], breach: Wrong
) -> None:
    [only] = found(**wrong)  # type: ignore[arg-type]
    said = fault(only)
    assert (only.wrong, said.code) == (breach, breach.value)
    assert only.right in said.sv
    assert only.right in said.en


def test_a_frozen_year_takes_no_more() -> None:
    assert [breach.wrong for breach in frozen(2027, {2026, 2027})] == [Wrong.FROZEN]
    assert frozen(2028, {2026, 2027}) == []


def test_the_highest_revision_counts_and_the_first_of_two_equals() -> None:
    first, second = basis("2281", 5, revision=2), basis("2281", 6, revision=2)
    assert newest([basis("2281", 4), first, second, basis("2280", 1)]) == [first, basis("2280", 1)]


def test_a_cost_far_from_the_median_of_the_others_is_doubted() -> None:
    plain = [basis("2260", 100), basis("2262", 110), basis("2280", 120)]
    assert doubtful([*plain, basis("2281", 331)], 3) == {(2027, "2281", "EK"): 110}
    assert doubtful([*plain, basis("2281", 36)], 3) == {(2027, "2281", "EK"): 110}
    assert doubtful([*plain, basis("2281", 330), basis("2282", 300, programme="NB")], 3) == {}


def test_of_two_reports_nobody_can_say_which_is_far_off() -> None:
    assert doubtful([basis("2260", 100), basis("2262", 1000)], 3) == {}


@given(st.permutations([basis("2281", r, revision=r) for r in range(1, 6)]))
def test_the_order_of_reports_does_not_matter(reports: list[CostBasis]) -> None:
    assert newest(reports) == [basis("2281", 5, revision=5)]


@pytest.mark.parametrize("row", lindesberg(), ids=lambda row: row["programme"])
def test_the_items_add_up_to_the_published_total_of_lindesberg(row: dict[str, str]) -> None:
    """The published items are rounded one by one, so they meet the published total within 2 kronor."""
    costs = Costs(
        teaching=int(row["other_costs_sek"]) * 100,
        learning_tools=0,
        pupil_health=0,
        meals=int(row["meals_sek"]) * 100,
        administration=int(row["administration_3_percent_sek"]) * 100,
        premises=int(row["premises_sek"]) * 100,
    )
    reported = CostBasis(
        municipality="1885", price_year=2024, programme=row["programme"], pupils=1, costs=costs, revision=1
    )
    assert abs(reported.per_pupil - int(row["total_sek"]) * 100) <= 200
    assert abs((costs.total - costs.administration) * 1.03 - int(row["total_sek"]) * 100) <= 200
    assert mean_price(row["programme"], [reported]).yearly_ore == costs.total
