"""Reference data and agreements that come with the package; `data/SOURCES.md` names where they are taken from."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from importlib.resources import files
from statistics import mean

from pricing.domain.rules import PriceYear, Rules

_ORE_PER_KRONA = 100


@cache
def rules() -> Rules:
    """The region, its agreements and the national price list."""
    return Rules(
        municipalities=_pairs("region.csv", "name"),
        programmes=_pairs("programmes.csv", "name"),
        closed=_pairs("closed_programmes.csv", "instead"),
        price_years={year.year: year for year in map(_price_year, _rows("price_years.csv"))},
        national=_national(),
    )


def _price_year(row: Mapping[str, str]) -> PriceYear:
    return PriceYear(int(row["price_year"]), date.fromisoformat(row["agreed_freeze_on"]), int(row["warning_factor"]))


def _national() -> Mapping[int, Mapping[str, Fraction]]:
    """Öre per year and programme. A programme priced by orientation only counts as the plain mean of them."""
    prices: dict[tuple[int, str], list[Fraction]] = defaultdict(list)
    for row in _rows("national_price_list.csv"):
        prices[int(row["year"]), row["programme"]].append(Fraction(row["price_sek"]) * _ORE_PER_KRONA)
    national: dict[int, dict[str, Fraction]] = defaultdict(dict)
    for (year, programme), of_orientations in prices.items():
        national[year][programme] = mean(of_orientations)
    return national


def _pairs(name: str, value: str) -> Mapping[str, str]:
    return {row["code"]: row[value] for row in _rows(name)}


def _rows(name: str) -> Iterator[dict[str, str]]:
    with files("pricing").joinpath("data", name).open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)
