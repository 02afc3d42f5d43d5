"""Guidance over HTTP, from request to answer."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance import api
from guidance.main import ERRORS
from shared.auth import Caller
from shared.problems import Problems
from shared.testing import parts as parts_of

from ..builders import MONDAY, NOW
from .steps import at, availability, deliver, unplaced

COUNSELLOR = str(UUID(int=100))
Door = Callable[[str | None], httpx.AsyncClient]


@pytest.fixture
async def door(engine: AsyncEngine) -> AsyncIterator[Door]:
    """Clients whose token speaks for a municipality, or for the region."""
    clients = []

    def of(municipality: str | None) -> httpx.AsyncClient:
        def guard(scope: str) -> Any:
            async def caller() -> Caller:
                return Caller("reader", municipality, frozenset(), frozenset({scope}))

            return caller

        app = FastAPI()
        Problems(ERRORS).install(app)
        parts = parts_of(at(engine), guard, clock=lambda: NOW)
        for router in api.routers(parts):
            app.include_router(router)
        clients.append(httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://guidance"))
        return clients[-1]

    yield of
    for client in clients:
        await client.aclose()


@pytest.fixture
async def cases(engine: AsyncEngine) -> None:
    """Five cases of Timrå and two of Ånge, opened one after the other; one counsellor in Sundsvall."""
    for number in range(1, 8):
        home = "2262" if number <= 5 else "2260"
        later = at(engine, NOW + timedelta(seconds=number // 2))  # some at the same moment
        await deliver(later, unplaced(UUID(int=number), home_municipality=home))
    await deliver(at(engine), availability("2281", counsellor=COUNSELLOR))


async def pages(client: httpx.AsyncClient, what: str, **asked: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    while True:
        page = (await client.get(f"/{what}", params=asked)).json()
        rows += page[what]
        if page["next"] is None:
            return rows
        asked["after"] = page["next"]


async def book(client: httpx.AsyncClient, for_case: str, **changes: Any) -> httpx.Response:
    wish = {"case": for_case, "counsellor": COUNSELLOR, "starts_at": "2027-08-16T09:00:00+02:00", "channel": "video"}
    return await client.post("/sessions", json=wish | changes)


async def test_all_pages_together_are_all_cases_each_once(door: Door, cases: None) -> None:
    rows = await pages(door(None), "cases", limit=2)
    assert sorted(UUID(row["applicant"]).int for row in rows) == [1, 2, 3, 4, 5, 6, 7]
    assert [row["opened_at"] for row in rows] == sorted(row["opened_at"] for row in rows)


async def test_a_municipality_sees_its_own_cases(door: Door, cases: None) -> None:
    rows = await pages(door("2260"), "cases", status="open")
    assert {row["home_municipality"] for row in rows} == {"2260"}
    assert len(rows) == 2
    assert await pages(door("2260"), "cases", status="closed") == []


async def test_a_slot_can_be_booked_as_it_was_listed_and_cancelled_again(door: Door, cases: None) -> None:
    client = door("2262")
    listed = (await client.get("/slots", params={"from": MONDAY.isoformat(), "channel": "phone"})).json()["slots"]
    assert len(listed) == 6
    assert listed[0]["starts_at"] == "2027-08-16T07:00:00Z"
    assert listed[0]["starts_at_local"] == "2027-08-16T09:00:00+02:00"
    [case, *_] = await pages(client, "cases")
    answer = await book(client, case["case"], starts_at=listed[0]["starts_at"])
    assert answer.status_code == 201
    session = answer.json()
    assert answer.headers["location"] == f"/sessions/{session['session']}"
    assert (await client.delete(answer.headers["location"])).status_code == 204
    [row] = await pages(door("2281"), "sessions", status="cancelled")
    assert (row["session"], row["case"]) == (session["session"], case["case"])
    assert await pages(door("2260"), "sessions") == []


async def test_a_taken_time_is_409_with_a_sentence_in_the_readers_language(door: Door, cases: None) -> None:
    client = door("2262")
    first, second, *_ = await pages(client, "cases")
    await book(client, first["case"])
    answer = await book(client, second["case"])
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")
    assert answer.json()["detail"] == "The time is taken; choose another."
    swedish = await client.post(
        "/sessions?lang=sv",
        json={"case": second["case"], "counsellor": COUNSELLOR, "starts_at": MONDAY.isoformat(), "channel": "video"},
    )
    assert swedish.json()["detail"] == "Tiden är upptagen; välj en annan."


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"channel": "on_site"}, 422),
        ({"channel": "telepathy"}, 422),
        ({"starts_at": "2027-08-16T09:10:00+02:00"}, 422),
        ({"starts_at": "2027-06-01T09:00:00+02:00"}, 422),
        ({"starts_at": "2027-08-16T09:00:00"}, 422),
        ({"starts_at": "9999-12-31T23:59:00-12:00"}, 422),
        ({"counsellor": str(UUID(int=5))}, 404),
        ({"case": str(UUID(int=5))}, 404),
    ],
)
async def test_what_cannot_be_booked_is_refused(door: Door, cases: None, changes: dict[str, str], status: int) -> None:
    client = door(None)
    [case, *_] = await pages(client, "cases")
    answer = await book(client, case["case"], **changes)
    assert answer.status_code == status
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    "asked",
    [
        {"from": MONDAY.isoformat(), "to": (MONDAY + timedelta(days=42, seconds=1)).isoformat()},
        {"from": MONDAY.isoformat(), "to": MONDAY.isoformat()},
        {"from": "2027-08-16"},
        {"channel": "letter"},
        {"language": "svenska"},
        {"limit": 0},
        {"unknown": "x"},
    ],
)
async def test_a_wrong_search_is_answered_with_what_is_wrong(door: Door, cases: None, asked: dict[str, Any]) -> None:
    answer = await door(None).get("/slots", params=asked)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


async def test_the_widest_search_is_six_weeks(door: Door, cases: None) -> None:
    asked: dict[str, Any] = {"from": MONDAY.isoformat(), "to": (MONDAY + timedelta(days=42)).isoformat(), "limit": 4}
    assert len((await door(None).get("/slots", params=asked)).json()["slots"]) == 4


async def test_a_search_needs_no_words_at_all(door: Door, cases: None) -> None:
    assert (await door("2260").get("/slots")).json() == {"slots": []}  # the next two weeks: nobody is there in July
