"""The pages of the rota, the drop-in queue and calendars in a real Chromium: shifts swapped, visitors received."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.commands import coverage
from guidance.domain.rota.clock import at as wall_at
from guidance.domain.rota.clock import moment
from guidance.settings import Room, Secrets
from shared.testing import sign_in

from ..integration.booking_steps import Clock
from ..integration.rota_steps import (
    ANNA,
    BERIT,
    LAYER,
    MONDAY,
    NOW,
    ROTA,
    counsellors,
    layer,
    requirement,
    rota,
    shift_of,
    shifts,
)
from ..integration.steps import at, scalar
from .place import Place
from .place import place as placed

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(300),
]
SECRETS = Secrets.model_construct(
    calendar_keys=(SecretStr("0123456789abcdef0123456789abcdef"),),
    calendar_networks=(),
    drop_in_phone="031-390 06 00",
    rooms={"default": Room(provider="jitsi", address="https://meet.example")},
)
COUNSELLOR, COORDINATOR = ("counsellor",), ("coordinator",)
TEN = moment(wall_at(MONDAY, 600))


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def place(database: str, tmp_path: Path, clock: Clock) -> Iterator[Place]:
    with placed(database, tmp_path, clock, SECRETS) as found:
        yield found


async def opened(browser: Browser, place: Place, roles: Any = COUNSELLOR, subject: object = ANNA) -> Page:
    """A browser of somebody's own, logged in."""
    context: BrowserContext = await browser.new_context(locale="sv-SE")
    await sign_in(context, place.url, municipality="2281", subject=str(subject), roles=roles)
    return await context.new_page()


@pytest.mark.parametrize("role", [COUNSELLOR, COORDINATOR])
async def test_every_page_opens(place: Place, browser: Browser, engine: AsyncEngine, role: Any) -> None:
    await rota(engine, layer())
    await coverage.save_requirement(requirement(number=2), at(engine, NOW))
    page, shift = await opened(browser, place, role), await shift_of(engine, ANNA)
    paths = [f"/rota?from={MONDAY}", f"/rota?from={MONDAY}&view=month", f"/rota/shifts/{shift}", "/calendars", "/queue"]
    if role is COORDINATOR:
        paths = ["/rota/plan", "/rota/needs/new", f"/rota/needs/{UUID(int=600)}"]
        paths += [f"/rota/plan/{ROTA}/{page}" for page in ("layers/new", f"layers/{LAYER}", "override")]
    for path in paths:
        answer = await page.goto(place.url + path)
        assert answer is not None
        assert answer.status == 200, path


async def test_a_shift_is_given_away(place: Place, browser: Browser, engine: AsyncEngine) -> None:
    await rota(engine, layer())
    anna, berit = await opened(browser, place), await opened(browser, place, subject=BERIT)
    await anna.goto(f"{place.url}/rota?from={MONDAY}")
    await anna.get_by_role("button", name="Jag har läst").click()
    await expect(anna.get_by_role("status")).to_have_text("Nyheterna är markerade som lästa.")
    await anna.get_by_role("link", name="Nyheter om dina pass som mejl").click()
    await anna.get_by_label("E-postadress").fill("anna.ek")
    await anna.get_by_role("button", name="Mejla mig").click()
    await expect(anna.get_by_role("alert")).to_contain_text("namn@exempel.se")
    await place.look(anna, "rota-mail")
    await anna.get_by_label("E-postadress").fill("anna.ek@sundsvall.example")
    await anna.get_by_role("button", name="Mejla mig").click()
    await expect(anna.get_by_role("status")).to_have_text("Du får nyheter om dina pass som mejl.")
    await anna.goto(f"{place.url}/rota/shifts/{await shift_of(engine, ANNA)}")
    await place.look(anna, "rota-shift")
    await anna.get_by_label("Fråga").select_option(label="Berit Sjö, Timrå")
    await anna.get_by_role("button", name="Skicka frågan").click()
    await expect(anna.get_by_role("status")).to_have_text("Frågan är skickad.")
    await berit.goto(f"{place.url}/rota?from={MONDAY}")
    await expect(berit.get_by_text("Anna Ek (Sundsvall) vill lämna")).to_be_visible()
    await place.look(berit, "rota")
    await berit.get_by_role("button", name="Ta passet").click()
    await expect(berit.get_by_role("status")).to_have_text("Passet är ditt.")
    assert (await shifts(engine, days=1)) == [("Mon 08:00-16:00", BERIT)]
    await anna.goto(f"{place.url}/rota?from={MONDAY}")
    await expect(anna.get_by_text("Ditt byte är godtaget")).to_be_visible()


