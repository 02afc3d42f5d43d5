"""The rota over HTTP, from a coordinator's first layer to a swap between two counsellors."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance import state

from .follow_up_steps import Door
from .follow_up_steps import door as door_at
from .rota_steps import ANNA, BERIT, CILLA, NOW, counsellors, told

EVERY_DAY = [{"weekday": day, "begins": "08:00", "ends": "16:00"} for day in range(1, 6)]


@pytest.fixture
def door(engine: AsyncEngine) -> Door:
    return door_at(engine, NOW)


async def made(client: httpx.AsyncClient, **changes: Any) -> str:
    """A rota with one layer; gives its address."""
    answer = await client.post("/rotas", json={"name": "Västernorrland"})
    assert answer.status_code == 201
    where: str = answer.headers["location"]
    body = {
        "name": "Dagjour",
        "participants": [str(who) for who in (ANNA, BERIT, CILLA)],
        "starts_on": "2027-08-16",
        "hours": EVERY_DAY,
    }
    assert (await client.put(f"{where}/layers/{uuid4()}", json=body | changes)).status_code == 204
    return where


async def test_a_rota_is_laid_out_and_read_back(engine: AsyncEngine, door: Door) -> None:
    await counsellors(engine)
    client = door()
    where = await made(client)
    [rota] = (await client.get("/rotas")).json()["rotas"]
    [layer] = rota["layers"]
    assert (layer["name"], layer["hours"], layer["at"], layer["handover"]) == ("Dagjour", EVERY_DAY, "00:00", "daily")
    shifts = (await client.get(f"{where}/shifts", params={"from": "2027-08-16T00:00:00+02:00"})).json()["shifts"]
    assert len(shifts) == 10
    assert shifts[0]["starts_at_local"] == "2027-08-16T08:00:00+02:00"
    assert (shifts[0]["counsellor"], shifts[0]["municipality"]) == (str(ANNA), "2281")
    assert (await client.delete(f"{where}/layers/{layer['layer']}")).status_code == 204
    assert (await client.get(f"{where}/shifts")).json() == {"shifts": []}


async def test_an_override_and_a_requirement_come_and_go(engine: AsyncEngine, door: Door) -> None:
    await counsellors(engine)
    client = door()
    where = await made(client, ends_on="2027-08-16")
    need = {"name": "Vardagar", "hours": EVERY_DAY, "starts_on": "2027-08-16", "ends_on": "2027-08-17"}
    address = f"/cover-requirements/{uuid4()}"
    assert (await client.put(address, json=need)).status_code == 204
    [gap] = (await client.get("/coverage-gaps")).json()["gaps"]
    assert (gap["name"], gap["missing"], gap["starts_at"]) == ("Vardagar", 1, "2027-08-17T06:00:00Z")
    extra = {"adds": str(BERIT), "starts_at": "2027-08-17T08:00:00+02:00", "ends_at": "2027-08-17T16:00:00+02:00"}
    override = (await client.post(f"{where}/overrides", json=extra)).json()["override"]
    assert (await client.get("/coverage-gaps")).json() == {"gaps": []}
    assert (await client.delete(f"{where}/overrides/{override}")).status_code == 204
    assert len((await client.get("/coverage-gaps")).json()["gaps"]) == 1
    assert (await client.get("/cover-requirements")).json()["requirements"][0]["number"] == 1
    assert (await client.delete(address)).status_code == 204
    assert (await client.delete(address)).status_code == 404


async def test_a_swap_between_two_counsellors(engine: AsyncEngine, door: Door) -> None:
    await counsellors(engine)
    await made(door())
    anna, berit = door(ANNA), door(BERIT)
    span = {"from": "2027-08-16T00:00:00+02:00", "to": "2027-08-17T00:00:00+02:00"}
    [shift] = (await anna.get("/my/shifts", params=span)).json()["shifts"]
    assert (await anna.post("/swap-offers", json={"shift": shift["shift"]})).status_code == 201
    assert (await anna.post("/swap-offers", json={"shift": shift["shift"]})).status_code == 409
    [offer] = (await berit.get("/swap-offers")).json()["offers"]
    assert (offer["offered_by_name"], offer["own"]) == ("Anna Ek", False)
    assert (await berit.post(f"/swap-offers/{offer['offer']}/answer", json={"accept": True})).status_code == 204
    [taken] = (await berit.get("/my/shifts", params=span)).json()["shifts"]
    assert (taken["starts_at"], taken["swapped"]) == (shift["starts_at"], True)
    assert (await anna.get("/my/shifts", params=span)).json() == {"shifts": []}
    kinds = {notice["kind"] for notice in (await anna.get("/my/notices")).json()["notices"]}
    assert kinds == {"shift_added", "swap_accepted", "shift_withdrawn"}
    assert (await anna.post("/my/notices/read")).status_code == 204
    assert (await anna.get("/my/notices")).json() == {"notices": []}
    assert (await berit.post(f"/shifts/{taken['shift']}/handover", json={"body": "Allt lugnt."})).status_code == 204
    assert "shift_added" in await told(engine, BERIT)


async def test_an_offer_can_be_declined_or_taken_back(engine: AsyncEngine, door: Door) -> None:
    await counsellors(engine)
    await made(door())
    anna, berit = door(ANNA), door(BERIT)
    [shift, *_] = (await anna.get("/my/shifts")).json()["shifts"]
    asked = {"shift": shift["shift"], "asked": str(BERIT)}
    first = (await anna.post("/swap-offers", json=asked)).json()["offer"]
    assert (await berit.post(f"/swap-offers/{first}/answer", json={"accept": False})).status_code == 204
    second = (await anna.post("/swap-offers", json=asked)).json()["offer"]
    assert (await anna.delete(f"/swap-offers/{second}")).status_code == 204
    assert (await berit.get("/swap-offers")).json() == {"offers": []}


async def test_an_account_is_tied_to_a_counsellor_of_the_same_municipality(engine: AsyncEngine, door: Door) -> None:
    await counsellors(engine)
    await made(door())
    account = {"counsellor": str(ANNA)}
    assert (await door("x@2262").get("/my/shifts")).status_code == 403
    assert (await door(municipality="2262").put("/counsellor-accounts/anna@sundsvall", json=account)).status_code == 404
    assert (await door(municipality="2281").put("/counsellor-accounts/anna@sundsvall", json=account)).status_code == 204
    assert len((await door("anna@sundsvall").get("/my/shifts")).json()["shifts"]) > 0
    other = {"counsellor": str(BERIT)}
    assert (await door(municipality="2262").put("/counsellor-accounts/anna@sundsvall", json=other)).status_code == 404


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"participants": []}, 422),
        ({"participants": [str(uuid4())]}, 422),
        ({"every": 0}, 422),
        ({"at": "24:00"}, 422),
        ({"hours": [{"weekday": 8, "begins": "08:00", "ends": "16:00"}]}, 422),
        ({"hours": [{"weekday": 1, "begins": "16:00", "ends": "08:00"}]}, 422),
        ({"ends_on": "2027-08-01"}, 422),
    ],
)
async def test_a_layer_that_cannot_be_is_refused(
    engine: AsyncEngine, door: Door, changes: dict[str, Any], status: int
) -> None:
    await counsellors(engine)
    client = door()
    where = (await client.post("/rotas", json={"name": "Jour"})).headers["location"]
    body = {"name": "Dag", "participants": [str(ANNA)], "starts_on": "2027-08-16", "hours": EVERY_DAY}
    answer = await client.put(f"{where}/layers/{uuid4()}", json=body | changes)
    assert answer.status_code == status


async def test_hours_without_cover_are_a_number_for_each_municipality(engine: AsyncEngine, door: Door) -> None:
    await counsellors(engine)
    client = door()
    need = {"name": "Sundsvall", "municipality": "2281", "hours": EVERY_DAY, "starts_on": "2027-08-16"}
    await client.put(f"/cover-requirements/{uuid4()}", json=need)
    registry = CollectorRegistry()
    refresh = state.numbers(registry, lambda: NOW)
    async with engine.connect() as connection:
        await refresh(connection)
    name = "samverk_guidance_coverage_gap_hours"
    assert (
        registry.get_sample_value(name, {"municipality": "2281"}) == 33.0
    )  # four days, and the next Friday until nine
    assert registry.get_sample_value(name, {"municipality": "region"}) == 0.0


async def test_own_shifts_notices_and_hand_over(engine: AsyncEngine, door: Door) -> None:
    await counsellors(engine)
    await made(door())
    anna, berit = door(ANNA), door(BERIT)
    span = {"from": "2027-08-16T00:00:00Z", "to": "2027-08-23T00:00:00Z"}
    shifts = (await anna.get("/my/shifts", params=span)).json()["shifts"]
    assert [(each["starts_at_local"], each["ends_at_local"]) for each in shifts] == [
        ("2027-08-16T08:00:00+02:00", "2027-08-16T16:00:00+02:00"),
        ("2027-08-19T08:00:00+02:00", "2027-08-19T16:00:00+02:00"),
    ]
    [notice] = (await anna.get("/my/notices")).json()["notices"]
    assert (notice["kind"], notice["starts_at_local"]) == ("shift_added", "2027-08-16T08:00:00+02:00")
    assert (await anna.post("/my/notices/read")).status_code == 204
    assert (await anna.get("/my/notices")).json() == {"notices": []}
    where = f"/shifts/{shifts[0]['shift']}/handover"
    assert (await anna.post(where, json={"body": "Chatten låg nere."})).status_code == 204
    assert (await anna.post(where, json={"body": ""})).status_code == 422
    assert (await berit.post(where, json={"body": "Inte mitt."})).status_code == 403
    assert (await door(UUID(int=999)).get("/my/shifts", params=span)).status_code == 403
    assert (await door(ANNA, scopes=("guidance:read",)).get("/my/shifts", params=span)).status_code == 403
