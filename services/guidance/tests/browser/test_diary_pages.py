"""A counsellor's own week and hours in a real Chromium, with nothing but the keyboard, and across a clock change."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.commands.hours import add_absence, change_hours
from guidance.commands.rota import desk
from guidance.domain.hours import Weekly, with_weekly
from guidance.domain.rota.clock import at as wall_at
from guidance.domain.rota.clock import moment
from guidance.domain.times import Period
from shared.testing import sign_in

from ..integration.booking_steps import Clock
from ..integration.follow_up_steps import one_case
from ..integration.rota_steps import ANNA, BERIT, MONDAY, NOW, counsellors, layer, rota
from ..integration.steps import at, deliver, said, scalar, working_hours
from .place import Place
from .place import place as placed

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
MORNINGS = [Weekly(weekday=day, begins=time(9), ends=time(11), valid_from=date(2027, 1, 1)) for day in range(1, 6)]


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def place(database: str, tmp_path: Path, clock: Clock) -> Iterator[Place]:
    with placed(database, tmp_path, clock) as found:
        yield found


async def opened(browser: Browser, place: Place, subject: object = ANNA, role: str = "counsellor") -> Page:
    """A browser of somebody's own, logged in."""
    context = await browser.new_context(locale="sv-SE")
    await sign_in(context, place.url, municipality="2281", subject=str(subject), roles=(role,))
    return await context.new_page()


async def mornings(engine: AsyncEngine, who: UUID = ANNA, rows: list[Weekly] = MORNINGS) -> None:
    """Nine to eleven on working days."""
    await change_hours(who, at(engine, NOW), lambda before: with_weekly(before, rows))


async def tab_to(page: Page, name: str) -> None:
    """Tab onwards until what has the focus begins so."""
    for _ in range(80):
        await page.keyboard.press("Tab")
        if await focused(page, name):
            return
    pytest.fail(f"Tab never comes to {name}")


async def focused(page: Page, name: str) -> bool:
    """Whether what has the focus is called so, by its own words or its label's."""
    words = """() => {
        const here = document.activeElement;
        const labels = [...(here.labels || [])].map((label) => label.textContent).join(" ");
        return (labels || here.textContent || "").replace(/\\s+/g, " ").trim();
    }"""
    return str(await page.evaluate(words)).startswith(name)


async def a_week(engine: AsyncEngine) -> UUID:
    """Anna's week: mornings, a shift on Thursday and absence on Friday. Gives a case that she is in charge of."""
    await rota(engine, layer(participants=(ANNA,), windows=layer().windows[3:4]))
    await mornings(engine)
    friday = wall_at(MONDAY + timedelta(days=4), 0)
    away = Period(moment(friday), moment(friday + timedelta(days=1)))
    await add_absence(ANNA, away, at(engine, NOW))
    await desk.read_notices(ANNA, at(engine, NOW))
    return await one_case(engine)


async def test_the_week_by_keyboard_alone(place: Place, browser: Browser, engine: AsyncEngine, clock: Clock) -> None:
    case = await a_week(engine)
    page = await opened(browser, place)
    await page.goto(f"{place.url}/week")
    await tab_to(page, "Nästa")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=2)).to_contain_text("Vecka 33")
    await tab_to(page, "09:00–11:00")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowRight")
    assert await focused(page, "08:00–16:00Jour") or await focused(page, "08:00–16:00 Jour")
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("ArrowLeft")
    assert await focused(page, "09:00–11:00")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Boka samtal")
    await tab_to(page, "Tid")
    await page.keyboard.press("ArrowDown")
    await tab_to(page, "Kanal")
    await tab_to(page, "Boka")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_have_text("Samtalet är bokat.")
    [booked] = await said(engine, "se.samverk.guidance.session.booked.v1")
    assert (booked["case"], booked["starts_at"]) == (str(case), "2027-08-17T07:30:00Z")
    await place.look(page, "week")
    await tab_to(page, "09:30–10:00")
    await page.keyboard.press("Enter")
    await place.look(page, "week-session")
    await tab_to(page, "Tid")
    await page.keyboard.press("ArrowDown")
    await tab_to(page, "Flytta samtalet")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_have_text("Samtalet är flyttat.")
    [moved] = await said(engine, "se.samverk.guidance.session.moved.v1")
    await page.reload()
    await tab_to(page, "Avboka samtalet")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_have_text("Samtalet är avbokat.")
    assert [each["session"] for each in await said(engine, "se.samverk.guidance.session.cancelled.v1")] == [
        moved["session"]
    ]


