"""Reports into a real database: what is kept, what is said, what can be read."""

import asyncio
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue import queries
from catalogue.adapters.tables import METADATA
from catalogue.consumer import REPORTED, readings
from catalogue.main import MIGRATIONS, build
from catalogue.messages import CHANGED, PUBLISHED, WITHDRAWN
from catalogue.state import figures, numbers
from shared.contracts import Contracts
from shared.database import current, drift, newest
from shared.events import Incoming
from shared.settings import Settings
from shared.testing import announced, example, incoming
from shared.work import ConcurrentChange, UnitOfWork

SEEN = ("2281", "2260", "other")
HANDLE = readings()[0].handle
CHECK = readings()[0].check


def report(revision: int = 1, **changes: Any) -> Incoming:
    data = example(REPORTED) | {"revision": revision} | changes
    return incoming(REPORTED, data, municipality=data["offering"][:4], subject=data["offering"])


async def deliver(unit_of_work: UnitOfWork, *events: Incoming) -> None:
    async with unit_of_work() as work:
        await HANDLE(work, events)


async def said(unit_of_work: UnitOfWork) -> list[tuple[str, int]]:
    async with unit_of_work.read() as connection:
        return [(event["type"], event["data"]["version"]) for event in await announced(connection)]


async def offered(unit_of_work: UnitOfWork, **asked: Any) -> list[queries.OfferingRow]:
    async with unit_of_work.read() as connection:
        return list(await queries.offerings(connection, **asked))


async def test_the_example_of_the_contract_is_taken_and_published(unit_of_work: UnitOfWork) -> None:
    assert CHECK is not None
    assert CHECK(report()) == []
    await deliver(unit_of_work, report())
    [row] = await offered(unit_of_work)
    assert (row.offering, row.municipality, row.seats, row.version) == ("2281-EK-10000001", "2281", 96, 1)
    async with unit_of_work.read() as connection:
        [event] = await announced(connection)
    assert event["topic"] == "catalogue.events"
    assert event["subject"] == event["data"]["offering"] == "2281-EK-10000001"


async def test_only_what_is_new_is_said_whether_it_comes_in_one_batch_or_in_several(unit_of_work: UnitOfWork) -> None:
    await deliver(unit_of_work, report(1), report(2), report(4, seats=90, orientation="EKEKO"), report(3, seats=1))
    await deliver(unit_of_work, report(5, status="withdrawn"))
    await deliver(unit_of_work, report(4), report(6))
    expected = [(PUBLISHED, 1), (CHANGED, 2), (WITHDRAWN, 3), (CHANGED, 4)]
    assert await said(unit_of_work) == expected
    assert [row.version for row in await offered(unit_of_work)] == [4]


async def test_the_same_offering_in_two_years_is_two(unit_of_work: UnitOfWork) -> None:
    await deliver(unit_of_work, report(1), report(1, intake_year=2028, seats=10))
    assert [(row.intake_year, row.seats) for row in await offered(unit_of_work)] == [(2027, 96), (2028, 10)]
    assert [row.seats for row in await offered(unit_of_work, intake_year=2028)] == [10]


async def test_of_two_first_reports_at_the_same_moment_the_second_is_told_to_read_again(
    unit_of_work: UnitOfWork,
) -> None:
    async with unit_of_work() as first:
        await HANDLE(first, [report(1)])
        second = asyncio.create_task(deliver(unit_of_work, report(2, seats=10)))
        await asyncio.sleep(0.3)  # the second has read that nothing is known, and waits to write
    with pytest.raises(ConcurrentChange):
        await second
    await deliver(unit_of_work, report(2, seats=10))
    assert await said(unit_of_work) == [(PUBLISHED, 1), (CHANGED, 2)]


async def test_pages_follow_each_other_without_gaps(unit_of_work: UnitOfWork) -> None:
    ids = [f"2281-EK-{number}" for number in range(7)]
    await deliver(unit_of_work, *(report(offering=offering) for offering in ids))
    await deliver(unit_of_work, report(offering="2260-EK-1"), report(offering="2281-EK-x", status="withdrawn"))
    seen: list[str] = []
    after = (0, "")
    while page := await offered(unit_of_work, municipality="2281", after=after, limit=3):
        seen += [row.offering for row in page]
        after = (page[-1].intake_year, page[-1].offering)
    assert seen == ids


async def test_gauges_and_figures_count_what_can_be_applied_for(unit_of_work: UnitOfWork) -> None:
    registry = CollectorRegistry()
    refresh = numbers(registry)
    await deliver(unit_of_work, report(), report(offering="0180-EK-1", seats=5), report(offering="2260-EK-1", seats=4))
    await deliver(unit_of_work, report(2, offering="2260-EK-1", status="withdrawn"))
    async with unit_of_work.read() as connection:
        await refresh(connection)
        shown = {figure.label.sv: figure.value for figure in await figures(connection)}
    seats = {code: registry.get_sample_value("samverk_catalogue_seats", {"municipality": code}) for code in SEEN}
    assert seats == {"2281": 96, "2260": 0, "other": 5}
    assert shown == {"Antagningsår": "2027", "Kommuner": "2", "Utbildningar": "2", "Platser": "101"}


async def test_an_empty_catalogue_has_a_figure_too(unit_of_work: UnitOfWork) -> None:
    async with unit_of_work.read() as connection:
        assert [figure.value for figure in await figures(connection)] == ["0"]


async def test_the_database_is_as_declared(engine: AsyncEngine) -> None:
    assert await drift(engine, METADATA) == []
    assert await current(engine) == newest(MIGRATIONS)


def test_everything_read_and_said_has_a_contract() -> None:
    service = build(Settings.for_documents())
    kinds = [*service.says, *(reading.type for reading in service.readings)]
    assert [kind for kind in kinds if not Contracts.load().get(kind).example] == []
