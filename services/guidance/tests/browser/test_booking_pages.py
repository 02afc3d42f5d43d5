"""Booking without an account, in a real Chromium: on a narrow screen first, by keyboard, in both languages."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.adapters.reference import rules
from guidance.adapters.rooms import Rooms
from guidance.booking_chores import look_for_times
from guidance.commands import visits
from guidance.domain.invitations import Invitation
from guidance.domain.times import SWEDEN
from shared.testing import sign_in

from ..integration.booking_steps import (
    EVA,
    HALF_HOUR,
    MONDAY,
    SECRETS,
    Clock,
    counsellors,
    invited,
    link,
)
from ..integration.steps import at, scalar
from .place import Place
from .place import place as placed

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
MAIL, NUMBER = "test@example.invalid", "070-174 06 10"


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
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
