"""Admissions over HTTP, from request to answer."""

import csv
import io
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from admissions.api import not_published, routers
from admissions.domain.deciding import RunNotPublished
from admissions.domain.rounds import NotNow
from admissions.domain.verdicts import Verdict
from admissions.main import REGION, build
from admissions.messages.refusals import CANNOT_RUN
from services.admissions.tests.integration.school_year import SchoolYear, answered, application, offering, person
from shared.auth import Caller
from shared.observability.metrics import registry
from shared.problems import Problems
from shared.settings import Settings
from shared.testing import parts as parts_of
from shared.work import UnitOfWork

EK = "2281-EK-1"


def open_door(scope: str) -> Any:
    """A guard that lets everyone in, so that what is behind it can be tested."""

    async def caller() -> Caller:
        return Caller("office", None, frozenset(), frozenset({scope}))

    return caller


@pytest.fixture
async def client(unit_of_work: UnitOfWork) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    settings = Settings.for_documents()
    Problems(build(settings).errors).install(app)
    parts = parts_of(unit_of_work, open_door)
    for router in routers(REGION)(parts):
        app.include_router(router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://admissions") as made:
        yield made


@pytest.fixture
async def applied(year: SchoolYear) -> SchoolYear:
    await year.deliver(offering(EK, 1))
    await year.apply("ann", "B", EK)
    await year.deliver(application("bo", EK))
    return year


async def test_a_round_is_run_shown_and_not_run_twice(client: httpx.AsyncClient, applied: SchoolYear) -> None:
    committed = (await client.post("/rounds/2027/final/seed")).json()
    ran = await client.post("/rounds/2027/final/run")
    assert ran.status_code == 200
    revealed = ran.json()
    assert (revealed["admitted"], revealed["ineligible"]) == (1, 1)
    assert sha256(f"{revealed['seed']}:{revealed['salt']}".encode()).hexdigest() == committed["commitment"]
    assert (await client.get("/rounds/2027")).json() == [ran.json()]

    again = await client.post("/rounds/2027/final/run")
    assert again.status_code == 409
    assert again.json()["reasons"] == ["already_published"]


async def test_no_round_without_a_commitment_and_no_other_after_one(
    client: httpx.AsyncClient, applied: SchoolYear
) -> None:
    assert (await client.post("/rounds/2027/final/run")).status_code == 409
    assert (await client.post("/rounds/2027/final/seed", json={"seed": 5})).status_code == 409  # data has come
    first, again = [(await client.post("/rounds/2027/final/seed")).json() for _ in range(2)]

    assert first == again
    assert "seed" not in first


async def test_a_seed_may_be_named_before_the_first_application(client: httpx.AsyncClient, year: SchoolYear) -> None:
    await client.post("/rounds/2027/final/seed", json={"seed": 5})

    assert (await client.post("/rounds/2027/final/run")).json()["seed"] == 5


async def test_a_run_is_replayed(client: httpx.AsyncClient, applied: SchoolYear) -> None:
    run = await applied.run("final")
    again = (await client.post(f"/runs/{run}/replay")).json()

    assert again == {"run": str(run)} | dict.fromkeys(
        ("same", "same_engine", "same_input", "same_decisions", "same_rows"), True
    )
    assert (await client.post(f"/runs/{UUID(int=1)}/replay")).status_code == 404


async def test_what_is_no_round_is_not_found_and_a_strange_order_unfit(
    client: httpx.AsyncClient, year: SchoolYear
) -> None:
    assert (await client.post("/rounds/2027/halloween/run")).status_code == 404
    assert (await client.get("/rounds/2027/final/decisions")).status_code == 404
    assert (await client.get("/rounds/2027/final/persons")).status_code == 422
    assert (await client.post("/rounds/2027/final/seed", json={"seed": -1})).status_code == 422
    assert (await client.post("/rounds/2050/final/run")).status_code == 409
    assert (await client.post("/rounds/2050/close-replies")).status_code == 409


async def test_results_leave_as_csv_and_json(client: httpx.AsyncClient, applied: SchoolYear) -> None:
    await applied.run("final")

    text = await client.get("/rounds/2027/final/applicants", headers={"Accept": "text/csv"})
    rows = {row["applicant"]: row for row in csv.DictReader(io.StringIO(text.text))}
    assert rows[person("ann")]["merit"] == "280.0"
    assert rows[person("ann")]["admitted_to"] == EK
    assert rows[person("bo")]["missing_subjects"].startswith("SV/SVA EN MA GE HI RE SH")
    found = (await client.get("/rounds/2027/final/decisions")).json()
    assert {(row["applicant"], row["outcome"], row["reason"]) for row in found} == {
        (person("ann"), "admitted", "priority_reached"),
        (person("bo"), "ineligible", "missing_subjects"),
    }


async def test_why_is_told_of_every_round(client: httpx.AsyncClient, applied: SchoolYear) -> None:
    await applied.apply("cia", "C", EK)
    await applied.run("final")
    await applied.deliver(answered("ann", "decline"))
    await applied.run("reserve-1")
    final, reserve = (await client.get(f"/applicants/{person('cia')}/explanation?year=2027")).json()["rounds"]

    [waits], [moved] = final["choices"], reserve["choices"]
    assert (waits["outcome"], waits["queue"], waits["merit"], waits["last_merit"]) == ("reserve", 1, 240.0, 280.0)
    assert waits["why"]["sv"][1] == "Ditt meritvärde här är 240,0; den sist antagna hade 280,0."
    assert moved["outcome"] == "admitted"
    assert moved["why"]["en"][-1] == "The round before you were number 1."
    assert (await client.get(f"/applicants/{UUID(int=1)}/explanation?year=2027")).status_code == 404


async def test_replies_are_closed_once(client: httpx.AsyncClient, applied: SchoolYear) -> None:
    await applied.run("final")

    assert (await client.post("/rounds/2027/close-replies")).json() == {"closed": 1}
    assert (await client.post("/rounds/2027/close-replies")).json() == {"closed": 0}


def test_a_placement_with_faults_is_a_conflict_that_names_them() -> None:
    problem = not_published(RunNotPublished([Verdict("seat_wasted", EK)]))

    assert (problem.status, problem.extra["reasons"]) == (409, ["seat_wasted: 2281-EK-1"])


def test_every_reason_not_to_run_has_words() -> None:
    assert set(NotNow) <= set(CANNOT_RUN)


async def test_the_numbers_of_the_trade(applied: SchoolYear) -> None:
    service, gauges = build(Settings.for_documents()), registry()
    await applied.run("final")

    async with applied.unit_of_work.read() as connection:
        await service.numbers(gauges)(connection)
        figures = {figure.label.en: figure.value for figure in await service.state(connection)}

    assert gauges.get_sample_value("samverk_admissions_applications", {"intake_year": "2027"}) == 2
    assert gauges.get_sample_value("samverk_admissions_offers_unanswered") == 1
    assert gauges.get_sample_value("samverk_admissions_run_unplaced", {"intake_year": "2027"}) == 1
    assert figures == {
        "Applicants": "2", "Offerings": "1", "Offers unanswered": "1", "Places accepted": "0",
        "Latest round 2027": "final (1/2)",
    }  # fmt: skip
