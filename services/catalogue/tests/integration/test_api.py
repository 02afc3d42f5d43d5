"""The catalogue over HTTP, from request to answer."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from catalogue import api
from catalogue.consumer import REPORTED, readings
from shared.auth import Caller
from shared.problems import Problems
from shared.testing import example, incoming
from shared.testing import parts as parts_of
from shared.work import UnitOfWork


def open_door(scope: str) -> Any:
    """A guard that lets everyone in, so that what is behind it can be tested."""

    async def caller() -> Caller:
        return Caller("reader", None, frozenset(), frozenset({scope}))

    return caller


@pytest.fixture
async def client(unit_of_work: UnitOfWork) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    Problems().install(app)
    parts = parts_of(unit_of_work, open_door)
    app.include_router(api.router(parts))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://catalogue") as made:
        yield made


async def offer(unit_of_work: UnitOfWork, *offerings: str) -> None:
    reports = [
        incoming(REPORTED, example(REPORTED) | {"offering": offering}, municipality=offering[:4])
        for offering in offerings
    ]
    async with unit_of_work() as work:
        await readings()[0].handle(work, reports)


async def test_all_pages_together_are_all_offerings(client: httpx.AsyncClient, unit_of_work: UnitOfWork) -> None:
    ids = [f"2281-EK-{number}" for number in range(5)]
    await offer(unit_of_work, *ids)
    seen: list[str] = []
    asked: dict[str, Any] = {"limit": 2}
    while True:
        page = (await client.get("/offerings", params=asked)).json()
        seen += [row["offering"] for row in page["offerings"]]
        if page["next"] is None:
            break
        asked["after"] = page["next"]
    assert seen == ids


async def test_offerings_can_be_asked_for_by_year_and_municipality(
    client: httpx.AsyncClient, unit_of_work: UnitOfWork
) -> None:
    await offer(unit_of_work, "2281-EK-1", "2284-EK-1")
    found = (await client.get("/offerings", params={"municipality": "2284", "intake_year": 2027})).json()
    assert [row["offering"] for row in found["offerings"]] == ["2284-EK-1"]
    assert (await client.get("/offerings", params={"intake_year": 2028})).json() == {"offerings": [], "next": None}


@pytest.mark.parametrize("wrong", [{"after": "2281-EK-1"}, {"municipality": "sundsvall"}, {"limit": 0}])
async def test_a_wrong_question_is_answered_with_what_is_wrong(
    client: httpx.AsyncClient, wrong: dict[str, Any]
) -> None:
    answer = await client.get("/offerings", params=wrong)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]
