"""The numbers of the trade: gauges for operators, figures for the start page."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, time, timedelta

from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy.ext.asyncio import AsyncConnection

from admissions import queries
from admissions.adapters.rules import rules
from admissions.domain.calendar import SWEDEN
from admissions.domain.rounds import Stage, named, reply_by
from shared.service import Figure
from shared.texts import Text


def numbers(registry: CollectorRegistry, region: str) -> Callable[[AsyncConnection], Awaitable[None]]:
    """Register the gauges; the coroutine given back refreshes them."""
    applications = Gauge(
        "samverk_admissions_applications", "Applicants per intake year", ["intake_year"], registry=registry
    )
    placed = Gauge(
        "samverk_admissions_run_admitted",
        "Admitted in the last run of the intake year",
        ["intake_year"],
        registry=registry,
    )
    unplaced = Gauge(
        "samverk_admissions_run_unplaced", "Without a place in the last run", ["intake_year"], registry=registry
    )
    unanswered = Gauge("samverk_admissions_offers_unanswered", "Offers that nobody has answered", registry=registry)
    offerings = Gauge("samverk_admissions_offerings", "Offerings that can be searched", registry=registry)
    refresh_open = _open_offers(registry, region)

    async def refresh(connection: AsyncConnection) -> None:
        for year, count in await queries.applications(connection):
            applications.labels(str(year)).set(count)
        for run in await queries.last_runs(connection):
            placed.labels(str(run["intake_year"])).set(run["admitted"])
            unplaced.labels(str(run["intake_year"])).set(run["applicants"] - run["admitted"])
        now = await queries.numbers(connection)
        unanswered.set(now["unanswered"])
        offerings.set(now["offerings"])
        await refresh_open(connection)

    return refresh


def _open_offers(registry: CollectorRegistry, region: str) -> Callable[[AsyncConnection], Awaitable[None]]:
    """Offers not answered, and when the last day to answer them has passed, by intake year and stage."""
    labels = ["intake_year", "stage"]
    number = Gauge("samverk_admissions_offers_open", "Offers that nobody has answered", labels, registry=registry)
    until = Gauge(
        "samverk_admissions_reply_by_timestamp_seconds",
        "When the last day to answer them has passed",
        labels,
        registry=registry,
    )
    seen: Counter[tuple[int, Stage]] = Counter()

    async def refresh(connection: AsyncConnection) -> None:
        for key in seen:
            seen[key] = 0
        for row in await queries.open_offers(connection):
            this = named(row["round"])
            seen[row["intake_year"], this.stage] += row["number"]
            last = reply_by(this, rules(region, row["intake_year"]).calendar) + timedelta(days=1)
            until.labels(str(row["intake_year"]), this.stage).set(datetime.combine(last, time(), SWEDEN).timestamp())
        for (year, stage), offers in seen.items():
            number.labels(str(year), stage).set(offers)

    return refresh


async def state(connection: AsyncConnection) -> Sequence[Figure]:
    """What the start page shows."""
    now = await queries.numbers(connection)
    applicants = sum(count for _, count in await queries.applications(connection))
    figures = [
        Figure(Text(sv="Sökande", en="Applicants"), str(applicants)),
        Figure(Text(sv="Sökbara utbildningar", en="Offerings"), str(now["offerings"])),
        Figure(Text(sv="Obesvarade erbjudanden", en="Offers unanswered"), str(now["unanswered"])),
        Figure(Text(sv="Tackat ja", en="Places accepted"), str(now["accepted"])),
    ]
    for run in await queries.last_runs(connection):
        label = Text(sv=f"Senaste omgång {run['intake_year']}", en=f"Latest round {run['intake_year']}")
        figures.append(Figure(label, f"{run['round']} ({run['admitted']}/{run['applicants']})"))
    return figures
