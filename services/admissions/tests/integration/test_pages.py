"""The pages over HTTP, without a browser: every page renders in both languages, and tells no more than it may."""

import re
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa

from admissions.commands import round_requests, simulations
from admissions.domain import deciding
from admissions.domain.verdicts import Verdict
from admissions.main import REGION
from services.admissions.tests.builders import grades
from services.admissions.tests.integration.entered import Who, page
from services.admissions.tests.integration.school_year import (
    SchoolYear,
    application,
    graded,
    offering,
    person,
    took_test,
)

EK, NA = "2281-EK-1", "2281-NA-1"


@pytest.fixture
async def applied(year: SchoolYear) -> SchoolYear:
    scale = [{"result": "20", "tenths": 200, "passed": True}]
    await year.deliver(offering(EK, 1), offering(NA, 1, skill_test={"required": False, "scale": scale}))
    await year.apply("ann", "A", EK, NA)
    await year.apply("bo", "B", EK, NA)
    await year.deliver(took_test("bo", NA, "20"))
    await year.deliver(application("eve", EK, home="2262", protected=True))
    await year.deliver(graded("eve", grades("C"), home="2262"))
    await year.deliver(application("dan", EK, "2281-XX-1"))
    return year


async def test_every_page_of_a_year_with_nothing_in_it(client: httpx.AsyncClient) -> None:
    for path in ("rounds", "applications", "simulations", "statistics"):
        await page(client, f"/office/{path}")
        await page(client, f"/office/{path}?year=2050")
    await page(client, "/office/rounds/2027/preliminary")
    await page(client, "/office/rounds/2050/final")
    await page(client, "/office/rounds/2027/finally", 404)
    for path in (f"runs/{UUID(int=1)}", f"requests/{UUID(int=1)}", f"simulations/{UUID(int=1)}"):
        await page(client, f"/office/{path}", 404)
    await page(client, f"/office/applications/{UUID(int=1)}", 404)
    await page(client, "/office/compare", 422)
    await page(client, f"/office/compare?before={UUID(int=1)}&after={UUID(int=2)}", 404)
    await page(client, f"/office/simulations/new?run={UUID(int=1)}", 404)
    await page(client, "/office/simulations/new?year=2050", 409)
    await page(client, "/office/receptions")
    await page(client, "/office/receptions?year=2050", 409)
    await page(client, "/my", 403)


async def test_a_round_asked_for_twice_is_run_once_and_followed(client: httpx.AsyncClient, applied: SchoolYear) -> None:
    assert "Lås frö" in await page(client, "/office/rounds/2027/final")
    asked = await client.post("/office/rounds/2027/final/run", data={"sure": "true"})
    again = await client.post("/office/rounds/2027/final/run", data={"sure": "true"})
    assert asked.headers["location"] == again.headers["location"]
    assert "Väntar på att börja" in await page(client, asked.headers["location"])
    assert asked.headers["location"] in await page(client, "/office/rounds/2027/final")
    assert await round_requests.carry_out(applied.unit_of_work, region=REGION)
    assert not await round_requests.carry_out(applied.unit_of_work, region=REGION)
    assert "Inget frö är låst" in await page(client, asked.headers["location"])

    await client.post("/office/rounds/2027/final/seed")
    asked = await client.post("/office/rounds/2027/final/run", data={"sure": "true"})
    async with applied.unit_of_work() as work:
        await work.connection.execute(sa.text("UPDATE round_requests SET step = 'decide' WHERE status = 'waiting'"))
    assert 'aria-current="step"' in await page(client, f"{asked.headers['location']}/state")
    assert (await client.get(f"{asked.headers['location']}/state?seen=waiting-decide")).status_code == 204
    assert await round_requests.carry_out(applied.unit_of_work, region=REGION)
    assert "Körd, kontrollerad och publicerad" in await page(client, f"{asked.headers['location']}/state")
    assert "en bindande omgång körs en gång" in await page(client, "/office/rounds/2027/final")
    assert "Stäng svaren" in await page(client, "/office/rounds/2027/reserve-1")
    closed = await client.post("/office/rounds/2027/close-replies")
    assert closed.status_code == 303
    assert "Reservantagning 1" in await page(client, "/office/rounds/2027/reserve-1")


