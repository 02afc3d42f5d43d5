"""What pricing says: prices and settlements to the region, and faults to the one who reported."""

from datetime import datetime

from pricing.domain.cost_bases import Breach, Wrong
from pricing.domain.prices import PriceList
from pricing.domain.settlements import Line, Settlement
from shared.events import Outgoing
from shared.faults import Fault

PRICE_LIST_PUBLISHED = "se.samverk.pricing.price_list.published.v1"
SETTLEMENT_ISSUED = "se.samverk.pricing.settlement.issued.v1"

_TEXTS = {
    Wrong.NOT_IN_REGION: (
        "Er kommun ingår inte i regionens prislista; den räknas på {right}.",
        "Your municipality is not part of the region's price list, which is computed over {right}.",
    ),
    Wrong.UNKNOWN_YEAR: (
        "Regionen har inte avtalat om det prisåret; använd ett av {right}.",
        "The region has no agreement for that price year; use one of {right}.",
    ),
    Wrong.CLOSED_PROGRAMME: (
        "Programmet är nedlagt och har inget pris; använd {right} i stället.",
        "The programme is closed and has no price; use {right} instead.",
    ),
    Wrong.UNKNOWN_PROGRAMME: (
        "Programkoden finns inte; använd en av {right} (två bokstäver, utan årtal).",
        "There is no such programme code; use one of {right} (two letters, without a year).",
    ),
    Wrong.FROZEN: (
        "Prislistan för det året är låst och ändras inte; rapportera kostnaderna för {right} i stället.",
        "The price list of that year is frozen and will not change; report the costs for {right} instead.",
    ),
}


def fault(breach: Breach) -> Fault:
    """The breach as its reporter reads it, in Swedish and English."""
    sv, en = _TEXTS[breach.wrong]
    field = f"/{breach.field}" if breach.field else ""
    return Fault(field, breach.wrong.value, sv.format(right=breach.right), en.format(right=breach.right))


def price_list_published(prices: PriceList, *, frozen_at: datetime) -> Outgoing:
    """The frozen list, with the reports it had to do without."""
    listed = [
        {
            "programme": price.programme,
            "yearly_price_ore": price.yearly_ore,
            "pupils": price.pupils,
            "estimated": price.estimated,
        }
        for price in prices.prices
    ]
    missing = [
        {"municipality": each.municipality} | ({"programme": each.programme} if each.programme else {})
        for each in prices.missing
    ]
    data = {"price_year": prices.price_year, "frozen_at": frozen_at, "prices": listed, "missing": missing}
    return Outgoing(type=PRICE_LIST_PUBLISHED, subject=str(prices.price_year), data=data)


def settlement_issued(settlement: Settlement) -> Outgoing:
    """The settlement with a line for each pupil, who is named by a pseudonymous id."""
    data = {
        "settlement": str(settlement.id),
        "payer": settlement.payer,
        "payee": settlement.payee,
        "month": str(settlement.month),
        "amount_ore": settlement.amount_ore,
        "pupils": len(settlement.lines),
        "lines": [_line(line) for line in settlement.lines],
    }
    return Outgoing(type=SETTLEMENT_ISSUED, subject=f"{settlement.payer}-{settlement.payee}", data=data)


def _line(line: Line) -> dict[str, object]:
    return {
        "applicant": line.place.applicant,
        "programme": line.place.programme,
        "offering": line.place.offering,
        "amount_ore": line.amount_ore,
    }
