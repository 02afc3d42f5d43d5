"""The applicant's own page in a real Chromium: choices, merit sum, explanations, queue, reply; by keyboard too."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.async_api import Browser, BrowserContext, Page, expect

from services.admissions.tests.integration.school_year import SchoolYear, answered, offering, person
from shared.testing import sign_in
from shared.work import UnitOfWork

from .place import NOW, Place
from .place import place as placed

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
EK, NA = "2281-EK-1", "2281-NA-1"


@pytest.fixture
def place(database: str, tmp_path: Path) -> Iterator[Place]:
    with placed(database, tmp_path) as found:
        yield found


@pytest.fixture
async def context(browser: Browser) -> BrowserContext:
    return await browser.new_context(locale="sv-SE")


@pytest.fixture
async def year(engine: Any) -> SchoolYear:
    """Ann got EK, Bo NA and waits for EK, Cia got nothing."""
    made = SchoolYear(UnitOfWork(engine, "admissions", clock=lambda: NOW))
    await made.deliver(offering(EK, 1), offering(NA, 1))
    await made.apply("ann", "A", EK, NA)
    await made.apply("bo", "B", EK, NA)
    await made.apply("cia", "C", EK)
    await made.run("final")
    return made


async def applicant(context: BrowserContext, place: Place, name: str) -> Page:
    await context.clear_cookies()
    assert await sign_in(context, place.url, subject=person(name), roles=("applicant",)) == "/my"
    return await context.new_page()


async def test_an_applicant_replies_with_a_receipt_and_may_change_it(
    place: Place, context: BrowserContext, year: SchoolYear
) -> None:
    page = await applicant(context, place, "bo")
    await page.goto(f"{place.url}/my")
    await expect(page.get_by_role("heading", name="Du har ett erbjudande")).to_be_visible()
    await expect(page.get_by_role("row", name=re.compile("Summa.*280"))).to_be_visible()
    await expect(page.get_by_text("Du har plats 1 i kön.")).to_be_visible()
    await place.look(page, "my-offer")
    await page.get_by_role("button", name="Skicka svaret").click()
    await expect(page.get_by_role("alert")).to_contain_text("Välj ett svar.")
    stale = await context.new_page()
    await stale.goto(f"{place.url}/my")
    await page.get_by_label("Tacka ja och stå kvar som reserv").check()
    await page.get_by_role("button", name="Skicka svaret").click()
    await expect(page.get_by_role("status")).to_have_text("Svaret är mottaget.")
    await expect(page.get_by_text("Kvittonummer")).to_be_visible()
    await place.look(page, "my-receipt")
    assert [event["subject"] for event in await year.said("place.accepted")] == [person("bo")]

    await stale.get_by_label("Tacka nej").check()
    await stale.get_by_role("button", name="Skicka svaret").click()
    await expect(stale.get_by_role("alert")).to_contain_text("Ett annat svar har kommit")
    assert await year.said("place.vacated") == []
    await stale.get_by_text("Ändra ditt svar").click()
    await stale.get_by_label("Tacka nej").check()
    await stale.get_by_role("button", name="Skicka svaret").click()
    await expect(stale.get_by_text("Du har lämnat platsen")).to_be_visible()
    assert [event["data"]["cause"] for event in await year.said("place.vacated")] == ["declined"]


async def test_a_place_in_the_queue_is_followed_from_round_to_round(
    place: Place, context: BrowserContext, year: SchoolYear
) -> None:
    await year.deliver(answered("ann", "decline"), answered("bo", "accept_and_stay"))
    await year.run("reserve-1")
    page = await applicant(context, place, "cia")
    await page.goto(f"{place.url}/my?lang=en")
    await expect(page.get_by_text("The round before you were number 2, now 1.")).to_be_visible()
    await expect(page.get_by_text("Of those ahead 1 got a place here.")).to_be_visible()
    await place.look(page, "my-queue-en")


async def test_the_reply_can_be_given_by_keyboard_alone(
    place: Place, context: BrowserContext, year: SchoolYear
) -> None:
    page = await applicant(context, place, "ann")
    await page.goto(f"{place.url}/my")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Hoppa till innehållet")).to_be_focused()
    await page.keyboard.press("Enter")
    for _ in range(10):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.type") == "radio":
            break
    await page.keyboard.press("Space")
    await expect(page.get_by_label("Tacka ja", exact=True)).to_be_checked()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_have_text("Svaret är mottaget.")
    async with year.unit_of_work.read() as connection:
        held = sa.text("SELECT status, stays FROM places WHERE applicant_id = :one")
        assert (await connection.execute(held, {"one": person("ann")})).one() == ("accepted", False)


async def test_it_is_too_late_after_the_last_day_and_strangers_see_nothing(
    database: str, tmp_path: Path, context: BrowserContext, year: SchoolYear
) -> None:
    with placed(database, tmp_path, clock=lambda: NOW + timedelta(days=60)) as late:
        page = await applicant(context, late, "ann")
        await page.goto(f"{late.url}/my")
        await expect(page.get_by_text("Kontakta antagningskansliet")).to_be_visible()
        await expect(page.get_by_role("button", name="Skicka svaret")).to_have_count(0)
        page = await applicant(context, late, "nobody")
        await page.goto(f"{late.url}/my")
        await expect(page.get_by_text("Vi har ingen ansökan från dig.")).to_be_visible()
        await late.look(page, "my-nothing")
        refused = await page.goto(f"{late.url}/office/applications")
        assert refused is not None
        assert refused.status == 403
