"""Booking without an account, in a real Chromium: on a narrow screen first, by keyboard, in both languages."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.domain.times import SWEDEN

from ..integration.booking_steps import HALF_HOUR, Clock, counsellors, invited
from ..integration.steps import scalar
from .booking_place import MAIL, NUMBER, clock, opened, page, patience, place
from .place import Place

__all__ = ["clock", "page", "patience", "place"]
pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def test_one_books_moves_and_cancels_on_a_telephone(
    place: Place, page: Page, engine: AsyncEngine, clock: Clock
) -> None:
    await counsellors(engine)
    who = await invited(engine)
    await opened(page, place, who)
    await place.look(page, "times")
    await page.get_by_role("link", name="09:30").click()
    await place.look(page, "confirm")
    await page.get_by_role("button", name="Boka tiden").click()
    await place.look(page, "confirm-faulty")
    await page.get_by_label("E-post").fill(MAIL)
    await page.get_by_role("button", name="Boka tiden").click()
    await expect(page.get_by_role("status")).to_have_text("Tiden är bokad.")
    await place.look(page, "booked")
    await page.get_by_role("link", name="Till dina samtal").click()
    await place.look(page, "own")
    await page.get_by_role("link", name="Flytta").click()
    await place.look(page, "move")
    await page.get_by_role("link", name="11:00").click()
    await page.get_by_role("button", name="Flytta hit").click()
    await expect(page.get_by_role("status")).to_have_text("Samtalet är flyttat.")
    await expect(page.locator(".clock")).to_have_text("11:00–11:30")
    await page.get_by_role("link", name="Avboka").click()
    await place.look(page, "cancel")
    await page.get_by_role("button", name="Ja, avboka").click()
    await expect(page.get_by_role("status")).to_have_text("Samtalet är avbokat.")
    assert await scalar(engine, "SELECT count(*) FROM sessions WHERE status = 'booked'") == 0


async def test_of_two_who_race_for_the_last_time_one_gets_it_and_the_other_is_shown_the_nearest(
    place: Place, browser: Browser, engine: AsyncEngine
) -> None:
    await counsellors(engine, olle=False)
    pages = [await (await browser.new_context(locale="sv-SE")).new_page() for _ in range(2)]
    for each in pages:
        await opened(each, place, await invited(engine))
        await each.get_by_role("link", name="10:00").click()
        await each.get_by_label("E-post").fill(MAIL)
    await asyncio.gather(*(each.get_by_role("button", name="Boka tiden").click() for each in pages))
    for each in pages:
        await expect(each.get_by_role("heading", level=1)).not_to_have_text("Bekräfta tiden")
    headings = [await each.get_by_role("heading", level=1).text_content() for each in pages]
    assert sorted(map(str, headings)) == ["Ditt samtal", "Tiden hann bli bokad"]
    late = pages[headings.index("Tiden hann bli bokad")]
    await expect(late.locator(".time")).to_have_count(5)
    await place.look(late, "taken")
    await late.get_by_role("link", name="10:30").click()
    await expect(late.get_by_role("button", name="Boka tiden")).to_be_visible()
    assert await scalar(engine, "SELECT count(*) FROM sessions") == 1


@pytest.mark.parametrize(
    ("night", "zones"),
    [
        ("2027-10-31", ["svensk sommartid (UTC+2)", "svensk normaltid (UTC+1)"]),
        ("2028-03-26", ["svensk normaltid (UTC+1)", "svensk sommartid (UTC+2)"]),
    ],
)
async def test_times_are_right_in_the_weeks_when_clocks_change(
    place: Place, page: Page, engine: AsyncEngine, clock: Clock, night: str, zones: list[str]
) -> None:
    sunday = datetime.fromisoformat(f"{night}T00:00:00").replace(tzinfo=SWEDEN)
    clock.now = sunday - timedelta(days=6)
    friday, monday = (sunday + timedelta(days=days, hours=9) for days in (-2, 1))
    await counsellors(engine, begins=(friday, monday), hours=1, olle=False)
    await opened(page, place, await invited(engine, clock.now))
    await expect(page.locator(".day h2 small")).to_have_text(zones)
    await expect(page.get_by_text("Klockan ställs om under den här tiden.")).to_be_visible()
    assert [name[-5:] for name in await page.locator(".time").all_text_contents()] == ["09:00", "09:30"] * 2
    await place.look(page, f"clocks-{night}")
    await page.get_by_role("link", name="09:30").last.click()
    await page.get_by_label("E-post").fill(MAIL)
    await page.get_by_role("button", name="Boka tiden").click()
    await expect(page.locator(".moment")).to_contain_text(f"09:30–10:00 {zones[1]}")
    kept = await scalar(engine, "SELECT starts_at FROM sessions")
    assert kept == monday.astimezone(UTC) + HALF_HOUR


async def test_all_can_be_done_by_keyboard_in_english(place: Place, page: Page, engine: AsyncEngine) -> None:
    await counsellors(engine, olle=False)
    await opened(page, place, await invited(engine), "?lang=en")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Choose a time")
    await place.look(page, "times-english")
    await press(page, "Skip to the content")
    await press(page, "Monday 13 September 10:00")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Confirm the time")
    await place.look(page, "confirm-english")
    await reach(page, "E-mail")
    await page.keyboard.type(MAIL)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_have_text("The time is booked.")
    await place.look(page, "booked-english")
    await press(page, "Cancel")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Do you want to cancel?")
    await press(page, "Yes, cancel")
    await expect(page.get_by_role("status")).to_have_text("The session is cancelled.")
    assert await scalar(engine, "SELECT language FROM contacts") == "en"


async def reach(page: Page, name: str) -> None:
    """Step with Tab to what bears this name; the focus must be seen where it is."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        found = await page.evaluate(
            """() => { const at = document.activeElement;
            return [(at.labels?.[0]?.textContent || at.textContent).trim().replace(/\\s+/g, ' '),
                    getComputedStyle(at).outlineStyle] }"""
        )
        if found[0].startswith(name):
            assert found[1] != "none"
            return
    raise AssertionError(f"no Tab leads to {name}")


