"""Whose goals a coordinator may set and take away, by the doors and on the page."""

from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.auth import Caller

from .booking_steps import browser
from .follow_up_steps import ALL, door
from .steps import scalar

GOAL: dict[str, Any] = {"measured": "coverage", "begins": "2027-07-01", "ends": "2027-07-31", "target": 0.8}
COUNT = "SELECT count(*) FROM goals"


def municipality_of(home: str | None) -> dict[str, str]:
    return {} if home is None else {"municipality": home}


async def put(client: httpx.AsyncClient, home: str | None) -> httpx.Response:
    return await client.put("/goals", json=GOAL | municipality_of(home))


@pytest.mark.parametrize("home", ["2262", None])
async def test_a_municipalitys_coordinator_leaves_others_goals_alone(engine: AsyncEngine, home: str | None) -> None:
    chief, own = door(engine)("chief", None), door(engine)("sundsvall", "2281")
    assert (await put(own, home)).status_code == 403
    goal = (await put(chief, home)).json()["goal"]
    refused = await own.delete(f"/goals/{goal}")
    assert (refused.status_code, await scalar(engine, COUNT)) == (403, 1)
    assert "your own municipality" in refused.json()["detail"]


async def test_a_coordinator_sets_and_drops_what_is_ones_own_and_the_regions_all(engine: AsyncEngine) -> None:
    own, chief = door(engine)("sundsvall", "2281"), door(engine)("chief", None)
    for caller, homes in ((own, ("2281",)), (chief, ("2281", "2262", None))):
        for home in homes:
            goal = (await put(caller, home)).json()["goal"]
            assert (await caller.delete(f"/goals/{goal}")).status_code == 204
            assert (await caller.delete(f"/goals/{goal}")).status_code == 404
    assert await scalar(engine, COUNT) == 0


async def test_the_page_offers_and_takes_ones_own_municipality_only(engine: AsyncEngine) -> None:
    regions = (await put(door(engine)("chief", None), None)).json()["goal"]
    entered = {**GOAL, "target": "80", "begins": "2027-08-01", "ends": "2028-07-31"}
    async with browser(engine, reader=Caller("sundsvall", "2281", frozenset(), ALL)) as page:
        for home in ("2262", ""):
            refused = await page.post("/coordinator/goals", data=entered | {"home": home})
            assert (refused.status_code, "din egen kommun" in refused.text) == (422, True)
        assert (await page.post(f"/coordinator/goals/{regions}/drop")).status_code == 403
        assert (await page.post("/coordinator/goals", data=entered | {"home": "2281"})).status_code == 303
        own = await scalar(engine, "SELECT id FROM goals WHERE municipality = '2281'")
        shown = (await page.get("/coordinator")).text
        assert ('value="2281"' in shown, 'value="2262"' in shown) == (True, False)
        assert (f"/goals/{own}/drop" in shown, f"/goals/{regions}/drop" in shown) == (True, False)
        assert (await page.post(f"/coordinator/goals/{own}/drop")).status_code == 303
    assert await scalar(engine, COUNT) == 1