async def test_shifts_change_places(place: Place, browser: Browser, engine: AsyncEngine) -> None:
    await rota(engine, layer(participants=(ANNA, BERIT)))
    anna, berit = await opened(browser, place), await opened(browser, place, subject=BERIT)
    await anna.goto(f"{place.url}/rota/shifts/{await shift_of(engine, ANNA)}")
    await anna.get_by_label("Pass du vill ha i stället").select_option(str(await shift_of(engine, BERIT)))
    await anna.get_by_role("button", name="Skicka frågan").click()
    await berit.goto(f"{place.url}/rota")
    await expect(berit.get_by_text("i utbyte mot tis 17 aug")).to_be_visible()
    await berit.get_by_role("button", name="Ta passet").click()
    await expect(berit.get_by_role("status")).to_have_text("Passet är ditt.")
    assert (await shifts(engine, days=2)) == [("Mon 08:00-16:00", BERIT), ("Tue 08:00-16:00", ANNA)]


async def test_a_shift_over_the_clock_change_is_shown_with_the_same_hours(
    place: Place, browser: Browser, engine: AsyncEngine, clock: Clock
) -> None:
    sunday = date(2027, 10, 31)
    clock.now = moment(wall_at(sunday - timedelta(days=8), 600))
    night = layer(windows=(), at=8 * 60, starts_on=sunday - timedelta(days=7), off_on_holidays=False)
    await rota(engine, night, now=clock.now)
    page = await opened(browser, place)
    await page.goto(f"{place.url}/rota?from={sunday}")
    shown = await page.locator(".week .day").nth(6).locator("li").all_inner_texts()
    assert [text.splitlines()[0] for text in shown] == ["08:00–08:00", "08:00–08:00"]


async def test_a_coordinator_lays_out_a_rota(place: Place, browser: Browser, engine: AsyncEngine) -> None:
    await counsellors(engine)
    page = await opened(browser, place, COORDINATOR, "samordnare")
    await page.goto(f"{place.url}/rota")
    await page.get_by_role("link", name="Lägg schema").click()
    await page.get_by_label("Namn").fill("Västernorrland")
    await page.get_by_role("button", name="Skapa").click()
    await page.get_by_label("Namn").fill("Dagjour")
    await page.get_by_label("Plats 1").select_option(label="Anna Ek, Sundsvall")
    await page.get_by_label("Plats 2").select_option(label="Berit Sjö, Timrå")
    await page.get_by_label("Jouren lämnas över").select_option("daily")
    await page.get_by_label("Från och med").fill("2027-08-16")
    first = page.get_by_role("group", name="Jourtider 1")
    for weekday in ("måndag", "tisdag"):
        await first.get_by_label(weekday).check()
    await first.get_by_label("Börjar").fill("16:00")
    await first.get_by_label("Slutar").fill("08:00")
    await page.get_by_role("button", name="Spara").click()
    await expect(page.get_by_role("alert")).to_contain_text("tider som slutar efter att de börjat")
    await first.get_by_label("Börjar").fill("08:00")
    await first.get_by_label("Slutar").fill("16:00")
    await page.get_by_role("button", name="Spara").click()
    await expect(page.get_by_role("status")).to_contain_text("Schemat är ändrat")
    assert await shifts(engine, days=2) == [("Mon 08:00-16:00", ANNA), ("Tue 08:00-16:00", BERIT)]
    await page.get_by_role("link", name="Nytt undantag").click()
    await page.get_by_label("Tas bort från jouren").select_option(label="Anna Ek, Sundsvall")
    await page.get_by_label("Från", exact=True).fill("2027-08-16T00:00")
    await page.get_by_label("Till", exact=True).fill("2027-08-17T00:00")
    await page.get_by_role("button", name="Spara").click()
    await expect(page.get_by_role("status")).to_contain_text("Schemat är ändrat")
    assert await shifts(engine, days=2) == [("Tue 08:00-16:00", BERIT)]
    await place.look(page, "rota-plan")