async def test_a_run_that_the_verifier_faults_is_told_with_what_it_found(
    client: httpx.AsyncClient, applied: SchoolYear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding, "audit", lambda *_: [Verdict("over_capacity", EK)])
    await client.post("/office/rounds/2027/preliminary/seed")
    asked = await client.post("/office/rounds/2027/preliminary/run")
    await round_requests.carry_out(applied.unit_of_work, region=REGION)
    shown = await page(client, asked.headers["location"])
    assert "Den oberoende kontrollen fann fel" in shown
    assert f"over_capacity: {EK}" in shown


async def test_pages_of_a_round_that_was_run(client: httpx.AsyncClient, applied: SchoolYear, who: Who) -> None:
    first, run = await applied.run("preliminary"), await applied.run("final")
    assert str(run) in await page(client, f"/office/runs/{run}")
    await page(client, "/office/rounds")
    await page(client, "/office/statistics")
    assert "Ann" not in await page(client, f"/office/compare?before={first}&after={run}")
    for sheet in ("offerings", "flows", "moves"):
        for kind in ("xlsx", "csv"):
            answer = await client.get(f"/office/compare?before={first}&after={run}&sheet={sheet}&format={kind}")
            assert answer.status_code == 200
    csv = (await client.get(f"/office/compare?before={first}&after={run}&sheet=offerings&format=csv")).text
    assert all(str(run) in line for line in csv.splitlines()[1:])
    for address in (
        f"/office/runs/{run}?format=csv",
        "/office/statistics?sheet=homes",
        "/office/applications?format=csv",
    ):
        assert (await client.get(address)).headers["content-disposition"].startswith("attachment")
    replayed = await client.post(f"/office/runs/{run}/replay")
    assert replayed.headers["location"] == f"/office/runs/{run}"
    for name in ("ann", "bo", "dan"):
        await page(client, f"/office/applications/{person(name)}")
    eve = await page(client, f"/office/applications/{person('eve')}")
    assert "Timrå" not in eve
    assert "2262" not in eve
    shown = await page(client, "/office/receptions?how=rules")
    assert shown.count("Skyddad") == 1
    assert "Timrå</td>" not in shown
    await page(client, "/office/receptions?whose=outsiders&opinion=given")
    assert "Skyddad" in (await client.get("/office/receptions?format=csv")).text
    assert (await client.get("/office/receptions?format=xlsx")).status_code == 200
    who.be(person("bo"))
    assert "Du har plats 1 i kön." in await page(client, "/my")
    who.be(person("eve"))
    own = await page(client, "/my")
    assert "Samverkansområde" in own or "samverkansområde" in own
    assert "inte överklagas" in own


async def test_an_answer_through_the_page_is_the_event_and_only_ones_own(
    client: httpx.AsyncClient, applied: SchoolYear, who: Who
) -> None:
    await applied.run("final")
    who.be(person("ann"))
    form: dict[str, Any] = {"answer": "accept", "year": 2027, "revision": 1}
    taken = await client.post("/my/reply", data=form)
    assert taken.status_code == 303
    assert (await client.post("/my/reply", data=form)).status_code == 303
    assert [event["subject"] for event in await applied.said("place.accepted")] == [person("ann")]
    stale = await client.post("/my/reply", data=form | {"answer": "decline"})
    assert stale.status_code == 422
    assert "Ett annat svar har kommit" in stale.text
    who.be(person("dan"))
    refused = await client.post("/my/reply", data=form)
    assert refused.status_code == 422
    assert "inget erbjudande" in refused.text
    who.be(person("bo"))
    assert (await client.post("/my/reply", data=form | {"answer": "decline"})).status_code == 303
    given_up = await client.post("/my/reply", data=form | {"revision": 2})
    assert given_up.status_code == 422
    assert "Platsen är redan lämnad" in given_up.text
    assert "Du har lämnat platsen" in await page(client, "/my")
    async with applied.unit_of_work.read() as connection:
        assert await connection.scalar(sa.text("SELECT count(*) FROM dead_letters")) == 0
        assert await connection.scalar(sa.text("SELECT count(*) FROM inbox")) == 2


