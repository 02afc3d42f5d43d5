"""Logging in and out with a real Chromium at the local issuer, and every way in that must stay shut."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.async_api import Page, expect

from shared.auth import Guard
from shared.entrance import local_path
from shared.settings import Settings

from .app import app_of
from .place import Place, grant


@pytest.mark.browser
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


async def test_without_a_session_one_is_sent_to_the_log_in_and_back(client):
    answer = await client.get("/visits?kind=talk&page=2")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=%2Fvisits%3Fkind%3Dtalk%26page%3D2"


async def test_htmx_is_told_to_take_the_whole_page_to_the_log_in(client):
    headers = {"hx-request": "true", "hx-current-url": "http://elsewhere.example/visits?page=2"}

    answer = await client.get("/visits", headers=headers)

    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/login?next=%2Fvisits%3Fpage%3D2"


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
