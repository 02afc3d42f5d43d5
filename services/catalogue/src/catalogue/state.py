"""The catalogue's own numbers, for Prometheus and for the start page."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence

from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy.ext.asyncio import AsyncConnection

from catalogue import queries
from catalogue.adapters.reference import region
from shared.service import Figure
from shared.texts import Text

# Labels come from closed sets: whoever reports from outside the region is counted together.
_OTHERS = "other"


def numbers(registry: CollectorRegistry) -> Callable[[AsyncConnection], Awaitable[None]]:
    """Register the gauges and give the coroutine that refreshes them."""
    offerings = Gauge(
        "samverk_catalogue_offerings", "Offerings that can be applied for.", ["municipality"], registry=registry
    )
    seats = Gauge(
        "samverk_catalogue_seats",
        "Seats of the offerings that can be applied for.",
        ["municipality"],
        registry=registry,
    )

    async def refresh(connection: AsyncConnection) -> None:
        number: Counter[str] = Counter()
        places: Counter[str] = Counter()
        for supply in await queries.supply(connection):
            municipality = supply.municipality if supply.municipality in region() else _OTHERS
            number[municipality] += supply.offerings
            places[municipality] += supply.seats
        for municipality in (*region(), _OTHERS):
            offerings.labels(municipality).set(number[municipality])
            seats.labels(municipality).set(places[municipality])

    return refresh


async def figures(connection: AsyncConnection) -> Sequence[Figure]:
    """The figures of the start page: what the newest intake year offers."""
    supply = await queries.supply(connection)
    if not supply:
        return [Figure(Text("Utbildningar", "Offerings"), "0")]
    year = max(each.intake_year for each in supply)
    newest = [each for each in supply if each.intake_year == year]
    return [
        Figure(Text("Antagningsår", "Intake year"), str(year)),
        Figure(Text("Kommuner", "Municipalities"), str(len(newest))),
        Figure(Text("Utbildningar", "Offerings"), str(sum(each.offerings for each in newest))),
        Figure(Text("Platser", "Seats"), str(sum(each.seats for each in newest))),
    ]
