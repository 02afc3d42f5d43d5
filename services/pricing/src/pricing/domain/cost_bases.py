"""What municipalities report that a programme costs them, and which reports are refused or doubted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from fractions import Fraction
from statistics import median

from pricing.domain.rules import Rules

# With a single other there is no telling which of the two is far off.
_LEAST_OTHERS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """The items of the basic amount (grundbelopp, skollagen 16:53) in öre a year for all pupils of the basis.

    No VAT: municipalities do not charge each other for it. Administration is the municipality's own cost as reported.
    """

    teaching: int
    learning_tools: int
    pupil_health: int
    meals: int
    administration: int
    premises: int

    @property
    def total(self) -> int:
        """All items together, öre a year."""
        return sum(getattr(self, item.name) for item in fields(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class CostBasis:
    """What one programme costs one municipality in one calendar year."""

    municipality: str
    price_year: int
    programme: str
    pupils: int
    costs: Costs
    revision: int

    @property
    def key(self) -> tuple[int, str, str]:
        """What a later report replaces."""
        return self.price_year, self.municipality, self.programme

    @property
    def per_pupil(self) -> Fraction:
        """Öre a year for one pupil, exactly."""
        return Fraction(self.costs.total, self.pupils)


class Wrong(StrEnum):
    """What can be wrong with a reported cost basis, beyond its shape."""

    NOT_IN_REGION = "municipality_not_in_region"
    UNKNOWN_YEAR = "price_year_unknown"
    UNKNOWN_PROGRAMME = "programme_unknown"
    CLOSED_PROGRAMME = "programme_closed"
    FROZEN = "price_list_frozen"


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that a report breaks: where (the name of the field), which, and what would be right."""

    field: str
    wrong: Wrong
    right: str


def breaches(*, reporter: str | None, price_year: int, programme: str, rules: Rules) -> Sequence[Breach]:
    """Every rule that a reported cost basis breaks, as far as can be told from the report alone."""
    found = []
    if reporter not in rules.municipalities:
        found.append(Breach("", Wrong.NOT_IN_REGION, " ".join(rules.municipalities)))
    if price_year not in rules.price_years:
        found.append(Breach("price_year", Wrong.UNKNOWN_YEAR, " ".join(map(str, sorted(rules.price_years)))))
    if programme in rules.closed:
        found.append(Breach("programme", Wrong.CLOSED_PROGRAMME, rules.closed[programme]))
    elif programme not in rules.programmes:
        found.append(Breach("programme", Wrong.UNKNOWN_PROGRAMME, " ".join(sorted(rules.programmes))))
    return found


def frozen(price_year: int, frozen_years: Iterable[int]) -> Sequence[Breach]:
    """A frozen price list is never changed, so a cost basis for its year comes too late."""
    return [Breach("price_year", Wrong.FROZEN, str(price_year + 1))] if price_year in frozen_years else []


def newest(bases: Iterable[CostBasis]) -> Sequence[CostBasis]:
    """One basis per key: the one with the highest revision, the first to come when two have the same."""
    found: dict[tuple[int, str, str], CostBasis] = {}
    for basis in bases:
        known = found.setdefault(basis.key, basis)
        if basis.revision > known.revision:
            found[basis.key] = basis
    return [*found.values()]


def doubtful(bases: Sequence[CostBasis], factor: int) -> Mapping[tuple[int, str, str], Fraction]:
    """The bases whose cost per pupil is over `factor` times the median of the others of the programme, or under one
    `factor`th of it, with that median in öre. They are taken all the same: only their municipality knows whether
    they are wrong."""
    found = {}
    for basis in bases:
        others = [
            other.per_pupil
            for other in bases
            if (other.price_year, other.programme) == (basis.price_year, basis.programme)
            and other.municipality != basis.municipality
        ]
        if len(others) >= _LEAST_OTHERS and _far(basis.per_pupil, middle := median(others), factor):
            found[basis.key] = middle
    return found


def _far(cost: Fraction, middle: Fraction, factor: int) -> bool:
    return cost > middle * factor or cost * factor < middle
