"""From placements to settlements."""

import asyncio
from datetime import date
from itertools import permutations
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry

from pricing.adapters.placements import in_month
from pricing.adapters.settlements import lines
from pricing.consumer import OFFERING_PUBLISHED, PLACE_ACCEPTED, readings
from pricing.domain.months import Month
from pricing.domain.settlements import rate
from pricing.messages import SETTLEMENT_ISSUED
from pricing.state import figures, numbers
from shared.testing import announced, example, incoming
from shared.work import UnitOfWork

from .conftest import Deliver, accepted, cost_basis, everybody, pupils, vacated

SEPTEMBER = Month(2027, 9)


@pytest.fixture
async def prices(deliver: Deliver, client: httpx.AsyncClient) -> dict[str, int]:
    """The frozen list of 2027: öre a year by programme."""
    await deliver(*everybody())
    body = (await client.post("/price-lists/2027/freeze", json={"on": "2026-10-15"})).json()
    return {price["programme"]: price["yearly_price_ore"] for price in body["prices"]}


async def run(client: httpx.AsyncClient, month: str = "2027-09") -> list[dict[str, Any]]:
    answer = await client.post(f"/settlements/{month}")
    assert answer.status_code == 200
    issued: list[dict[str, Any]] = answer.json()["issued"]
    return issued


async def shown(client: httpx.AsyncClient, **asked: str) -> dict[str, Any]:
    body: dict[str, Any] = (await client.get("/settlements", params=asked)).json()
    return body


async def test_one_settlement_per_pair_with_a_line_per_pupil(
    deliver: Deliver, client: httpx.AsyncClient, unit_of_work: UnitOfWork, prices: dict[str, int]
) -> None:
    first, second, third, at_home, declined = pupils(5)
    await deliver(
        accepted(first),
        accepted(second),
        accepted(third, "2281-NB-1", home_municipality="2284"),
        accepted(at_home, "2281-EK-1"),
        accepted(declined),
        vacated(declined, date(2027, 8, 2)),
    )
    issued = await run(client)
    ek, nb = prices["EK"] * 9 // 12 - prices["EK"] * 8 // 12, prices["NB"] * 9 // 12 - prices["NB"] * 8 // 12
    assert [(s["payer"], s["payee"], s["pupils"], s["amount_ore"]) for s in issued] == [
        ("2281", "2284", 2, 2 * ek),
        ("2284", "2281", 1, nb),
    ]
    async with unit_of_work.read() as connection:
        events = await announced(connection, SETTLEMENT_ISSUED)
    assert [event["subject"] for event in events] == ["2281-2284", "2284-2281"]
    assert {line["applicant"] for line in events[0]["data"]["lines"]} == {str(first), str(second)}
    body = await shown(client)
    assert body["check"] == {"sum_ore": 0, "settlements_unlike_their_lines": 0}
    assert {row["municipality"]: row["net_ore"] for row in body["balances"]} == {
        "2281": nb - 2 * ek,
        "2284": 2 * ek - nb,
    }
    assert body["unmatched"] == []


async def test_a_month_run_again_issues_nothing_twice(
    deliver: Deliver, client: httpx.AsyncClient, prices: dict[str, int]
) -> None:
    await deliver(*(accepted(pupil) for pupil in pupils(3)))
    assert len(await run(client)) == 1
    assert await run(client) == []
    answers = await asyncio.gather(*(run(client, "2027-10") for _ in range(4)))
    assert sorted(map(len, answers)) == [0, 0, 0, 1]
    assert [row["month"] for row in (await shown(client))["settlements"]] == ["2027-09", "2027-10"]
    assert [row["month"] for row in (await shown(client, to="2027-09"))["settlements"]] == ["2027-09"]


async def test_facts_in_any_order_end_in_the_same_settlement(
    deliver: Deliver, client: httpx.AsyncClient, prices: dict[str, int]
) -> None:
    """A pupil moves up from one school to another on 10 September; the facts come in each of the 24 orders."""
    for pupil, order in zip(pupils(24), permutations(range(4)), strict=True):
        facts = [
            accepted(pupil, said=1),
            vacated(pupil, date(2027, 9, 10), said=2),
            accepted(pupil, "2282-EK-1", said=3, starts_on="2027-09-10"),
            accepted(pupil, "2260-EK-1", said=0, starts_on="2027-08-01"),
        ]
        await deliver(*(facts[index] for index in order), vacated(pupil, date(2027, 8, 10), "2260-EK-1", said=1))
    august, september = await run(client, "2027-08"), await run(client)
    assert [(s["payee"], s["pupils"]) for s in august] == [("2284", 24)]
    assert [(s["payee"], s["pupils"]) for s in september] == [("2282", 24)]


async def test_twelve_months_cost_the_yearly_price(
    deliver: Deliver, client: httpx.AsyncClient, prices: dict[str, int]
) -> None:
    await deliver(accepted(pupils(1)[0], starts_on="2026-08-18"))
    for number in range(1, 13):
        await run(client, str(Month(2027, number)))
    assert sum(row["amount_ore"] for row in (await shown(client))["settlements"]) == prices["EK"]


