"""Links to book by, in a real Chromium: given, renewed and ended by a counsellor; what one that does not hold says."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.testing import sign_in

from ..integration.booking_steps import EVA, SECRETS, counsellors, invited, link
from .booking_place import MAIL, clock, page, patience, place
from .place import Place

__all__ = ["clock", "page", "patience", "place"]
pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def test_what_a_link_that_does_not_hold_is_answered_with(place: Place, page: Page, engine: AsyncEngine) -> None:
    for path, heading in (
        (f"{link(await invited(engine))}x", "Länken stämmer inte"),
        (link(await invited(engine), v=2), "Länken gäller inte längre"),
        (link(replace(await invited(engine), expires_at=datetime(2020, 1, 1, tzinfo=UTC))), "Länken har gått ut"),
    ):
        await page.goto(place.url + path)
        await expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        await place.look(page, f"invalid-{heading[-4:]}")


async def test_a_counsellor_gives_a_link_gives_another_and_ends_it(
    place: Place, browser: Browser, page: Page, engine: AsyncEngine
) -> None:
    await counsellors(engine)
    context = await browser.new_context(locale="sv-SE")
    await sign_in(context, place.url, municipality="2281", subject=str(EVA), roles=("counsellor",))
    staff = await context.new_page()
    await staff.goto(f"{place.url}/links")
    await staff.get_by_label("Ärende").fill("7f3b6f9e-0000-4000-8000-000000000000")
    await staff.get_by_role("button", name="Skapa länken").click()
    await place.look(staff, "links-faulty")
    await staff.get_by_label("Ärende").fill("")
    await staff.get_by_label("E-post").fill(MAIL)
    await staff.get_by_role("button", name="Skapa länken").click()
    await expect(staff.get_by_text("Den är på väg med e-post.")).to_be_visible()
    await place.look(staff, "link-made")
    given = await shown_link(staff)
    await page.goto(place.url + given)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Välj en tid")
    await staff.get_by_role("link", name="Till länkarna").click()
    await place.look(staff, "links")
    await staff.get_by_role("button", name="Ny länk").click()
    renewed = await shown_link(staff)
    await page.goto(place.url + given)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Länken gäller inte längre")
    await staff.get_by_role("link", name="Till länkarna").click()
    await staff.get_by_role("button", name="Avsluta").click()
    await expect(staff.get_by_role("status")).to_have_text("Länken är avslutad. Bokade samtal står kvar.")
    await page.goto(place.url + renewed)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Länken gäller inte längre")


async def shown_link(staff: Page) -> str:
    return str(await staff.locator("#link").text_content()).removeprefix(SECRETS.public_url)
