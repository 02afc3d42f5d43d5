"""What can be asked of pricing."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pricing import messages
from pricing.adapters import placements as kept_placements
from pricing.adapters import prices as kept_prices
from pricing.adapters import settlements as kept_settlements
from pricing.domain.cost_bases import CostBasis, frozen, newest
from pricing.domain.months import Month
from pricing.domain.placements import Accepted, Place, Placement, Vacated, first_known
from pricing.domain.prices import AlreadyFrozen, PriceList, may_freeze, price_list
from pricing.domain.rules import Rules
from pricing.domain.settlements import Line, PriceListNotFrozen, Settlement, Unmatched, differences, rate, settle
from shared.events import Incoming
from shared.work import UnitOfWork, Work

Fact = tuple[Place, Accepted | Vacated]


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezePriceList:
    """Freeze the common price list of a calendar year; `on` is the day the region counts as the freeze."""

    price_year: int
    on: date


@dataclass(frozen=True, slots=True)
class IssueSettlements:
    """Issue the month's settlements between the municipalities."""

    month: Month


async def take_cost_bases(work: Work, reports: Sequence[tuple[Incoming, CostBasis]]) -> None:
    """Take a batch of cost bases; those for a year whose list is frozen are refused."""
    await kept_prices.hold_cost_bases(work.connection, alone=False)
    frozen_years = await kept_prices.frozen_years(work.connection)
    taken = []
    for event, basis in reports:
        breaches = frozen(basis.price_year, frozen_years)
        if breaches:
            work.refuse(event, breaches[0].wrong, *map(messages.fault, breaches))
        else:
            taken.append(basis)
    await kept_prices.save_cost_bases(work.connection, newest(taken), now=work.now)


async def take_offered(work: Work, rows: Sequence[Mapping[str, object]]) -> None:
    """Note which municipality offers which programme, the newest version of each offering."""
    latest: dict[tuple[object, object], Mapping[str, object]] = {}
    for row in sorted(rows, key=lambda row: row["version"]):  # type: ignore[arg-type, return-value]
        latest[row["intake_year"], row["offering"]] = row
    await kept_prices.save_offered(work.connection, [*latest.values()])


async def take_placement_facts(work: Work, facts: Sequence[Fact]) -> None:
    """Take a batch of acceptances or vacations, and note what they change in months already settled.

    A run in hand is waited for: either it has seen these facts, or its month is seen here.
    """
    await kept_placements.hold(work.connection, alone=False)
    applicants = {place.applicant for place, _ in facts}
    loaded = await kept_placements.of_applicants(work.connection, applicants)
    known = dict(loaded)
    for place, fact in facts:
        before = known.get(place.key)
        known[place.key] = before.with_fact(place, fact) if before else first_known(place, fact)
    changed = [placement for key, placement in known.items() if placement is not loaded.get(key)]
    await kept_placements.save(work.connection, changed, loaded=loaded)
    months = await kept_settlements.settled_months(work.connection)
    if months:
        await _note_late(work, months, applicants, known.values())


async def _note_late(
    work: Work, months: Sequence[Month], applicants: Collection[str], placements: Collection[Placement]
) -> None:
    prices = await kept_prices.yearly_prices(work.connection, {month.year for month in months})
    charged: dict[Month, list[Line]] = defaultdict(list)
    for line in await kept_settlements.lines(work.connection, months, applicants):
        charged[line.month].append(line)
    found: list[Unmatched] = []
    for month in months:
        found += differences(month, rate(month, placements, prices[month.year]), charged[month])
    await kept_settlements.note_unmatched(work.connection, months, found, applicants=applicants)


async def freeze_price_list(command: FreezePriceList, unit_of_work: UnitOfWork, rules: Rules) -> PriceList:
    """Freeze the list, computed from what has been reported, and publish it.

    Raises `PriceYearUnknown`, `TooEarlyToFreeze` and `AlreadyFrozen`.
    """
    may_freeze(command.price_year, on=command.on, rules=rules)
    async with unit_of_work() as work:
        await kept_prices.hold_cost_bases(work.connection, alone=True)
        if command.price_year in await kept_prices.frozen_years(work.connection):
            raise AlreadyFrozen
        bases = await kept_prices.cost_bases(work.connection, command.price_year)
        offered = await kept_prices.offered(work.connection, command.price_year)
        frozen_list = price_list(command.price_year, bases, offered, rules)
        await kept_prices.save_price_list(work.connection, frozen_list, on=command.on, now=work.now)
        work.announce(messages.price_list_published(frozen_list, frozen_at=work.now))
    return frozen_list


async def issue_settlements(command: IssueSettlements, unit_of_work: UnitOfWork) -> Sequence[Settlement]:
    """Issue a settlement for each pair that has none for the month, and note what they leave unmatched.

    Asked again it issues nothing twice. Raises `PriceListNotFrozen`.
    """
    month = command.month
    async with unit_of_work() as work:
        await kept_placements.hold(work.connection, alone=True)
        prices = await kept_prices.yearly_prices(work.connection, [month.year])
        if month.year not in prices:
            raise PriceListNotFrozen
        rated = rate(month, await kept_placements.in_month(work.connection, month), prices[month.year])
        charged = await kept_settlements.lines(work.connection, [month])
        pairs = await kept_settlements.issued_pairs(work.connection, month)
        issued = settle(month, rated, issued=pairs, charged={line.place.applicant for line in charged})
        await kept_settlements.save(work.connection, issued, now=work.now)
        await kept_settlements.note_settled(work.connection, month, now=work.now)
        now_charged = [*charged, *(line for settlement in issued for line in settlement.lines)]
        left = differences(month, rated, now_charged)
        await kept_settlements.note_unmatched(work.connection, [month], left)
        work.announce(*map(messages.settlement_issued, issued))
    return issued