async def test_what_is_told_after_the_issue_is_kept_as_unmatched(
    deliver: Deliver,
    client: httpx.AsyncClient,
    unit_of_work: UnitOfWork,
    prices: dict[str, int],
    municipality: list[str | None],
) -> None:
    left, moved, new = pupils(3)
    await deliver(accepted(left), accepted(moved))
    await run(client)
    assert (await shown(client))["unmatched"] == []
    await deliver(vacated(left, date(2027, 8, 20)), vacated(moved, date(2027, 8, 20)))
    await deliver(accepted(moved, "2282-EK-1", starts_on="2027-08-20", said=6), accepted(new))
    month = prices["EK"] * 9 // 12 - prices["EK"] * 8 // 12
    expected = {
        (str(left), "2284", -month),
        (str(moved), "2284", -month),
        (str(moved), "2282", month),
        (str(new), "2284", month),
    }

    def told(body: dict[str, Any]) -> set[tuple[str, str, int]]:
        return {(row["applicant"], row["payee"], row["amount_ore"]) for row in body["unmatched"]}

    assert told(await shown(client)) == expected
    assert await run(client) == []
    assert told(await shown(client)) == expected
    municipality[0] = "2282"
    assert told(await shown(client)) == {(str(moved), "2282", month)}
    registry = CollectorRegistry()
    async with unit_of_work.read() as connection:
        await numbers(registry)(connection)
        values = {figure.label.en: figure.value for figure in await figures(connection)}
    late = registry.get_sample_value("samverk_pricing_unmatched_settlements", {"reason": "late_fact"})
    assert (late, values["Pupils' months unmatched"], values["Settlements issued"]) == (4, "4", "1")


async def test_a_fact_that_is_taken_back_is_no_longer_unmatched(
    deliver: Deliver, client: httpx.AsyncClient, prices: dict[str, int]
) -> None:
    [pupil] = pupils(1)
    await deliver(accepted(pupil))
    await run(client)
    await deliver(vacated(pupil, date(2027, 8, 20), said=5))
    assert len((await shown(client))["unmatched"]) == 1
    await deliver(accepted(pupil, said=6))
    assert (await shown(client))["unmatched"] == []


async def test_a_new_pair_after_the_issue_is_issued_by_the_next_run(
    deliver: Deliver, client: httpx.AsyncClient, prices: dict[str, int]
) -> None:
    one, other = pupils(2)
    await deliver(accepted(one))
    await run(client)
    await deliver(accepted(other, "2282-EK-1"))
    assert [row["payee"] for row in (await shown(client))["unmatched"]] == ["2282"]
    assert [row["payee"] for row in await run(client)] == ["2282"]
    assert (await shown(client))["unmatched"] == []


async def test_a_placement_without_a_price_is_listed_with_the_reason(
    deliver: Deliver, client: httpx.AsyncClient, prices: dict[str, int]
) -> None:
    await deliver(accepted(pupils(1)[0], "2284-HV-1"))
    assert await run(client) == []
    assert [(row["reason"], row["programme"]) for row in (await shown(client))["unmatched"]] == [("no_price", "HV")]


async def test_a_month_without_a_frozen_list_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/settlements/2028-01")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:samverk:problem:price-list-not-frozen")
    assert (await client.post("/settlements/2028-13")).status_code == 422


async def test_lines_rated_from_scratch_are_those_stored(
    deliver: Deliver, client: httpx.AsyncClient, unit_of_work: UnitOfWork, prices: dict[str, int]
) -> None:
    offerings = [f"228{number % 4}-EK-1" for number in range(30)]
    some = list(zip(pupils(30), offerings, strict=True))
    await deliver(*(accepted(pupil, offering) for pupil, offering in some))
    await deliver(*(vacated(pupil, date(2027, 9, 1), offering) for pupil, offering in some[::4]))
    await run(client)
    async with unit_of_work.read() as connection:
        again = rate(SEPTEMBER, await in_month(connection, SEPTEMBER), prices)
        stored = await lines(connection, [SEPTEMBER])
    assert stored
    assert {line.place.applicant: line for line in again.lines} == {line.place.applicant: line for line in stored}


async def test_a_fact_in_hand_is_settled_or_unmatched_never_lost(
    deliver: Deliver, client: httpx.AsyncClient, unit_of_work: UnitOfWork, prices: dict[str, int]
) -> None:
    accept = {reading.type: reading.handle for reading in readings()}[PLACE_ACCEPTED]
    async with unit_of_work() as work:
        await accept(work, [accepted(pupil) for pupil in pupils(2)])
        running = asyncio.create_task(run(client))
        await asyncio.sleep(0.3)
        assert not running.done()
    assert [row["pupils"] for row in await running] == [2]


async def test_missing_cost_bases_are_counted_per_municipality_and_year(
    deliver: Deliver, unit_of_work: UnitOfWork
) -> None:
    await deliver(incoming(OFFERING_PUBLISHED, example(OFFERING_PUBLISHED)), cost_basis(price_year=2028))
    registry = CollectorRegistry()
    async with unit_of_work.read() as connection:
        await numbers(registry)(connection)

    def missing(municipality: str, year: str) -> float | None:
        labels = {"municipality": municipality, "price_year": year}
        return registry.get_sample_value("samverk_pricing_cost_bases_missing", labels)

    assert [missing("2281", year) for year in ("2026", "2027", "2028", "2030")] == [0, 1, 0, 1]
    assert missing("2260", "2027") == 0