async def press(page: Page, name: str) -> None:
    await reach(page, name)
    await page.keyboard.press("Enter")


async def test_it_works_without_javascript(place: Place, browser: Browser, engine: AsyncEngine) -> None:
    await counsellors(engine, olle=False)
    context = await browser.new_context(locale="sv-SE", java_script_enabled=False)
    page = await context.new_page()
    await opened(page, place, await invited(engine))
    await page.get_by_label("Hur vill du prata?").select_option(label="Telefon")
    await page.get_by_role("button", name="Visa tider").click()
    await page.get_by_role("link", name="11:30").click()
    await page.get_by_label("Telefonnummer").fill(NUMBER)
    await page.get_by_role("button", name="Boka tiden").click()
    await expect(page.get_by_role("status")).to_have_text("Tiden är bokad.")
    assert await scalar(engine, "SELECT channel FROM sessions") == "phone"


async def test_protected_identity_is_by_phone_with_nothing_for_a_calendar(
    place: Place, page: Page, engine: AsyncEngine
) -> None:
    await counsellors(engine, olle=False)
    who = await invited(engine, protected=True)
    await opened(page, place, who)
    await expect(page.get_by_label("Hur vill du prata?")).to_have_count(0)
    await page.get_by_role("link", name="09:00").click()
    await expect(page.get_by_label("E-post")).to_have_count(0)
    await place.look(page, "protected")
    await page.get_by_label("Telefonnummer").fill(NUMBER)
    await page.get_by_role("button", name="Boka tiden").click()
    await expect(page.get_by_role("status")).to_have_text("Tiden är bokad.")
    await expect(page.get_by_role("link", name="Lägg i kalendern")).to_have_count(0)
    await place.look(page, "protected-booked")
    assert await scalar(engine, "SELECT count(*) FROM notices") == 0
