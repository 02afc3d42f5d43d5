"""Giving, renewing and ending links over HTTP."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request

from guidance import api
from guidance.adapters.reference import rules
from guidance.main import ERRORS
from guidance.settings import Secrets
from shared.auth import Caller, lacks
from shared.language import STATUSES
from shared.problems import Problems
from shared.testing import parts as made_parts

from ..builders import APPLICANT
from .booking_steps import NOW, SECRETS, Clock, browser
from .steps import at, deliver, scalar, unplaced

BOOKER = ("guidance:read", "guidance:book")
MAIL = {"email": "test@example.invalid"}


def door(
    engine: AsyncEngine, municipality: str | None = "2281", scopes: Sequence[str] = BOOKER, secrets: Secrets = SECRETS
) -> httpx.AsyncClient:
    """A client with a token of this municipality and these scopes."""

    def guard(scope: str) -> Any:
        async def caller(request: Request) -> Caller:
            if scope not in scopes:
                raise lacks(scope)
            return Caller("staff", municipality, frozenset(), frozenset(scopes))

        return caller

    app = FastAPI()
    Problems(ERRORS).install(app)
    for router in api.routers(made_parts(at(engine, NOW), guard, clock=lambda: NOW), secrets):
        app.include_router(router)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://guidance")


async def case(engine: AsyncEngine, home: str = "2281") -> str:
    await deliver(at(engine, NOW), unplaced(APPLICANT, home_municipality=home))
    return str(await scalar(engine, "SELECT id FROM cases"))


async def opens(engine: AsyncEngine, link: str) -> int:
    """What a browser is answered that follows the link."""
    async with browser(engine) as visitor:
        return (await visitor.get(link.removeprefix(SECRETS.public_url))).status_code


async def test_a_link_for_a_case_is_given_and_sent(engine: AsyncEngine) -> None:
    async with door(engine) as staff:
        answer = await staff.post("/invitations", json={"case": await case(engine), **MAIL})
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    given = answer.json()
    assert given["sent_by"] == "email"
    assert datetime.fromisoformat(given["expires_at"]) == NOW + rules().link_lasts
    assert await opens(engine, given["link"]) == 200
    assert await scalar(engine, "SELECT kind FROM notices") == "invited"
    assert await scalar(engine, "SELECT person = applicant FROM invitations JOIN cases ON cases.id = case_id")


async def test_a_case_keeps_its_one_invitation(engine: AsyncEngine) -> None:
    async with door(engine) as staff:
        body = {"case": await case(engine)}
        first, second = [(await staff.post("/invitations", json=body)).json() for _ in range(2)]
    assert first == second
    assert first["sent_by"] is None


async def test_one_known_by_an_address_only_is_invited_as_at_home_where_the_caller_is(engine: AsyncEngine) -> None:
    async with door(engine) as staff:
        answer = await staff.post("/invitations", json=MAIL)
    assert (answer.status_code, answer.json()["sent_by"]) == (201, "email")
    assert await scalar(engine, "SELECT home_municipality FROM invitations") == "2281"


async def test_nothing_is_sent_to_one_whose_identity_is_protected(engine: AsyncEngine) -> None:
    async with door(engine) as staff:
        body = {"case": await case(engine), **MAIL}
        await staff.post("/invitations", json=body)
        answer = await staff.post("/invitations", json=body | {"protected": True})
    assert (answer.json()["protected"], answer.json()["sent_by"]) == (True, None)
    assert await scalar(engine, "SELECT count(*) FROM contacts WHERE email IS NOT NULL") == 0


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({"case": str(uuid4())}, 404, "case-unknown"),
        ({"home_municipality": "2262"}, 403, "not-your-municipality"),
        ({"session_type": "nothing"}, 422, "type-unknown"),
        ({"session_type": "follow_up"}, 422, "link-type-closed"),
        ({"email": "a@example.se, b@example.se"}, 422, None),
        ({"phone": "call me"}, 422, None),
        ({"case": str(uuid4()), "home_municipality": "2281"}, 422, None),
    ],
)
async def test_what_is_refused(engine: AsyncEngine, body: dict[str, str], status: int, kind: str | None) -> None:
    async with door(engine) as staff:
        answer = await staff.post("/invitations", json=body)
    assert answer.status_code == status
    assert kind is None or answer.json()["type"].endswith(f":{kind}")
    assert await scalar(engine, "SELECT count(*) FROM invitations") == 0


async def test_the_regions_staff_name_the_home_municipality(engine: AsyncEngine) -> None:
    async with door(engine, None) as staff:
        assert (await staff.post("/invitations", json=MAIL)).json()["type"].endswith(":home-missing")
        assert (await staff.post("/invitations", json={"home_municipality": "2260"})).status_code == 201


async def test_anothers_case_is_not_there_and_without_the_scope_nothing_is(engine: AsyncEngine) -> None:
    body = {"case": await case(engine, "2262")}
    async with door(engine) as staff, door(engine, scopes=("guidance:read",)) as reader:
        assert (await staff.post("/invitations", json=body)).status_code == 404
        assert (await reader.post("/invitations", json=body)).status_code == 403


async def test_a_renewed_link_voids_those_before_and_an_ended_one_is_over(engine: AsyncEngine) -> None:
    async with door(engine) as staff, door(engine, "2262") as other:
        given = (await staff.post("/invitations", json={})).json()
        path = f"/invitations/{given['invitation']}"
        assert (await other.post(f"{path}/renewal")).status_code == 404
        renewed = (await staff.post(f"{path}/renewal")).json()
        assert (await opens(engine, given["link"]), await opens(engine, renewed["link"])) == (410, 200)
        assert (await other.delete(path)).status_code == 404
        assert (await staff.delete(path)).status_code == 204
        assert await opens(engine, renewed["link"]) == 410
        assert (await staff.delete(path)).status_code == 404


async def test_without_a_key_no_invitation_is_made_that_nobody_could_follow(engine: AsyncEngine) -> None:
    async with door(engine, secrets=Secrets.none()) as staff:
        assert (await staff.post("/invitations", json={})).status_code == 503
    assert await scalar(engine, "SELECT count(*) FROM invitations") == 0


async def test_where_nothing_can_be_sent_the_answer_says_so(engine: AsyncEngine) -> None:
    silent = Secrets.model_construct(link_key=SecretStr("k" * 40))
    async with door(engine, secrets=silent) as staff:
        assert (await staff.post("/invitations", json=MAIL)).json()["sent_by"] is None


async def test_an_invitation_outlives_the_link_by_nothing(engine: AsyncEngine) -> None:
    async with door(engine) as staff:
        given = (await staff.post("/invitations", json={})).json()
    async with browser(engine, Clock(NOW + rules().link_lasts + timedelta(minutes=1))) as visitor:
        answer = await visitor.get(given["link"].removeprefix(SECRETS.public_url))
    assert answer.status_code == 410


def test_every_status_that_a_named_error_has_has_a_title() -> None:
    assert set(ERRORS.values()) <= set(STATUSES)