async def test_joining_and_telling_how_it_went(
    place: Place, browser: Browser, engine: AsyncEngine, clock: Clock
) -> None:
    case = await a_week(engine)
    page = await opened(browser, place)
    await page.goto(f"{place.url}/follow-up/{case}")
    await page.get_by_role("link", name="Boka samtal").click()
    await page.get_by_role("link", name="Nästa").click()
    await expect(page.get_by_text("Du bokar för ärende")).to_be_visible()
    await page.get_by_role("link", name="09:00–11:00").first.click()
    await place.look(page, "week-book")
    await page.get_by_label("Kanal").select_option("video")
    await page.get_by_role("button", name="Boka").click()
    clock.now = moment(wall_at(MONDAY, 9 * 60 - 5))
    await page.get_by_role("link", name="09:00–09:30 Vägledningssamtal").click()
    refused = await (await opened(browser, place, BERIT)).goto(page.url)
    assert refused is not None
    assert refused.status == 404  # a colleague's session
    await page.get_by_role("button", name="Öppna rummet").click()
    room = await page.get_by_role("link", name="Gå in i rummet").get_attribute("href")
    assert str(room).startswith("https://meet.example/")
    clock.now = moment(wall_at(MONDAY, 10 * 60))
    await page.goto(f"{place.url}/week")
    await expect(page.get_by_text("Blev det av?")).to_be_visible()
    await page.get_by_role("link", name="09:00–09:30 Vägledningssamtal").click()
    await page.get_by_role("button", name="Personen uteblev").click()
    await expect(page.get_by_text("Uteblev").first).to_be_visible()
    await place.look(page, "week-missed")
    await page.get_by_role("button", name="Samtalet blev av").click()
    await expect(page.get_by_text("Hållet").first).to_be_visible()
    assert await scalar(engine, "SELECT status FROM sessions") == "held"


async def test_hours_are_changed_and_the_times_follow(
    place: Place, browser: Browser, engine: AsyncEngine, clock: Clock
) -> None:
    await counsellors(engine)
    page = await opened(browser, place)
    await page.goto(f"{place.url}/availability")
    await expect(page.locator("li.free")).to_have_count(0)
    weekly, days, away = (page.locator(f"form[action^='/availability/{of}']") for of in ("weekly", "days", "absences"))
    for day in ("tisdag", "torsdag"):
        await weekly.get_by_label(day).check()
    await weekly.get_by_label("Från klockan").fill("13:00")
    await weekly.get_by_label("Till klockan").fill("12:00")
    await weekly.get_by_role("button", name="Spara").click()
    await expect(page.get_by_role("alert")).to_contain_text("Sluttiden måste komma efter starttiden")
    await weekly.get_by_label("Till klockan").fill("15:00")
    await weekly.get_by_role("button", name="Spara").click()
    await expect(page.get_by_role("status")).to_have_text("Tiderna är sparade.")
    await expect(page.locator("li.free")).to_have_text(["13:00–15:004 tider"] * 4)
    await page.get_by_text("Lägg till en dag").click()
    await days.get_by_label("Dag", exact=True).fill("2027-08-17")
    await days.get_by_label("Från klockan").fill("09:00")
    await days.get_by_label("Till klockan").fill("10:00")
    await days.get_by_role("button", name="Spara").click()
    await expect(page.locator("li.free").first).to_have_text("09:00–10:002 tider")
    await expect(page.locator("li.free")).to_have_count(5)
    await page.get_by_text("Lägg in frånvaro").click()
    await away.get_by_label("Från", exact=True).fill("2027-08-17T00:00")
    await away.get_by_label("Till", exact=True).fill("2027-08-18T00:00")
    await away.get_by_role("button", name="Spara").click()
    await expect(page.locator("li.free")).to_have_count(3)
    await place.look(page, "availability")
    await page.goto(f"{place.url}/availability?lang=en")
    await place.look(page, "availability-en")
    await page.get_by_role("button", name="Remove: Tue 17 Aug 2027", exact=True).click()
    await expect(page.get_by_text("No day ahead differs.")).to_be_visible()
    await page.get_by_role("link", name="Change: Thursday 13:00–15:00").click()
    await weekly.get_by_label("Last day").fill("2027-08-19")
    await weekly.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("status")).to_have_text("The hours are saved.")
    assert await scalar(engine, "SELECT valid_until FROM weekly_hours WHERE weekday = 4") == date(2027, 8, 19)


