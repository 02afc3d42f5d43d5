"""Waiting without an account, in a real Chromium: in line for a time, and in the lobby for the counsellor."""

from datetime import timedelta
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.adapters.reference import rules
from guidance.adapters.rooms import Rooms
from guidance.booking_chores import look_for_times
from guidance.commands import visits
from guidance.domain.invitations import Invitation

from ..integration.booking_steps import HALF_HOUR, MONDAY, SECRETS, Clock, counsellors, invited
from ..integration.steps import at
from .booking_place import MAIL, book, clock, opened, page, patience, place
from .place import Place

__all__ = ["clock", "page", "patience", "place"]
pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def joined(page: Page, place: Place, who: Invitation) -> None:
    await opened(page, place, who)
    await page.get_by_role("link", name="Ställ dig i kö").click()
    await page.get_by_label("E-post").fill(MAIL)
    await page.get_by_role("button", name="Ställ dig i kö").click()
    await expect(page.get_by_role("status")).to_have_text("Du står i kö nu.")


async def test_a_freed_time_is_offered_to_the_one_who_waits_and_taken(
    place: Place, browser: Browser, page: Page, engine: AsyncEngine
) -> None:
    await counsellors(engine, hours=1, olle=False)
    others = await (await browser.new_context(locale="sv-SE")).new_page()
    first, second, waits = [await invited(engine) for _ in range(3)]
    await opened(others, place, first)
    await book(others, "09:00")
    await opened(others, place, second)
    await book(others, "09:30")
    await opened(page, place, waits)
    await place.look(page, "none-free")
    await page.get_by_role("link", name="Ställ dig i kö").click()
    await place.look(page, "waitlist")
    await joined(page, place, waits)
    await place.look(page, "waiting")
    await opened(others, place, first)
    await others.get_by_role("link", name="Avboka").click()
    await others.get_by_role("button", name="Ja, avboka").click()
    await expect(others.get_by_role("status")).to_have_text("Samtalet är avbokat.")
    await page.reload()
    await expect(page.get_by_text("Den hålls åt dig till fredag 10 september 13:00.")).to_be_visible()
    await place.look(page, "offer")
    await page.get_by_role("button", name="Ta tiden").click()
    await expect(page.get_by_role("status")).to_have_text("Tiden är bokad.")
    await expect(page.locator(".clock")).to_have_text("09:00–09:30")


async def test_an_unanswered_offer_is_over(place: Place, page: Page, engine: AsyncEngine, clock: Clock) -> None:
    await counsellors(engine, hours=1, olle=False)
    who = await invited(engine)
    await joined(page, place, who)
    async with at(engine, clock.now)() as work:
        assert await look_for_times(work, rules())
    await page.reload()
    clock.now += rules().offer_stands
    await page.get_by_role("button", name="Ta tiden").click()
    await expect(page.get_by_role("status")).to_contain_text("Erbjudandet gäller inte längre.")


async def test_one_joins_through_the_lobby_around_the_time_only(
    place: Place, page: Page, engine: AsyncEngine, clock: Clock
) -> None:
    await counsellors(engine, olle=False)
    who = await invited(engine)
    await opened(page, place, who)
    await book(page, "09:00")
    session = page.url.rpartition("/")[2]
    await opened(page, place, who, f"/sessions/{session}/join")
    await expect(page.get_by_role("heading", name="Dörren är inte öppen än")).to_be_visible()
    await place.look(page, "early")
    clock.now = MONDAY - timedelta(minutes=5)
    await opened(page, place, who)
    await page.get_by_role("link", name="Anslut").click()
    await expect(page.get_by_role("heading", name="Du är i lobbyn")).to_be_visible()
    await expect(page.get_by_text("Ring vägledaren på 060-19 06 10.")).to_be_visible()
    await place.look(page, "lobby")
    address = await visits.admit(
        UUID(session), at(engine, clock.now), rules(), Rooms(SECRETS.rooms), municipality="2281"
    )
    enter = page.get_by_role("link", name="Gå in i samtalet")  # the page asks by itself
    await expect(enter).to_be_visible(timeout=60_000)
    assert await enter.get_attribute("href") == address
    await place.look(page, "let-in")
    clock.now = MONDAY + HALF_HOUR + rules().door_closes_after
    await page.get_by_role("link", name="Till dina samtal").click()
    await expect(page.get_by_role("link", name="Anslut")).to_have_count(0)
