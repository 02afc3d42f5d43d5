"""Where booking without an account is tried in a real Chromium, and the steps that its tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from guidance.domain.invitations import Invitation

from ..integration.booking_steps import SECRETS, Clock, link
from .place import Place
from .place import place as placed

MAIL, NUMBER = "test@example.invalid", "070-174 06 10"


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """On a busy machine a page may take long."""
    expect.set_options(timeout=60_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def place(database: str, tmp_path: Path, clock: Clock) -> Iterator[Place]:
    with placed(database, tmp_path, clock, SECRETS) as found:
        yield found


@pytest.fixture
async def page(browser: Browser) -> Page:
    """A Swede's telephone."""
    context = await browser.new_context(locale="sv-SE", viewport={"width": 320, "height": 640})
    return await context.new_page()


async def opened(page: Page, place: Place, who: Invitation, path: str = "") -> None:
    answer = await page.goto(place.url + link(who) + path)
    assert answer is not None
    assert answer.status == 200


async def book(page: Page, clock_time: str) -> None:
    """Book the first time of that name."""
    await page.get_by_role("link", name=clock_time).first.click()
    await page.get_by_label("E-post").fill(MAIL)
    await page.get_by_role("button", name="Boka tiden").click()
    await expect(page.get_by_role("status")).to_have_text("Tiden är bokad.")
