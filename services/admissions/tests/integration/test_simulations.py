"""What if, against a real database: beside the real runs, never among them."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from admissions.api import routers
from admissions.commands import simulations as commands
from admissions.domain import deciding
from admissions.domain.verdicts import Verdict
from admissions.main import REGION, build
from admissions.queries import comparisons
from services.admissions.tests.builders import grades
from services.admissions.tests.integration.school_year import (
    SchoolYear,
    application,
    graded,
    offering,
    person,
    took_test,
)
from services.admissions.tests.integration.test_api import open_door
from shared.problems import Problems
from shared.settings import Settings
from shared.testing import parts as parts_of
from shared.work import UnitOfWork

EK, NA = "2281-EK-1", "2281-NA-1"
ANN, BO, CIA = map(person, ("ann", "bo", "cia"))
REAL = ("runs", "decisions", "places", "outbox", "run_applicants", "seeds")


@pytest.fixture
async def client(unit_of_work: UnitOfWork) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    Problems(build(Settings.for_documents()).errors).install(app)
    for router in routers(REGION)(parts_of(unit_of_work, open_door)):
        app.include_router(router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://admissions") as made:
        yield made


@pytest.fixture
async def ran(year: SchoolYear) -> str:
    """The final round, in which Ann and Bo got a place and Cia did not."""
    await year.deliver(offering(EK, 1), offering(NA, 1))
    await year.apply("ann", "A", EK, NA)
    await year.apply("bo", "B", EK, NA)
    await year.apply("cia", "C", EK)
    return str(await year.run("final"))


async def simulate(client: httpx.AsyncClient, year: SchoolYear, **order: Any) -> dict[str, Any]:
    """Ask, carry out, read."""
    asked = await client.post("/simulations", json={"intake_year": 2027, "round": "final"} | order)
    assert asked.status_code == 202, asked.text
    assert await commands.carry_out(year.unit_of_work, region=REGION)
    made: dict[str, Any] = (await client.get(f"/simulations/{asked.json()['simulation']}")).json()
    return made


async def counts(year: SchoolYear) -> dict[str, int]:
    async with year.unit_of_work.read() as connection:
        return {t: await connection.scalar(sa.text(f"SELECT count(*) FROM {t}")) or 0 for t in REAL}


async def test_a_simulation_differs_from_its_run_by_its_changes_alone(
    client: httpx.AsyncClient, year: SchoolYear, ran: str
) -> None:
    before = await counts(year)
    made = await simulate(client, year, basis_run=ran, seats={EK: 3})

    assert (made["status"], made["compared_with"], made["admitted"]) == ("done", ran, 3)
    compared = f"/comparisons/{ran}/{made['simulation']}"
    rows = {row["offering"]: row for row in (await client.get(f"{compared}/offerings")).json()}
    assert rows[EK]["before"] == {
        "of": ran, "simulated": False, "seats": 1, "admitted": 1, "reserves": 2, "vacant": 0, "lowest_merit": 320.0,
    }  # fmt: skip
    assert rows[EK]["after"] == {
        "of": made["simulation"], "simulated": True, "seats": 3, "admitted": 3, "reserves": 0, "vacant": 0,
        "lowest_merit": 240.0,
    }  # fmt: skip
    assert (rows[NA]["after"]["admitted"], rows[NA]["after"]["vacant"]) == (0, 1)
    moves = (await client.get(f"{compared}/moves")).json()
    assert {(m["applicant"], m["kind"], m["left"], m["got"]) for m in moves["moves"]} == {
        (BO, "up", NA, EK),
        (CIA, "gained", None, EK),
    }
    assert sum(flow["number"] for flow in moves["flows"]) == moves["total"] == 2
    assert await counts(year) == before


async def test_an_unchanged_simulation_of_a_run_decides_the_same(
    client: httpx.AsyncClient, year: SchoolYear, ran: str
) -> None:
    made = await simulate(client, year, basis_run=ran)

    [run] = (await client.get("/rounds/2027")).json()
    assert (made["decisions_hash"], made["seed"]) == (run["decisions_hash"], run["seed"])
    assert (await client.get(f"/comparisons/{ran}/{made['simulation']}/moves")).json()["total"] == 0


async def test_the_data_of_the_day_is_held_against_itself_unchanged(
    client: httpx.AsyncClient, year: SchoolYear
) -> None:
    scale = [{"result": "20", "tenths": 200, "passed": True}]
    await year.deliver(offering(EK, 1, skill_test={"required": True, "scale": scale}), offering(NA, 1))
    await year.apply("ann", "A", EK)
    await year.deliver(took_test("ann", EK, "20", decided_on="2027-06-03"))
    before = await counts(year)
    made = await simulate(client, year, dates={"skill_tests_by": "2027-06-05"})

    listed = (await client.get("/simulations?intake_year=2027")).json()
    assert {row["simulation"]: row["admitted"] for row in listed} == {
        made["simulation"]: 1,
        made["compared_with"]: 0,
    }
    assert made["basis_run"] is None
    assert (await client.delete(f"/simulations/{made['simulation']}")).status_code == 204
    assert (await client.get("/simulations?intake_year=2027")).json() == []
    assert await counts(year) == before


async def test_what_does_not_fit_is_refused_with_the_reason(
    client: httpx.AsyncClient, year: SchoolYear, ran: str
) -> None:
    made = await simulate(client, year, basis_run=ran, closed=["2281-XX-1"])
    assert (made["status"], made["refusal"]) == ("refused", {"code": "no_such_offering", "about": "2281-XX-1"})
    order: dict[str, Any] = {"intake_year": 2027, "round": "final"}
    published = await client.post("/simulations", json=order)
    assert (published.status_code, published.json()["type"]) == (409, "urn:samverk:problem:round-published")
    backwards = order | {"basis_run": ran, "dates": {"closes": "2027-06-01"}}
    assert (await client.post("/simulations", json=backwards)).json()["reasons"] == ["dates_out_of_order: closes"]
    unknown = await client.post("/simulations", json=order | {"basis_run": str(UUID(int=1))})
    assert unknown.status_code == 404
    assert (await client.get(f"/simulations/{UUID(int=1)}")).status_code == 404


async def test_a_simulation_that_the_verifier_faults_is_refused(
    client: httpx.AsyncClient, year: SchoolYear, ran: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding, "audit", lambda *_: [Verdict("over_capacity", EK)])
    made = await simulate(client, year, basis_run=ran, seats={EK: 2})

    assert made["status"] == "refused"
    assert made["refusal"] == {"code": "not_verified", "verdicts": [f"over_capacity: {EK}"]}


async def test_moves_name_no_home_of_the_protected_and_a_municipality_sees_its_own(
    client: httpx.AsyncClient, year: SchoolYear
) -> None:
    await year.deliver(offering(EK, 2))
    await year.apply("ann", "A", EK)
    await year.deliver(application("eve", EK, home="2262", protected=True))
    await year.deliver(graded("eve", grades("A"), home="2262"))
    run = await year.run("final")
    made = await simulate(client, year, basis_run=str(run), closed=[EK])
    simulation = UUID(made["simulation"])

    async with year.unit_of_work.read() as connection:
        seen = {
            code: {str(m["applicant"]): m["home_municipality"] for m in moves}
            for code in (None, "2262")
            for moves in [await comparisons.moves(connection, run, simulation, code, today=date(2027, 7, 1))]
        }
    assert seen == {None: {ANN: "2281", person("eve"): None}, "2262": {person("eve"): None}}


async def test_old_simulations_are_forgotten_and_one_can_be_removed(
    client: httpx.AsyncClient, year: SchoolYear, ran: str
) -> None:
    made = [await simulate(client, year, basis_run=ran, seats={EK: seats}) for seats in (2, 3, 4)]
    assert (await client.delete(f"/simulations/{made[0]['simulation']}")).status_code == 204
    assert (await client.delete(f"/simulations/{made[0]['simulation']}")).status_code == 404
    async with year.unit_of_work() as work:
        await work.connection.execute(
            sa.text("UPDATE simulations SET asked_at = :at WHERE simulation = :one"),
            {"at": work.now - commands.KEPT_FOR - timedelta(days=1), "one": UUID(made[1]["simulation"])},
        )
        assert await commands.forget(work)
        assert not await commands.forget(work)
    left = (await client.get("/simulations?intake_year=2027")).json()
    assert [row["simulation"] for row in left] == [made[2]["simulation"]]
    async with year.unit_of_work.read() as connection:
        assert await connection.scalar(sa.text("SELECT count(DISTINCT simulation) FROM simulated_decisions")) == 1


async def test_a_simulation_whose_process_died_is_given_up(
    client: httpx.AsyncClient, year: SchoolYear, ran: str
) -> None:
    asked = await client.post("/simulations", json={"intake_year": 2027, "round": "final", "basis_run": ran})
    async with year.unit_of_work() as work:
        await work.connection.execute(
            sa.text("UPDATE simulations SET status = 'running', begun_at = :at"), {"at": work.now - timedelta(hours=1)}
        )
    assert not await commands.carry_out(year.unit_of_work, region=REGION)
    found = (await client.get(f"/simulations/{asked.json()['simulation']}")).json()
    assert (found["status"], found["refusal"]) == ("refused", {"code": "stopped"})


async def test_no_decision_of_a_simulation_can_stand_among_those_of_a_run(
    client: httpx.AsyncClient, year: SchoolYear, ran: str
) -> None:
    made = await simulate(client, year, basis_run=ran, seats={EK: 2})
    copied = sa.text("""
        INSERT INTO decisions (run, applicant_id, rank, offering, hand, ground, timely, holds, outcome, reason, merit)
        SELECT simulation, applicant_id, rank, offering, hand, '', true, false, outcome, reason, merit
        FROM simulated_decisions WHERE simulation = :one
    """)
    with pytest.raises(sa.exc.IntegrityError, match="fk_decisions_run_runs"):
        async with year.unit_of_work() as work:
            await work.connection.execute(copied, {"one": UUID(made["simulation"])})
