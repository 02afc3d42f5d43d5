"""What municipalities owe each other for a month: cost per started month, one place per pupil."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID, uuid5

from pricing.domain.months import Month, month_price
from pricing.domain.placements import Place, Placement

# Settlements are named by what they are, so that two runs of the same month can't name the same one differently.
_NAMES = UUID("6f0e2f0c-5c8e-5f0e-9a53-0d5d2f6f1b7a")


class PriceListNotFrozen(Exception):
    """The month can't be settled before the price list of its year is frozen."""

    sv = "Månaden kan inte avräknas innan prislistan för dess år är låst."


class Reason(StrEnum):
    """Why something that should be settled is not."""

    NO_PRICE = "no_price"
    LATE_FACT = "late_fact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a pupil's month costs, in öre, at the place it is charged for."""

    place: Place
    month: Month
    amount_ore: int

    @property
    def pair(self) -> tuple[str, str]:
        """Payer and payee."""
        return self.place.payer, self.place.payee


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """What differs from the issued settlements. `amount_ore` is what the payer owes the payee beyond them (less than 0:
    the other way round); None where there is no price."""

    place: Place
    month: Month
    reason: Reason
    amount_ore: int | None


@dataclass(frozen=True, slots=True)
class Rated:
    """A month as it should be charged by what is known now."""

    lines: Sequence[Line]
    unpriced: Sequence[Unmatched]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What one municipality owes another for a month."""

    id: UUID
    payer: str
    payee: str
    month: Month
    lines: Sequence[Line]

    @property
    def amount_ore(self) -> int:
        """The sum of its lines."""
        return sum(line.amount_ore for line in self.lines)


def rate(month: Month, placements: Iterable[Placement], yearly_ore: Mapping[str, int]) -> Rated:
    """Each pupil's charge for the month, for those placed outside their home municipality.

    A place held on any day of the month counts for all of it, and a pupil is charged for one place: see `_charged`.
    `yearly_ore` is the price list of the month's year, by programme.
    """
    lines, unpriced = [], []
    for place in _charged(month, placements):
        if place.payer == place.payee:
            continue
        price = yearly_ore.get(place.programme)
        if price is None:
            unpriced.append(Unmatched(place=place, month=month, reason=Reason.NO_PRICE, amount_ore=None))
        else:
            lines.append(Line(place=place, month=month, amount_ore=month_price(price, month)))
    return Rated(lines, unpriced)


def _charged(month: Month, placements: Iterable[Placement]) -> Iterable[Place]:
    """The one place each pupil is charged for: the one held last in the month, at home or not.

    It is the school that has the pupil when the month is over. Should two be held on the same last day, the one that
    began last counts, then the one whose offering comes last in the alphabet.
    """
    last: dict[str, tuple[tuple[date, date, str, int], Place]] = {}
    for placement in placements:
        held = placement.last_day_in(month)
        if held is None or placement.accepted is None:
            continue
        place = placement.place
        rank = (held, placement.accepted.starts_on, place.offering, place.intake_year)
        known = last.get(place.applicant)
        if known is None or rank > known[0]:
            last[place.applicant] = rank, place
    return [place for _, place in last.values()]


def settle(
    month: Month, rated: Rated, *, issued: Collection[tuple[str, str]], charged: Collection[str]
) -> Sequence[Settlement]:
    """The settlements to issue: one per pair of municipalities that has none for the month yet.

    `charged` are the pupils already charged in the month; they are not charged twice (see `differences`).
    """
    pairs: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in rated.lines:
        if line.pair not in issued and line.place.applicant not in charged:
            pairs[line.pair].append(line)
    return [_settlement(month, pair, lines) for pair, lines in sorted(pairs.items())]


def _settlement(month: Month, pair: tuple[str, str], lines: Sequence[Line]) -> Settlement:
    payer, payee = pair
    ordered = sorted(lines, key=lambda line: line.place.applicant)
    return Settlement(
        id=uuid5(_NAMES, f"{month}/{payer}/{payee}"), payer=payer, payee=payee, month=month, lines=ordered
    )


def differences(month: Month, rated: Rated, charged: Iterable[Line]) -> Sequence[Unmatched]:
    """How the month, by what is known now, differs from what was charged: what a later correction must settle."""
    due = {line.place.applicant: line for line in rated.lines}
    done = {line.place.applicant: line for line in charged}
    found = list(rated.unpriced)
    for applicant in due.keys() | done.keys():
        found += _difference(month, due.get(applicant), done.get(applicant))
    return sorted(found, key=lambda each: (each.place.applicant, each.place.payer, each.place.payee, each.reason))


def _difference(month: Month, due: Line | None, done: Line | None) -> Iterable[Unmatched]:
    owed: dict[tuple[str, str], int] = defaultdict(int)
    places = {}
    for line, sign in ((done, -1), (due, 1)):
        if line is not None:
            owed[line.pair] += sign * line.amount_ore
            places[line.pair] = line.place
    for pair, amount in owed.items():
        if amount != 0:
            yield Unmatched(place=places[pair], month=month, reason=Reason.LATE_FACT, amount_ore=amount)
