"""Made-up cost bases near the national price list."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from samverk.demo.region import Municipality, Region

ITEMS = ("teaching", "learning_tools", "pupil_health", "meals", "administration", "premises")
_PARTS = {"teaching": 52, "learning_tools": 7, "pupil_health": 4, "meals": 6, "administration": 5, "premises": 26}
# The national list has compensation for VAT in it, and is a year older.
_WITHOUT_VAT, _A_YEAR_ON = 1 / 1.06, 1.03
_YEARS_IN_SCHOOL = 3


@dataclass(frozen=True, slots=True)
class CostBasis:
    """What a programme costs a municipality: öre a year for all its pupils."""

    programme: str
    pupils: int
    costs_ore: Mapping[str, int]


def cost_bases(region: Region, municipality: Municipality, random: Random) -> Iterator[CostBasis]:
    """One basis per programme that the municipality offers; dearer in small groups."""
    seats: dict[str, int] = {}
    for offering in municipality.offerings:
        seats[offering.programme] = seats.get(offering.programme, 0) + offering.seats
    level = random.uniform(0.96, 1.04)
    for programme, number in seats.items():
        pupils = number * _YEARS_IN_SCHOOL
        small = 1.06 if number < 20 else 1.0
        yearly = region.programmes[programme].national_price * _WITHOUT_VAT * _A_YEAR_ON * level * small
        yearly *= random.uniform(0.97, 1.03)
        yield CostBasis(programme, pupils, _split(round(yearly * 100 * pupils)))


def _split(total_ore: int) -> dict[str, int]:
    costs = {item: total_ore * part // 100 for item, part in _PARTS.items()}
    costs["teaching"] += total_ore - sum(costs.values())
    return costs