async def test_a_visitor_waits_is_called_and_leaves_nothing_behind(
    place: Place, browser: Browser, engine: AsyncEngine, clock: Clock
) -> None:
    await rota(engine, layer())
    berit = await opened(browser, place, subject=ANNA)
    await berit.goto(f"{place.url}/calendars")
    await berit.get_by_role("button", name="Skapa adress").click()
    await expect(berit.locator("#feed-address")).to_contain_text(".ics")
    await place.look(berit, "calendars")
    clock.now = TEN
    visitor = await (await browser.new_context(locale="sv-SE")).new_page()
    await visitor.goto(f"{place.url}/drop-in")
    await place.look(visitor, "drop-in")
    await visitor.get_by_label("Din hemkommun").select_option(label="Timrå")
    await visitor.get_by_label("Vi ringer dig").check()
    await visitor.get_by_role("button", name="Ställ dig i kön").click()
    await expect(visitor.get_by_role("alert")).to_contain_text("Lämna ett telefonnummer")
    await visitor.get_by_label("Telefonnummer").fill("070-174 06 05")
    await visitor.get_by_role("button", name="Ställ dig i kön").click()
    await expect(visitor.get_by_text("Du är först i kön.")).to_be_visible()
    await berit.goto(f"{place.url}/queue")
    await berit.get_by_role("button", name="Ta emot nästa").click()
    await expect(berit.get_by_role("link", name="Ring 070-174 06 05")).to_be_visible()
    await place.look(berit, "queue")
    await visitor.reload()
    await place.look(visitor, "ticket")
    await berit.get_by_role("button", name="Klart").click()
    await visitor.reload()
    await expect(visitor.get_by_text("Samtalet är avslutat.")).to_be_visible()
    assert await scalar(engine, "SELECT phone IS NULL FROM drop_ins") is True


async def test_a_video_visitor_enters_the_same_room_in_english(
    place: Place, browser: Browser, engine: AsyncEngine, clock: Clock
) -> None:
    await rota(engine)
    clock.now = TEN
    visitor = await (await browser.new_context(locale="en-GB")).new_page()
    await visitor.goto(f"{place.url}/drop-in?lang=en")
    await visitor.get_by_label("Your home municipality").select_option(label="Timrå")
    await visitor.get_by_label("Video call in the browser").check()
    await visitor.get_by_role("button", name="Join the queue").click()
    anna = await opened(browser, place)
    await anna.goto(f"{place.url}/queue")
    await anna.get_by_role("button", name="Ta emot nästa").click()
    room = await anna.get_by_role("link", name="Öppna mötet").get_attribute("href")
    await visitor.reload()
    await expect(visitor.get_by_role("link", name="Enter the meeting")).to_have_attribute("href", room or "")
    assert re.fullmatch(r"https://meet\.example/[A-Za-z0-9_-]{32}", room or "")


async def test_sources_of_busy_time_are_added_shown_with_their_state_and_removed(
    place: Place, browser: Browser, engine: AsyncEngine
) -> None:
    await counsellors(engine)
    page = await opened(browser, place)
    await page.goto(f"{place.url}/calendars")
    await page.get_by_label("Adress", exact=True).fill("gopher://x")
    await page.get_by_role("button", name="Lägg till en kalender").click()
    await expect(page.get_by_role("alert")).to_contain_text("https://")
    await page.get_by_label("CalDAV-konto").check()
    await page.get_by_label("Adress", exact=True).fill("https://dav.example.org/anna/")
    await page.get_by_label("Användarnamn").fill("anna")
    await page.get_by_label("Lösenord").fill("hemligt")
    await page.get_by_role("button", name="Lägg till en kalender").click()
    await expect(page.get_by_text("Läses strax för första gången")).to_be_visible()
    assert "hemligt" not in await page.content()
    await page.get_by_role("button", name="Ta bort: dav.example.org").click()
    await expect(page.get_by_text("Ingen kalender är tillagd.")).to_be_visible()
