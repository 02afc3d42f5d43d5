"""The region's common price list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from pricing.domain.cost_bases import CostBasis
from pricing.domain.rules import PriceYear, Rules

# The national price list compensates independent schools for VAT by a flat 6 % on the whole amount; what
# municipalities charge each other carries none.
_WITHOUT_VAT = Fraction(100, 106)


class PriceYearUnknown(Exception):
    """The region has not agreed on a date for that price year."""

    sv = "Regionen har inte avtalat något datum för det prisåret."


class TooEarlyToFreeze(Exception):
    """The price list can't be frozen before the agreed date; reports may still come in."""

    sv = "Prislistan kan inte låsas före det avtalade datumet; underlag kan fortfarande komma in."


class AlreadyFrozen(Exception):
    """The price list is frozen and stays as it is."""

    sv = "Prislistan är redan låst och ändras inte."


@dataclass(frozen=True, slots=True)
class Price:
    """What a pupil costs a year on a programme. `pupils` stand behind it; an estimate has none."""

    programme: str
    yearly_ore: int
    pupils: int
    estimated: bool


@dataclass(frozen=True, slots=True, order=True)
class Missing:
    """A municipality that reported nothing, or only not this programme which it offers."""

    municipality: str
    programme: str = ""


@dataclass(frozen=True, slots=True)
class PriceList:
    """A calendar year's prices, and the reports that they had to do without."""

    price_year: int
    prices: Sequence[Price]
    missing: Sequence[Missing]


def may_freeze(price_year: int, *, on: date, rules: Rules) -> PriceYear:
    """The agreement for the year, when its list may be frozen that day.

    Raises `PriceYearUnknown` and `TooEarlyToFreeze`.
    """
    agreed = rules.price_years.get(price_year)
    if agreed is None:
        raise PriceYearUnknown
    if on < agreed.agreed_freeze_on:
        raise TooEarlyToFreeze
    return agreed


def price_list(
    price_year: int, bases: Sequence[CostBasis], offered: Iterable[tuple[str, str]], rules: Rules
) -> PriceList:
    """The list computed from those who have reported; nobody waits for a late one, but it is named.

    Every open programme gets a price, also one that nobody reported: a school may open it after the freeze, and each
    placement must have a price. `offered` holds (municipality, programme).
    """
    estimates = national_estimates(price_year, rules)
    prices = []
    for programme in sorted(rules.programmes):
        reported = [basis for basis in bases if basis.programme == programme]
        prices.append(mean_price(programme, reported) if reported else estimates[programme])
    return PriceList(price_year, prices, missing(bases, offered, rules))


def mean_price(programme: str, bases: Sequence[CostBasis]) -> Price:
    """The mean over the municipalities weighted by pupils, that is all costs through all pupils.

    The arithmetic is exact; the price is rounded once, to whole öre, half to even. Needs at least one basis.
    """
    pupils = sum(basis.pupils for basis in bases)
    return Price(programme, round(Fraction(sum(basis.costs.total for basis in bases), pupils)), pupils, False)


def national_estimates(price_year: int, rules: Rules) -> Mapping[str, Price]:
    """Each programme's price in the newest national list not newer than the year (else the oldest), without VAT."""
    years = [year for year in rules.national if year <= price_year] or [min(rules.national)]
    national = rules.national[max(years)]
    return {code: Price(code, round(price * _WITHOUT_VAT), 0, True) for code, price in national.items()}


def missing(bases: Iterable[CostBasis], offered: Iterable[tuple[str, str]], rules: Rules) -> Sequence[Missing]:
    """The region's municipalities without any report, and the offered programmes that others left out."""
    reported = {(basis.municipality, basis.programme) for basis in bases}
    reporters = {municipality for municipality, _ in reported}
    silent = {Missing(code) for code in rules.municipalities if code not in reporters}
    left_out = {Missing(*pair) for pair in offered if pair[0] in reporters and pair not in reported}
    return sorted(silent | left_out)