async def test_what_a_municipality_reports_is_shown_with_its_reason_and_not_changed(
    place: Place, browser: Browser, engine: AsyncEngine
) -> None:
    await counsellors(engine)
    hours = {"weekday": 1, "begins": "09:00", "ends": "11:00", "valid_from": "2027-01-01"}
    await deliver(at(engine, NOW), working_hours("2281", counsellor=str(ANNA), weekly=[hours]))
    page = await opened(browser, place)
    await page.goto(f"{place.url}/availability")
    await expect(page.get_by_text("Sundsvall rapporterar tiderna från sitt eget system")).to_be_visible()
    await expect(page.get_by_role("button", name="Ta bort")).to_have_count(0)
    await expect(page.locator("li.free")).to_have_count(2)
    await place.look(page, "availability-reported")
    chief = await opened(browser, place, "chief", "coordinator")
    await chief.goto(f"{place.url}/availability")
    await chief.get_by_label("Vägledare").select_option(label="Anna Ek")
    await chief.get_by_role("button", name="Visa urvalet").click()
    await expect(chief.get_by_role("heading", level=1)).to_have_text("Tider för Anna Ek")


@pytest.mark.parametrize(
    ("sunday", "words", "free"),
    [
        (date(2028, 3, 26), "dagen har 23 timmar", "Boka, 4 tider"),
        (date(2027, 10, 31), "dagen har 25 timmar", "Boka, 8 tider"),
    ],
)
async def test_the_weeks_of_the_clock_change(
    place: Place, browser: Browser, engine: AsyncEngine, clock: Clock, sunday: date, words: str, free: str
) -> None:
    clock.now = moment(wall_at(sunday - timedelta(days=3), 9 * 60))
    await counsellors(engine)
    night = [replace(MORNINGS[0], weekday=7, begins=time(1), ends=time(4))]
    await mornings(engine, rows=night)
    case = await one_case(engine)
    page = await opened(browser, place)
    await page.goto(f"{place.url}/week?from={sunday}")
    day = page.locator(".day").nth(6)
    await expect(day).to_contain_text(words)
    await expect(day.locator("li.free")).to_contain_text(free)
    await place.look(page, f"week-clock-{sunday.month}")
    await day.get_by_role("link").click()
    labels = await page.get_by_label("Tid").locator("option").all_inner_texts()
    if sunday.month == 3:
        assert labels == ["01:00–01:30", "01:30–03:00", "03:00–03:30", "03:30–04:00"]
    else:
        assert labels[2:6] == [
            "02:00 sommartid–02:30 sommartid",
            "02:30 sommartid–02:00 normaltid",
            "02:00 normaltid–02:30 normaltid",
            "02:30 normaltid–03:00",
        ]
        await page.get_by_label("Tid").select_option(index=4)
        await page.get_by_role("button", name="Boka").click()
        await expect(page.get_by_role("status")).to_have_text("Samtalet är bokat.")
        [booked] = await said(engine, "se.samverk.guidance.session.booked.v1")
        assert (booked["case"], booked["starts_at"]) == (str(case), "2027-10-31T01:00:00Z")


async def test_english_and_the_way_from_the_log_in(place: Place, browser: Browser, engine: AsyncEngine) -> None:
    await a_week(engine)
    page = await opened(browser, place)
    await page.goto(f"{place.url}/week?from={MONDAY}&lang=en")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("My week")
    await place.look(page, "week-en")
    menu = await page.get_by_role("navigation", name="Pages of the service").get_by_role("link").all_inner_texts()
    assert menu[:7] == ["My week", "My hours", "Follow-up", "Study plans", "Rota", "Drop-in", "Calendars"]


async def test_who_logs_in_comes_to_work(place: Place, browser: Browser, engine: AsyncEngine) -> None:
    await counsellors(engine)
    lands = {}
    for role in ("counsellor", "coordinator", "kaa_officer", "applicant"):
        context = await browser.new_context(locale="sv-SE")
        lands[role] = await sign_in(context, place.url, municipality="2281", subject=str(ANNA), roles=(role,))
    assert lands == {"counsellor": "/week", "coordinator": "/coordinator", "kaa_officer": "/register", "applicant": "/"}


async def test_an_account_is_tied_to_its_counsellor(place: Place, browser: Browser, engine: AsyncEngine) -> None:
    await a_week(engine)
    anna = await opened(browser, place, "anna.ek")
    await anna.goto(f"{place.url}/week")
    await expect(anna.get_by_text("Ditt konto heter anna.ek")).to_be_visible()
    await place.look(anna, "week-nobodys")
    chief = await opened(browser, place, "chief", "coordinator")
    await chief.goto(f"{place.url}/coordinator")
    await chief.get_by_role("link", name="Konton").click()
    await chief.get_by_label("Kontots namn").fill("anna.ek")
    await chief.get_by_label("Vägledare").select_option(label="Anna Ek")
    await chief.get_by_role("button", name="Koppla").click()
    await expect(chief.get_by_role("status")).to_have_text("Kontot är kopplat.")
    await place.look(chief, "accounts")
    await anna.goto(f"{place.url}/week?from={MONDAY}")
    await expect(anna.get_by_role("link", name="Jour Dagjour")).to_be_visible()
