"""What a session allows, what it cannot be made from, and how its cookie is kept."""

import time

import httpx
import pytest

from shared.auth import Guard
from shared.settings import Settings

from .app import app_of
from .place import log_in

FORM = {"sec-fetch-site": "same-origin"}


async def test_the_scope_is_asked_for(client):
    await log_in(client, scopes="visits:read", municipality="2281")

    refused = await client.get("/secrets")

    assert (await client.get("/visits")).status_code == 200
    assert refused.status_code == 403
    assert "secrets:read" in refused.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 422),
        ({"sec-fetch-site": "none"}, 422),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({}, 403),
    ],
)
async def test_a_change_asked_for_by_another_site_is_refused(client, headers, status):
    await log_in(client, scopes="visits:write")

    assert (await client.post("/visits", data={"kind": "talk"}, headers=headers)).status_code == status


async def test_an_older_browser_is_known_by_its_origin(client, place):
    await log_in(client, scopes="visits:write")

    answer = await client.post("/visits", data={"kind": "talk"}, headers={"origin": place.url})

    assert answer.status_code == 422
    assert (await client.post("/logout")).status_code == 403
    assert (await client.post("/logout", headers=FORM)).status_code == 200
    assert "session" not in client.cookies


async def test_a_change_after_the_session_ended_says_that_nothing_was_saved(client):
    answer = await client.post("/visits", data={"kind": "talk"}, headers=FORM)

    assert answer.status_code == 401
    assert "inget har sparats" in answer.text


async def test_a_forged_cookie_is_no_session(client, place):
    await log_in(client, scopes="visits:read")
    real = client.cookies["session"]
    for made in (real[:-8] + "AAAAAAA=", "", "x", place.token(scopes=["visits:read"]), "å"):
        answer = await client.get("/visits", headers={"cookie": f"session={made}".encode()})
        assert answer.status_code == 303, made


async def test_the_cookie_is_kept_from_scripts_and_other_sites_and_ends_with_its_token(client):
    answer = await log_in(client, scopes="visits:read")
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("session="))

    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert 8 * 3600 - 60 < int(cookie.partition("Max-Age=")[2].partition(";")[0]) <= 8 * 3600


async def test_an_expired_token_is_no_session(place):
    sessions = place.app.state.front.entrance._sessions
    response = httpx.Response(200)
    expired = place.token(scopes=["visits:read"], lifetime_s=-60)
    holder = type("Holder", (), {"set_cookie": lambda self, name, value, **_: setattr(self, "cookie", (name, value))})()
    assert sessions.begin(holder, expired, int(time.time()) + 60)
    name, value = holder.cookie

    async with httpx.AsyncClient(base_url=place.url, trust_env=False) as client:
        answer = await client.get("/visits", headers={"cookie": f"{name}={value}"})

    assert (answer.status_code, response.status_code) == (303, 200)


async def test_on_https_the_cookies_are_secure_and_bound_to_the_host(place):
    settings = Settings.model_construct(
        issuer=place.issuer, jwks_url="x", session_key=None, peers={"kit": "https://kit.example"}
    )
    app = app_of(settings, Guard(issuer=place.issuer, audience="samverk", jwks_url="x"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://kit.example") as client:
        answer = await client.get("/login")

    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-login-")
    assert "Secure" in cookie
    assert "redirect_uri=https%3A%2F%2Fkit.example%2Flogin%2Fcallback" in answer.headers["location"]
