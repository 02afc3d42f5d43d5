"""Months and twelfths."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.domain.months import Month, NotAMonth, month_price

YEARS = st.integers(2020, 2100)
AMOUNTS = st.integers(0, 10**12)


@given(yearly=AMOUNTS, year=YEARS)
def test_twelve_months_sum_to_the_year_and_differ_by_one_ore_at_most(yearly: int, year: int) -> None:
    months = [month_price(yearly, Month(year, number)) for number in range(1, 13)]
    assert sum(months) == yearly
    assert max(months) - min(months) <= 1


def test_a_month_is_written_and_read_the_same() -> None:
    month = Month.parse("2028-02")
    assert (str(month), month.first, month.last) == ("2028-02", date(2028, 2, 1), date(2028, 2, 29))


@pytest.mark.parametrize("text", ["2027-13", "2027-8", "0000-01", "2027-08-01", "augusti", "２０２７-08", "2027-08\n"])
def test_what_is_not_a_month_is_said_to_be_none(text: str) -> None:
    with pytest.raises(NotAMonth):
        Month.parse(text)
