"""From reported costs to a frozen list."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from pricing.adapters.tables import METADATA, UNCHANGEABLE
from pricing.consumer import COST_BASIS_REPORTED, OFFERING_CHANGED, OFFERING_PUBLISHED, OFFERING_WITHDRAWN, readings
from pricing.main import MIGRATIONS, build
from pricing.messages import PRICE_LIST_PUBLISHED
from shared.contracts import Contracts
from shared.database import current, drift, newest
from shared.events import Incoming
from shared.settings import Settings
from shared.testing import announced, example, incoming, refused
from shared.work import UnitOfWork

from .conftest import Deliver, cost_basis, everybody

ON = {"on": "2026-10-15"}


def offering(kind: str, version: int, **changes: Any) -> Incoming:
    return incoming(kind, example(kind) | {"version": version} | changes)


async def frozen(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.post("/price-lists/2027/freeze", json=ON)
    assert answer.status_code == 201
    body: dict[str, Any] = answer.json()
    return body


async def test_the_list_is_computed_published_and_readable(
    deliver: Deliver, client: httpx.AsyncClient, unit_of_work: UnitOfWork
) -> None:
    await deliver(*everybody())
    body = await frozen(client)
    prices = {price["programme"]: price for price in body["prices"]}
    yearly = round(sum(example(COST_BASIS_REPORTED)["costs_ore"].values()) / 288)
    assert prices["EK"] == {"programme": "EK", "yearly_price_ore": yearly, "pupils": 7 * 288, "estimated": False}
    assert len(prices) == 18
    assert prices["NB"]["estimated"]
    async with unit_of_work.read() as connection:
        [event] = await announced(connection, PRICE_LIST_PUBLISHED)
    assert event["subject"] == "2027"
    assert event["data"]["prices"] == body["prices"]
    read = (await client.get("/price-lists/2027")).json()
    assert (read["prices"], read["missing"], read["frozen_on"]) == (body["prices"], [], "2026-10-15")


async def test_a_list_is_frozen_without_the_late_ones_who_are_named(
    deliver: Deliver, client: httpx.AsyncClient
) -> None:
    await deliver(*(event for event in everybody() if event.municipality != "2260"))
    await deliver(
        offering(OFFERING_PUBLISHED, 1), offering(OFFERING_PUBLISHED, 1, offering="2281-TE-1", programme="TE")
    )
    body = await frozen(client)
    missing = [{"municipality": "2260", "programme": None}, {"municipality": "2281", "programme": "TE"}]
    assert body["missing"] == missing
    assert (await client.get("/price-lists/2027")).json()["missing"] == missing


async def test_a_withdrawn_offering_is_not_missed_in_whatever_order_it_was_told(
    deliver: Deliver, client: httpx.AsyncClient
) -> None:
    await deliver(*everybody())
    await deliver(
        offering(OFFERING_WITHDRAWN, 3), offering(OFFERING_PUBLISHED, 1, programme="TE"), offering(OFFERING_CHANGED, 2)
    )
    assert (await client.get("/cost-bases/2027")).json()["missing"] == []


@pytest.mark.parametrize(
    ("year", "on", "status", "kind"),
    [
        (2027, "2026-10-14", 409, "too-early-to-freeze"),
        (2099, "2098-10-15", 404, "price-year-unknown"),
        (2027, "i oktober", 422, "content-does-not-fit"),
    ],
)
async def test_a_freeze_that_cannot_be_is_refused(
    client: httpx.AsyncClient, year: int, on: str, status: int, kind: str
) -> None:
    answer = await client.post(f"/price-lists/{year}/freeze", json={"on": on}, headers={"Accept-Language": "sv"})
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:samverk:problem:{kind}")


async def test_what_is_settled_is_guarded_by_the_database(engine: AsyncEngine) -> None:
    guarded = text(
        "SELECT DISTINCT event_object_table FROM information_schema.triggers WHERE trigger_name = 'never_changed'"
    )
    async with engine.connect() as connection:
        assert set(await connection.scalars(guarded)) == set(UNCHANGEABLE)


async def test_a_frozen_list_stays_as_it_is(deliver: Deliver, client: httpx.AsyncClient, engine: AsyncEngine) -> None:
    await deliver(*everybody())
    first = await frozen(client)
    assert (await client.post("/price-lists/2027/freeze", json=ON)).status_code == 409
    assert (await client.get("/price-lists/2027")).json()["prices"] == first["prices"]
    for change in ("DELETE FROM price_lists", "UPDATE prices SET yearly_ore = yearly_ore + 1"):
        with pytest.raises(IntegrityError, match="never changed"):
            async with engine.begin() as connection:
                await connection.execute(text(change))


async def test_a_cost_basis_for_a_frozen_year_is_refused_with_what_to_do(
    deliver: Deliver, client: httpx.AsyncClient, unit_of_work: UnitOfWork
) -> None:
    await frozen(client)
    async with unit_of_work() as work:
        await readings()[0].handle(work, [cost_basis(), cost_basis(price_year=2028)])
    async with unit_of_work.read() as connection:
        [letter] = await refused(connection)
        answers = await announced(connection, "se.samverk.pricing.report.rejected.v1")
    assert (letter["reason"], letter["municipality"]) == ("price_list_frozen", "2281")
    [fault] = answers[0]["data"]["faults"]
    assert fault["field"] == "/price_year"
    assert "2028" in fault["sv"]
    assert [basis["municipality"] for basis in (await client.get("/cost-bases/2028")).json()["cost_bases"]] == ["2281"]


async def test_a_report_in_hand_is_part_of_the_list_or_refused_never_lost(
    deliver: Deliver, client: httpx.AsyncClient, unit_of_work: UnitOfWork
) -> None:
    async with unit_of_work() as work:
        await readings()[0].handle(work, [cost_basis()])
        freezing = asyncio.create_task(frozen(client))
        await asyncio.sleep(0.3)
        assert not freezing.done()
    prices = {price["programme"]: price for price in (await freezing)["prices"]}
    assert prices["EK"]["pupils"] == 288


async def test_the_newest_cost_basis_counts_and_a_wild_one_is_a_warning(
    deliver: Deliver, client: httpx.AsyncClient
) -> None:
    await deliver(*everybody())
    await deliver(cost_basis("2260", pupils=2, revision=3), cost_basis("2260", pupils=1, revision=2))
    body = (await client.get("/cost-bases/2027")).json()
    warned = {basis["municipality"]: basis["warning"] for basis in body["cost_bases"] if basis["warning"]}
    assert warned.keys() == {"2260"}
    assert warned["2260"]["code"] == "far_from_the_others"
    assert [basis["pupils"] for basis in body["cost_bases"] if basis["municipality"] == "2260"] == [2]
    assert (body["agreed_freeze_on"], body["frozen"], body["missing"]) == ("2026-10-15", False, [])


async def test_an_unfrozen_list_cannot_be_read(client: httpx.AsyncClient) -> None:
    answer = await client.get("/price-lists/2027", headers={"Accept-Language": "sv"})
    assert answer.status_code == 404
    assert "inte låst än" in answer.json()["detail"]


async def test_the_database_is_as_declared(engine: AsyncEngine) -> None:
    assert await drift(engine, METADATA) == []
    assert await current(engine) == newest(MIGRATIONS)


def test_everything_read_and_said_has_a_contract() -> None:
    service = build(Settings.for_documents())
    kinds = [*service.says, *(reading.type for reading in service.readings)]
    assert [kind for kind in kinds if not Contracts.load().get(kind).example] == []


async def test_the_examples_of_all_contracts_are_taken(deliver: Deliver) -> None:
    for reading in readings():
        code = "2281" if reading.type.startswith("se.samverk.pricing") else None
        event = incoming(reading.type, example(reading.type), municipality=code)
        assert not (reading.check and reading.check(event))
        await deliver(event)
