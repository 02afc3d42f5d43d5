"""Persons, reception, statistics and one's own over HTTP, from request to answer."""

import csv
import io
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any
from zipfile import ZipFile

import httpx
import pytest
from fastapi import FastAPI

from admissions.api import routers
from admissions.main import REGION, build
from services.admissions.tests.builders import grades
from services.admissions.tests.integration.school_year import (
    SchoolYear,
    application,
    graded,
    knows,
    offering,
    person,
    protected,
)
from shared.auth import Caller
from shared.problems import Problems
from shared.settings import Settings
from shared.testing import parts as parts_of
from shared.work import UnitOfWork

EK, NA, BA, AWAY = "2281-EK-1", "2281-NA-1", "2281-BA-1", "2284-EK-1"
ANN = person("ann")
Open = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
def door(unit_of_work: UnitOfWork) -> Open:
    """The service's doors with a caller already let in."""

    @asynccontextmanager
    async def opened(
        subject: str = "olle", municipality: str | None = None, *scopes: str
    ) -> AsyncIterator[httpx.AsyncClient]:
        def guard(scope: str) -> Any:
            async def caller() -> Caller:
                return Caller(subject, municipality, frozenset(), frozenset({scope, *scopes}))

            return caller

        app = FastAPI()
        Problems(build(Settings.for_documents()).errors).install(app)
        for router in routers(REGION)(parts_of(unit_of_work, guard)):
            app.include_router(router)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://admissions") as client:
            yield client

    return opened


@pytest.fixture
async def applied(year: SchoolYear) -> SchoolYear:
    await year.deliver(offering(EK, 1), offering(NA, 30), offering(AWAY, 30))
    await year.apply("ann", "B", AWAY, EK)
    return year


async def test_a_person_is_looked_up_with_a_purpose_and_never_by_the_address(door: Open, applied: SchoolYear) -> None:
    async with door() as office:
        assert (await office.post("/persons/look-up", json={"applicant": ANN})).status_code == 422
        asked = {"applicant": ANN, "purpose": "fråga från skolan"}
        assert (await office.post("/persons/look-up", json=asked | {"identity": "20110101-1234"})).status_code == 422
        [found] = (await office.post("/persons/look-up", json=asked)).json()
        [entry] = (await office.get("/persons/look-ups", params={"applicant": ANN})).json()["look_ups"]

    assert (found["applicant"], found["protection"], found["masked"]) == (ANN, "none", False)
    assert found["homes"] == [{"municipality": "2281", "valid_from": None, "valid_until": None}]
    assert (entry["reader"], entry["applicant"], entry["purpose"]) == ("olle", ANN, "fråga från skolan")


async def test_the_protected_are_shown_to_those_who_may_see_them(door: Open, applied: SchoolYear) -> None:
    await applied.deliver(protected("ann", "secrecy_marking"))
    asked = {"applicant": ANN, "purpose": "brev hem"}
    async with door() as office:
        [masked] = (await office.post("/persons/look-up", json=asked)).json()
    async with door("olle", None, "admissions:protected") as office:
        [shown] = (await office.post("/persons/look-up", json=asked)).json()

    assert (masked["identity"], masked["homes"], masked["masked"]) == (None, [], True)
    assert shown["identity"]


async def test_a_move_and_a_protection_are_recorded(door: Open, applied: SchoolYear) -> None:
    async with door("siv", "2281") as home:
        moved = await home.post(f"/persons/{ANN}/moves", json={"to": "2284", "moved_on": "2027-06-01"})
        kept = await home.put(f"/persons/{ANN}/protection", json={"level": "secrecy_marking"})
    async with door("kim", "2260") as other:
        refused = await other.post(f"/persons/{ANN}/moves", json={"to": "2260", "moved_on": "2027-06-01"})

    assert (moved.status_code, kept.status_code, refused.status_code) == (204, 204, 404)


async def test_reception_is_listed_decided_and_explained(door: Open, applied: SchoolYear) -> None:
    order = {"intake_year": 2027, "ground": "special_reasons", "reason": "Bor hos en anhörig.", "version": 0}
    async with door("ove", "2284") as school:
        [away] = (await school.get("/receptions", params={"year": 2027, "outsiders": True})).json()["receptions"]
        made = await school.post(f"/applicants/{ANN}/receptions/{AWAY}", json=order)
        again = await school.post(f"/applicants/{ANN}/receptions/{AWAY}", json=order)
        same = await school.post(f"/applicants/{ANN}/receptions/{AWAY}", json=order | {"version": 1})
        other = await school.post(f"/applicants/{ANN}/receptions/{EK}", json=order)
        told = (await school.get(f"/applicants/{ANN}/receptions", params={"year": 2027})).json()

    assert (away["offering"], away["ground"], away["source"]) == (AWAY, "offered_at_home", "rules")
    assert (made.json()["version"], made.json()["reception"]) == (1, "first_hand")
    assert (again.status_code, same.status_code, other.status_code) == (409, 409, 403)
    assert same.json()["reasons"] == ["nothing_changed"]
    [choice] = told["choices"]  # what does not concern the school is not told
    assert choice["why"]["sv"].startswith("Du tas emot i första hand eftersom det finns särskilda skäl")
    assert [version["reason"] for version in told["versions"]] == ["Bor hos en anhörig."]


