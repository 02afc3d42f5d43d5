"""The region's agreements and the reference data that the rules go by; loaded from data, never written in code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class PriceYear:
    """What is agreed for a calendar year: when its list is frozen, and when a cost is far from the others'."""

    year: int
    agreed_freeze_on: date
    warning_factor: int


@dataclass(frozen=True, slots=True)
class Rules:
    """The region and its agreements.

    `programmes` maps code to name, `closed` a closed programme to the one used instead. `national` has the national
    price list per year and programme, in öre with compensation for VAT (skollagen 16:55).
    """

    municipalities: Mapping[str, str]
    programmes: Mapping[str, str]
    closed: Mapping[str, str]
    price_years: Mapping[int, PriceYear]
    national: Mapping[int, Mapping[str, Fraction]]
