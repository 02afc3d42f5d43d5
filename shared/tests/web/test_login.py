"""Logging in and out with a real Chromium at the local issuer, and every way in that must stay shut."""

import socket
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe
from fastapi import FastAPI
from playwright.async_api import BrowserContext, Page, async_playwright, expect
from pydantic import SecretStr

from local_stack import issuer as local_issuer
from local_stack.state import State
from shared.auth import Guard
from shared.entrance import local_path
from shared.settings import Settings
from shared.testing import sign_in

from .browsing import CHROMIUM, FLAGS, WCAG, served
from .kit.app import app_of

FORM = {"sec-fetch-site": "same-origin"}
browser_test = pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium")


@dataclass
class Place:
    """A made-up service and the local issuer that it trusts."""

    url: str
    issuer: str
    state: State
    app: FastAPI

    def token(self, **wanted: Any) -> str:
        return local_issuer.sign_token(self.state, issuer=self.issuer, **wanted)


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    state, port = State(tmp_path), free_port()
    name = f"http://127.0.0.1:{port}"
    jwks = f"{name}/.well-known/jwks.json"
    settings = Settings.model_construct(
        issuer=name,
        jwks_url=jwks,
        client_id="kit-pages",
        session_key=SecretStr("0123456789abcdef0123456789abcdef"),
        peers={"guidance": "http://guidance.example"},
    )
    app = app_of(settings, Guard(issuer=name, audience="samverk", jwks_url=jwks))
    with served(local_issuer.build_app(state, name), port), served(app) as url:
        yield Place(url, name, state, app)


@pytest.fixture
async def context() -> AsyncIterator[BrowserContext]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        made = await browser.new_context(locale="sv-SE")
        yield made
        await browser.close()


@pytest.fixture
async def page(context: BrowserContext) -> Page:
    return await context.new_page()


@pytest.fixture
async def client(place: Place) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=place.url, headers={"accept": "text/html"}, trust_env=False) as made:
        yield made


async def log_in(client: httpx.AsyncClient, **person: str) -> httpx.Response:
    """Through the issuer's form, as a browser does; the answer to the callback."""
    return await client.get(await grant(client, **person))


async def grant(client: httpx.AsyncClient, next: str = "/visits", **person: str) -> str:
    """Where the issuer sends the browser back to."""
    begun = await client.get("/login", params={"next": next})
    asked = {name: values[0] for name, values in parse_qs(urlsplit(begun.headers["location"]).query).items()}
    granted = await client.post(begun.headers["location"].partition("?")[0], data={**asked, **person})
    return granted.headers["location"]


@browser_test
async def test_a_reader_logs_in_saves_and_logs_out(place: Place, page: Page):
    await page.goto(f"{place.url}/visits?kind=talk")
    await expect(page.get_by_role("heading", name="Logga in som en påhittad person")).to_be_visible()
    await page.get_by_label("Vägledare").check()
    await page.get_by_label("Kommunkod").fill("2281")
    await page.get_by_label("Fler behörigheter").fill("visits:read visits:write")
    await page.get_by_role("button", name="Logga in").click()

    await expect(page).to_have_url(f"{place.url}/visits?kind=talk")
    await expect(page.get_by_text("Inloggad: Vägledare, kommun 2281")).to_be_visible()
    menu = page.get_by_role("navigation", name="Tjänstens sidor")
    await expect(menu.get_by_role("link")).to_have_text(["Besök"])

    await page.get_by_role("link", name="Nytt besök").first.click()
    await page.get_by_label("När").fill("2027-07-01T10:30")
    await page.get_by_label("Slag").select_option("group")
    await page.get_by_label("Svenska").check()
    await page.get_by_role("button", name="Spara").click()
    await expect(page.get_by_text("Besöket är sparat.")).to_be_visible()
    assert place.app.state.saved[0].starts_at == datetime(2027, 7, 1, 8, 30, tzinfo=UTC)
    await page.reload()
    await expect(page.get_by_text("Besöket är sparat.")).to_have_count(0)

    await page.get_by_role("button", name="Logga ut").click()
    await expect(page.get_by_role("heading", name="Du är utloggad")).to_be_visible()
    await page.goto(f"{place.url}/visits")
    await expect(page.get_by_role("heading", name="Logga in som en påhittad person")).to_be_visible()


@browser_test
async def test_a_form_says_by_each_field_what_to_mend_and_keeps_the_rest(place: Place, page: Page):
    await sign_in(page.context, place.url, scopes=["visits:write"])
    await page.goto(f"{place.url}/visits/new")
    await page.get_by_label("När").fill("2027-03-28T02:30")  # the hour that the clocks pass over
    await page.get_by_label("Anteckning").fill("fy")
    await page.get_by_label("På distans").check()
    await page.get_by_role("button", name="Spara").click()

    summary = page.get_by_role("alert")
    await expect(summary.get_by_role("listitem")).to_have_count(4)
    await summary.get_by_role("link", name="Skriv utan svordomar.").click()
    await expect(page.get_by_label("Anteckning")).to_be_focused()
    described = await page.get_by_label("När").get_attribute("aria-describedby")
    assert described == "starts_at-hint starts_at-fault"
    await expect(page.locator("#starts_at-fault")).to_contain_text("Den tiden finns inte")
    await expect(page.get_by_label("Anteckning")).to_have_value("fy")
    await expect(page.get_by_label("På distans")).to_be_checked()
    assert place.app.state.saved == []


