"""Pricing's own numbers, for Prometheus and for the start page."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy.ext.asyncio import AsyncConnection

from pricing import queries
from pricing.adapters.reference import rules
from pricing.domain.settlements import Reason
from shared.service import Figure
from shared.texts import Text

_ORE_PER_KRONA = 100
_SWEDEN = ZoneInfo("Europe/Stockholm")


def numbers(registry: CollectorRegistry) -> Callable[[AsyncConnection], Awaitable[None]]:
    """Register the gauges and give the coroutine that refreshes them."""
    missing = Gauge(
        "samverk_pricing_cost_bases_missing",
        "Offered programmes whose cost basis a municipality has not reported.",
        ["municipality", "price_year"],
        registry=registry,
    )
    freeze = Gauge(
        "samverk_pricing_freeze_timestamp_seconds",
        "When the agreed day begins on which the year's price list is frozen.",
        ["price_year"],
        registry=registry,
    )
    frozen = Gauge(
        "samverk_pricing_price_list_frozen",
        "1 when the year's price list is frozen, else 0.",
        ["price_year"],
        registry=registry,
    )
    for year, agreed in rules().price_years.items():
        freeze.labels(str(year)).set(datetime.combine(agreed.agreed_freeze_on, time(), _SWEDEN).timestamp())
    unmatched = Gauge(
        "samverk_pricing_unmatched_settlements",
        "Pupils' months that differ from the issued settlements.",
        ["reason"],
        registry=registry,
    )
    issued = Gauge("samverk_pricing_settlements_issued", "Settlements issued.", registry=registry)

    async def refresh(connection: AsyncConnection) -> None:
        years = sorted(rules().price_years)
        by_municipality = await queries.cost_bases_missing(connection, years)
        for municipality in rules().municipalities:
            for year in years:
                missing.labels(municipality, str(year)).set(by_municipality.get((municipality, year), 0))
        already = await queries.frozen_years(connection)
        for year in years:
            frozen.labels(str(year)).set(year in already)
        by_reason = await queries.unmatched_by_reason(connection)
        for reason in Reason:
            unmatched.labels(reason.value).set(by_reason.get(reason, 0))
        issued.set((await queries.counts(connection)).settlements)

    return refresh


async def figures(connection: AsyncConnection) -> Sequence[Figure]:
    """The figures of the start page."""
    counts = await queries.counts(connection)
    unmatched = sum((await queries.unmatched_by_reason(connection)).values())
    shown = [
        (Text("Kostnadsunderlag", "Cost bases"), counts.cost_bases),
        (Text("Låsta prislistor", "Frozen price lists"), counts.price_lists),
        (Text("Avräknade månader", "Months settled"), counts.months),
        (Text("Utfärdade avräkningar", "Settlements issued"), counts.settlements),
        (Text("Avräknat, kronor", "Settled, kronor"), counts.amount_ore // _ORE_PER_KRONA),
        (Text("Elevmånader som inte stämmer", "Pupils' months unmatched"), unmatched),
    ]
    return [Figure(label, _spaced(value)) for label, value in shown]


def _spaced(number: int) -> str:
    """Digits in groups of three, with a space that does not break the line."""
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")
