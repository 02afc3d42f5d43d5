"""The page kit in a real Chromium: accessible to axe in every guise, and kept up to date without a reload."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browsing import assert_accessible, served

from .sample import Overview, app_of, sample_state

WELL = {"database": "ok", "migrations": "ok", "broker": "ok"}
UNWELL = {"database": "ok", "migrations": "ok", "broker": "no answer"}

pytestmark = pytest.mark.browser


@pytest.fixture
def overview() -> Overview:
    return Overview(sample_state())


@pytest.fixture
def address(overview: Overview) -> Iterator[str]:
    with served(app_of(overview)) as url:
        yield url


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(locale="sv-SE")
    made = await context.new_page()
    yield made
    await context.close()


@pytest.mark.parametrize("path", ["/?lang=sv", "/?lang=en", "/fails", "/nothing"])
async def test_axe_finds_no_fault_light_or_dark_wide_or_narrow(page: Page, address, overview, path):
    overview.now = replace(overview.now, checks=UNWELL if path.endswith("en") else WELL)
    await assert_accessible(page, address + path)


@pytest.mark.parametrize("path", ["/", "/fails"])
async def test_nothing_scrolls_sideways_on_a_small_screen(page: Page, address, path):
    await page.set_viewport_size({"width": 320, "height": 800})
    await page.goto(address + path)

    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_the_browser_refuses_nothing_and_asks_no_one_else(page: Page, address):
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))

    await page.goto(address, wait_until="networkidle")
    await page.evaluate("htmx.trigger('#state', 'refresh')")
    await page.wait_for_load_state("networkidle")

    assert said == []
    assert all(url.startswith(address) for url in asked)


async def test_the_figures_are_fetched_anew_and_a_change_is_said(page: Page, address, overview):
    await page.goto(address)
    await expect(page.get_by_role("status")).to_have_text("Allt fungerar")

    overview.now = replace(overview.now, checks=UNWELL, waiting=77)
    await page.evaluate("htmx.trigger('#state', 'refresh')")

    await expect(page.get_by_role("status")).to_have_text("Något fungerar inte")
    await expect(page.locator("#verdict")).to_have_attribute("data-well", "no")
    await expect(page.get_by_text("77", exact=True)).to_be_visible()


async def test_the_page_refreshes_by_itself_until_paused(page: Page, address, overview):
    await page.clock.install()
    await page.goto(address)
    overview.now = replace(overview.now, waiting=111)
    await page.clock.run_for(5_100)
    await expect(page.get_by_text("111", exact=True)).to_be_visible()

    await page.get_by_role("button", name="Pausa uppdateringen").click()
    overview.now = replace(overview.now, waiting=222)
    await page.clock.run_for(20_000)
    await expect(page.get_by_text("111", exact=True)).to_be_visible()

    await page.get_by_role("button", name="Uppdatera igen").click()
    await expect(page.get_by_text("222", exact=True)).to_be_visible()


async def test_a_reader_who_wants_less_motion_starts_the_refreshing(page: Page, address):
    await page.emulate_media(reduced_motion="reduce")
    await page.goto(address)

    await expect(page.get_by_role("button")).to_have_text("Uppdatera igen")


async def test_the_keyboard_reaches_the_content_first(page: Page, address):
    await page.goto(address)
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Hoppa till innehållet")).to_be_focused()

    await page.keyboard.press("Enter")

    await expect(page.locator("main")).to_be_focused()


async def test_the_language_follows_the_reader_from_page_to_page(page: Page, address):
    await page.goto(address)
    await page.get_by_role("link", name="English").click()
    await page.goto(address + "/fails")

    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Conflict")