async def test_a_simulation_through_the_pages(client: httpx.AsyncClient, applied: SchoolYear) -> None:
    run = await applied.run("preliminary")
    for address in (f"run={run}", "year=2027&round=final"):
        await page(client, f"/office/simulations/new?{address}")
    bare: dict[str, Any] = {"year": 2027, "round": "preliminary", "run": str(run)}
    half = await client.post("/office/simulations", data=bare | {"new_offering": "2281-EK-9"})
    assert half.status_code == 422
    assert "lämna alla tre tomma" in half.text
    backwards = await client.post("/office/simulations", data=bare | {"closes": "2027-06-30"})
    assert "kalenderns ordning" in backwards.text
    made = await client.post("/office/simulations", data=bare | {f"seats-{EK}": "3", "closed": NA})
    shown = made.headers["location"]
    assert "Väntar" in await page(client, shown)
    assert "hx-get" in (await client.get(f"{shown}/state")).text
    assert (await client.get(f"{shown}/state?seen=waiting")).status_code == 204
    assert await simulations.carry_out(applied.unit_of_work, region=REGION)
    assert (await client.get(f"{shown}/state")).headers["location"] == shown
    assert f"Körning {str(run)[:8]}" in await page(client, shown)
    assert (await client.get(f"{shown}?sheet=moves")).status_code == 200
    wrong = await client.post(
        "/office/simulations", data=bare | {"new_offering": EK, "new_programme": "EK", "new_seats": "1"}
    )
    await simulations.carry_out(applied.unit_of_work, region=REGION)
    assert "Utbildningen finns redan" in await page(client, wrong.headers["location"])
    same = await client.post("/office/simulations", data={"year": 2027, "round": "final"})
    await simulations.carry_out(applied.unit_of_work, region=REGION)
    assert "ingen körning att jämföra med" in await page(client, same.headers["location"])
    current: dict[str, Any] = {"year": 2027, "round": "final", f"seats-{EK}": "3"}
    changed = (await client.post("/office/simulations", data=current)).headers["location"]
    await simulations.carry_out(applied.unit_of_work, region=REGION)
    shown_now = await page(client, changed)
    [unchanged] = set(re.findall(r'href="(/office/simulations/[0-9a-f-]{36})"', shown_now)) - {changed}
    assert (await client.post(f"{unchanged}/remove")).status_code == 303
    assert "ingen körning att jämföra med" in await page(client, changed)
    await page(client, "/office/simulations")
    assert (await client.post(f"{shown}/remove")).status_code == 303
    await page(client, shown, 404)


async def test_a_dancers_sum_tells_what_scaling_adds(client: httpx.AsyncClient, year: SchoolYear, who: Who) -> None:
    await year.deliver(application("ann", EK))
    await year.deliver(graded("ann", {"MA": "C", "EN": "B", "M2SPA": "E"}, dances=True))
    who.be(person("ann"))
    for path in ("/my", f"/office/applications/{person('ann')}"):
        shown = await page(client, path)
        assert "summan är uppräknad från 2 till 16 betyg" in shown
        assert {"227,5", "270"} <= set(re.findall(r">([\d,]+)<", shown))
        english = await client.get(path, headers={"accept-language": "en"})
        assert "the sum is scaled up from 2 to 16 grades" in english.text