async def test_second_hand_says_how_to_appeal(door: Open, applied: SchoolYear) -> None:
    async with door(ANN) as own:
        away, home = (await own.get("/me/receptions", params={"year": 2027})).json()["choices"]

    assert (away["hand"], home["hand"]) == (2, 1)
    assert "överklaga" in away["appeal"]["sv"]
    assert "2284" in away["appeal"]["en"]
    assert home["appeal"]["en"] == "The decision is in your favour and need not be appealed."


async def test_applicants_read_their_own_and_nothing_else(door: Open, applied: SchoolYear) -> None:
    await applied.deliver(protected("ann", "secrecy_marking"))
    await applied.run("final")
    async with door(ANN) as own:
        explained = (await own.get("/me/explanation", params={"year": 2027})).json()
        received = (await own.get("/me/receptions", params={"year": 2027})).json()
    async with door("olle") as nobody:
        missing = await nobody.get("/me/explanation", params={"year": 2027})

    assert explained["applicant"] == ANN
    assert [choice["outcome"] for choice in explained["rounds"][0]["choices"]] == ["admitted", "struck"]
    assert {choice["ground"] for choice in received["choices"]} == {"offered_at_home", "residence"}
    assert missing.status_code == 404


async def test_what_is_lacking_is_told_with_what_it_would_open(door: Open, year: SchoolYear) -> None:
    await year.deliver(offering(EK, 1))
    await year.deliver(application("ann", EK, AWAY))
    await year.deliver(graded("ann", grades("C", MA="F", EN="F")))
    await year.deliver(knows("ann", english_exempted=True))
    async with door(ANN) as own:
        found = (await own.get("/me/eligibility", params={"year": 2027})).json()
    async with door("kim", "2260") as other:
        hidden = await other.get(f"/applicants/{ANN}/eligibility", params={"year": 2027})

    assert (found["merit"], found["lines"][0]["counted"], found["english_exempted"]) == (210.0, "among_best", True)
    assert found["open_programmes"] == []
    [opened] = found["would_open"]
    assert (opened["subject"], len(opened["programmes"])) == ("MA", 18)
    known, unknown = found["choices"]
    assert (known["eligible_by_grades"], known["missing_subjects"]) == (False, ["MA"])
    assert (unknown["eligible_by_grades"], unknown["programme"]) == (None, None)
    assert hidden.status_code == 404


async def test_a_sum_that_is_scaled_up_is_said_to_be(door: Open, year: SchoolYear) -> None:
    await year.deliver(application("ann", EK))
    await year.deliver(graded("ann", {"MA": "C", "EN": "B", "M2SPA": "E"}, dances=True))
    async with door(ANN) as own:
        found = (await own.get("/me/eligibility", params={"year": 2027})).json()
        await year.deliver(graded("ann", {"MA": "C", "EN": "B", "M2SPA": "E"}, revision=2))
        plain = (await own.get("/me/eligibility", params={"year": 2027})).json()

    assert (found["merit"], sum(line["points"] for line in found["lines"])) == (270.0, 42.5)
    assert (found["scaled"]["from"], found["scaled"]["to"], found["scaled"]["points"]) == (2, 16, 227.5)
    assert found["scaled"]["en"].endswith("scaled up from 2 to 16 grades")
    assert (plain["merit"], plain["scaled"]) == (42.5, None)


async def test_statistics_leave_as_json_csv_and_excel(door: Open, applied: SchoolYear) -> None:
    await applied.deliver(offering(BA, 30))
    for number in range(6):
        await applied.apply(f"n{number}", "C", NA)
        await applied.apply(f"b{number}", "C", BA)
    run = await applied.run("final")
    async with door() as office:
        found = (await office.get("/statistics/2027/final")).json()
        text = await office.get("/statistics/2027/final/offerings.csv")
        homes = await office.get("/statistics/2027/final/homes.csv", headers={"Accept-Language": "en"})
        book = await office.get("/statistics/2027/final/offerings.xlsx")
        missing = await office.get("/statistics/2027/preliminary")

    assert found["run"] == str(run)
    lines = {line["key"]: line for line in found["offerings"]}
    assert (lines[NA]["counts"]["admitted"], lines[NA]["median"], lines[NA]["lowest"]) == (6, 240.0, None)
    # Ann alone is admitted to AWAY; with that one goes the total, and with the total another
    assert (lines[AWAY]["counts"]["admitted"], lines[AWAY]["vacant"]) == (None, None)
    assert [lines[key]["counts"]["admitted"] for key in ("2284", "2281", BA, "")] == [None, None, None, 13]
    rows = list(csv.reader(io.StringIO(text.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:5] == ["Utbildning", "Kommun", "Program", "Skola", "Platser"]
    assert {row[0] for row in rows[1:]} == {BA, EK, NA, AWAY, "Summa för kommunen", "Totalt"}
    assert {row[-1] for row in rows[1:]} == {str(run)}
    assert homes.content.decode("utf-8-sig").startswith("Home;Applicants;Eligible")
    assert "xl/workbook.xml" in ZipFile(io.BytesIO(book.content)).namelist()
    assert missing.status_code == 404