@browser_test
@pytest.mark.parametrize("path", ["/visits", "/visits/new", "/secrets", "/login?next=/visits", "/visits?lang=en"])
async def test_axe_finds_no_fault_in_forms_lists_charts_and_the_log_in(place: Place, page: Page, path: str):
    await sign_in(page.context, place.url, scopes=["visits:read", "visits:write"], roles=["counsellor"])
    for scheme, width in product(("light", "dark"), (320, 1280)):
        await page.emulate_media(color_scheme=scheme)
        await page.set_viewport_size({"width": width, "height": 900})
        await page.goto(place.url + path, wait_until="networkidle")

        found = await Axe().run(page, options=WCAG)

        assert found.violations_count == 0, (scheme, width, found.generate_report())
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@browser_test
async def test_charts_are_drawn_by_their_figures_and_nothing_is_refused_by_the_browser(place: Place, page: Page):
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    await sign_in(page.context, place.url, scopes=["visits:read"])
    await page.goto(f"{place.url}/visits", wait_until="networkidle")

    bars = page.locator("figure[data-chart=bar] td")
    widths = [(await bars.nth(n).bounding_box())["width"] for n in range(3)]

    assert widths[0] > widths[2] > widths[1] > 0
    assert widths[1] / widths[0] == pytest.approx(12 / 41, abs=0.02)
    assert said == []


async def test_without_a_session_one_is_sent_to_the_log_in_and_back(client):
    answer = await client.get("/visits?kind=talk&page=2")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=%2Fvisits%3Fkind%3Dtalk%26page%3D2"


async def test_htmx_is_told_to_take_the_whole_page_to_the_log_in(client):
    headers = {"hx-request": "true", "hx-current-url": "http://elsewhere.example/visits?page=2"}

    answer = await client.get("/visits", headers=headers)

    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/login?next=%2Fvisits%3Fpage%3D2"


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


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("/visits?page=2", "/visits?page=2"),
        ("/å", "/å"),
        (None, "/"),
        ("", "/"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_the_log_in_leads_to_paths_of_our_own_only(asked, given):
    assert local_path(asked) == given


async def test_the_way_back_is_ours_even_when_another_was_asked_for(client):
    back = await grant(client, next="//evil.example/x", scopes="visits:read")

    assert (await client.get(back)).headers["location"] == "/"


async def test_a_code_is_good_once_for_the_browser_that_asked_and_with_its_state(client, place):
    back = await grant(client, scopes="visits:read")
    async with httpx.AsyncClient(base_url=place.url, trust_env=False) as stranger:
        assert (await stranger.get(back)).status_code == 400
    assert (await client.get(back.replace("state=", "state=x"))).status_code == 400
    assert (await client.get(back.partition("?")[0])).status_code == 400

    assert (await client.get(back)).status_code == 303
    assert (await client.get(back)).status_code == 400


async def test_two_tabs_may_log_in_at_once(client):
    first, second = await grant(client, next="/visits"), await grant(client, next="/visits/new")

    assert (await client.get(second)).headers["location"] == "/visits/new"
    assert (await client.get(first)).headers["location"] == "/visits"


async def test_the_issuer_gives_nothing_for_a_wrong_verifier_or_a_foreign_address(client, place):
    back = await grant(client, scopes="visits:read")
    code = parse_qs(urlsplit(back).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": f"{place.url}/login/callback"}
    wrong = await client.post(
        f"{place.issuer}/token", data={**form, "client_id": "kit-pages", "code_verifier": "x" * 64}
    )
    begun = await client.get("/login")
    foreign = await client.get(begun.headers["location"].replace("127.0.0.1", "evil.example", 2).partition("?")[2])

    assert wrong.json() == {"error": "invalid_grant"}
    assert foreign.status_code in (400, 404)


async def test_an_issuer_that_is_away_is_said_so(tmp_path):
    settings = Settings.model_construct(issuer="http://127.0.0.1:1", jwks_url="http://127.0.0.1:1/x", session_key=None)
    app = app_of(settings, Guard(issuer="http://127.0.0.1:1", audience="samverk", jwks_url="http://127.0.0.1:1/x"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://kit.example") as client:
        answer = await client.get("/login", headers={"accept": "text/html"})

    assert answer.status_code == 503
    assert "Inloggningstjänsten svarar inte." in answer.text


async def test_lists_can_be_taken_home_as_files_that_run_nothing(client):
    await log_in(client, scopes="visits:read")

    text = (await client.get("/visits?format=csv")).content.decode("utf-8-sig")
    sheet = await client.get("/visits?format=xlsx")

    assert text.splitlines()[:2] == ["När;Slag;Minuter", "2027-03-01 09:00;'=talk;30"]
    assert sheet.headers["content-disposition"] == "attachment; filename*=UTF-8''bes%C3%B6k.xlsx"
    assert sheet.content.startswith(b"PK")


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
