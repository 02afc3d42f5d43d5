"""Follow-up, register, study plans, survey and the coordinator's view, in a real Chromium."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.testing import sign_in

from ..builders import NOW
from ..integration.follow_up_steps import ANNA, carried, door, held, one_case, region
from ..integration.steps import at, deliver, said, scalar, unplaced
from .place import Place
from .place import place as placed

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(300),
]
COUNSELLOR, COORDINATOR, OFFICER = ("counsellor",), ("coordinator",), ("kaa_officer",)


@pytest.fixture
def place(database: str, tmp_path: Path) -> Iterator[Place]:
    with placed(database, tmp_path) as found:
        yield found


@pytest.fixture
async def context(browser: Browser) -> BrowserContext:
    return await browser.new_context(locale="sv-SE")


async def logged_in(
    context: BrowserContext, place: Place, roles: Any, subject: object = "s", home: str = "2281"
) -> Page:
    await context.clear_cookies()
    await sign_in(context, place.url, municipality=home or None, subject=str(subject), roles=roles)
    return await context.new_page()


async def test_a_case_from_the_board_to_the_register(
    place: Place, context: BrowserContext, engine: AsyncEngine
) -> None:
    await region(engine)
    for number in range(2, 8):
        await one_case(engine, UUID(int=number), missing_subjects=["MA"], cause="ineligible", open_programmes=[])
    case = await one_case(engine)
    await held(engine, case)
    owner = await scalar(engine, f"SELECT counsellor FROM cases WHERE id = '{case}'")
    page = await logged_in(context, place, COUNSELLOR, owner)
    await page.goto(f"{place.url}/follow-up?whose=mine")
    await place.look(page, "board")
    await page.goto(f"{place.url}/follow-up/{case}")
    await page.get_by_label("Hur", exact=True).select_option("phone")
    await page.get_by_label("Vad det gav").select_option("talked")
    await page.get_by_label("Nästa steg").select_option("meet")
    await page.get_by_label("Senast").fill("2027-06-01")
    await page.get_by_role("button", name="Spara").click()
    await expect(page.get_by_role("alert")).to_contain_text("före i dag")
    await page.get_by_label("Senast").fill("2027-07-09")
    await page.get_by_role("button", name="Spara").click()
    await expect(page.get_by_role("status")).to_have_text("Sparat.")
    await place.look(page, "case")
    await page.get_by_role("link", name="Läs anteckningarna").click()
    await page.get_by_label("Anteckning", exact=True).fill("Vill bli snickare.")
    await page.get_by_role("button", name="Spara").click()
    await expect(page.get_by_text("Vill bli snickare.")).to_be_visible()
    await place.look(page, "notes")
    await page.goto(f"{place.url}/follow-up/{case}?lang=en")
    await place.look(page, "case-en")
    await page.get_by_label("Outcome").select_option("handed_over")
    await page.get_by_label("Born").fill("2011-03-02")
    await page.get_by_role("button", name="Close the case").click()
    await expect(page.get_by_role("status")).to_have_text("The case is closed.")
    assert [each["outcome"] for each in await said(engine, "se.samverk.guidance.case.closed.v2")] == ["handed_over"]


async def test_notes_are_no_page_for_a_coordinator(place: Place, context: BrowserContext, engine: AsyncEngine) -> None:
    await region(engine)
    case = await one_case(engine)
    page = await logged_in(context, place, COORDINATOR, "chief")
    answer = await page.goto(f"{place.url}/follow-up/{case}/notes")
    assert answer is not None
    assert answer.status == 403
    await page.goto(f"{place.url}/follow-up/{case}")
    await expect(page.get_by_role("link", name="Läs anteckningarna")).to_have_count(0)


async def test_the_register_is_kept_and_reported(place: Place, context: BrowserContext) -> None:
    page = await logged_in(context, place, OFFICER, "officer")
    await page.goto(f"{place.url}/register")
    await page.get_by_role("textbox", name="Person").fill(str(UUID(int=5)))
    await page.get_by_label("Född").fill("2010-05-06")
    await page.get_by_role("button", name="För in person").click()
    await expect(page.get_by_role("status")).to_have_text("Sparat.")
    await page.get_by_role("textbox", name="Mål").fill("Börja på IMY i höst")
    await page.get_by_label("Vem gör vad").fill("SYV ringer skolan")
    await page.get_by_role("button", name="Spara").first.click()
    await expect(page.get_by_role("cell", name="Börja på IMY i höst")).to_be_visible()
    await place.look(page, "register-entry")
    await page.goto(f"{place.url}/register")
    await place.look(page, "register")
    await page.get_by_role("link", name="Halvårsstatistik").click()
    await place.look(page, "register-statistics")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Excel", exact=True).click()
    assert (await download.value).suggested_filename == "KAA-2281-2027-2.xlsx"
    async with page.expect_download() as download:
        await page.get_by_role("link", name="CSV, person för person").click()
    assert (await download.value).suggested_filename == "KAA-2281-2027-2-personer.csv"


async def test_a_study_plan_is_agreed_on_through_a_link_and_revised(
    place: Place, context: BrowserContext, engine: AsyncEngine
) -> None:
    await region(engine)
    await carried(engine)
    page = await logged_in(context, place, COUNSELLOR, ANNA)
    await page.goto(f"{place.url}/plans")
    await page.get_by_label("Studerande").fill(str(UUID(int=7)))
    await page.get_by_label("Mål").select_option("vocation")
    await page.get_by_label("Syfte").fill("Bli undersköterska")
    await page.get_by_label("Omfattning").fill("1500")
    first, second = (page.get_by_role("group", name=f"Kurs {number}") for number in (1, 2))
    await first.get_by_role("combobox", name="Kurs", exact=True).fill("2281-VO-10000001")
    await first.get_by_label("Poäng").fill("1000")
    await first.get_by_label("Skolform").select_option("VUXGY")
    await second.get_by_role("combobox", name="Kurs", exact=True).fill("VARVAR01")
    await second.get_by_label("Benämning").fill("Vård 1")
    await second.get_by_label("Poäng").fill("100")
    await second.get_by_label("Skolform").select_option("VUXGY")
    await page.get_by_role("button", name="Spara").click()
    await expect(page.get_by_role("alert")).to_contain_text("Kursen finns inte i utbudet")
    await expect(first.get_by_role("combobox", name="Kurs", exact=True)).not_to_have_attribute("aria-invalid", "true")
    await place.look(page, "plan-faulty")
    await second.get_by_label("Utanför utbudet").check()
    await page.get_by_role("button", name="Spara").click()
    await page.get_by_role("button", name="Godkänn").click()
    await page.get_by_role("button", name="Länk till den studerande").click()
    link = await page.locator("a.address").get_attribute("href")
    await place.look(page, "plan-link")
    await context.clear_cookies()
    student = await context.new_page()
    await student.goto(str(link))
    await place.look(student, "agree")
    await student.get_by_role("button", name="Godkänn").click()
    await expect(student.get_by_text("Planen är godkänd av dig.")).to_be_visible()
    [told] = await said(engine, "se.samverk.guidance.study_plan.agreed.v1")
    page = await logged_in(context, place, COUNSELLOR, ANNA)
    await page.goto(f"{place.url}/plans/{told['plan']}")
    await page.get_by_label("Omfattning").fill("1600")
    await page.get_by_role("button", name="Revidera").click()
    await expect(page.get_by_role("heading", name="Ändrat sedan version 1")).to_be_visible()
    await place.look(page, "plan")
    await page.goto(f"{place.url}/plans")
    await place.look(page, "plans")


async def test_a_survey_is_answered_once_without_logging_in(
    place: Place, context: BrowserContext, engine: AsyncEngine
) -> None:
    await region(engine)
    session = await held(engine, await one_case(engine))
    path = (await door(engine)(ANNA, "2281").post(f"/sessions/{session}/survey")).json()["path"]
    page = await context.new_page()
    await page.goto(f"{place.url}{path}")
    await place.look(page, "survey")
    await page.get_by_role("button", name="Skicka svaren").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    for group in await page.get_by_role("group").all():
        await group.get_by_label("4").check()
    await page.get_by_role("button", name="Skicka svaren").click()
    await expect(page.get_by_role("status")).to_contain_text("Tack")
    await page.goto(f"{place.url}{path}")
    await expect(page.get_by_role("status")).to_contain_text("redan besvarad")
    assert await scalar(engine, "SELECT string_agg(answers::text, ' ') FROM survey_answers") == "{4,4,4,4}"


async def test_the_coordinator_sees_figures_sets_a_goal_and_changes_a_method(
    place: Place, context: BrowserContext, engine: AsyncEngine
) -> None:
    await region(engine)
    for number in range(1, 9):
        earlier = at(engine, NOW - timedelta(days=40 if number % 2 else 5))
        await deliver(earlier, unplaced(UUID(int=number), home_municipality="2281" if number < 6 else "2262"))
    found = await scalar(engine, "SELECT string_agg(id::text, ' ' ORDER BY applicant) FROM cases")
    for hours, case in enumerate(str(found).split()[:5]):
        channel = ("video", "phone")[hours % 2]
        helper = "2262" if hours == 2 else "2281"
        start = NOW - timedelta(days=3, hours=hours)
        await held(engine, UUID(case), starts_at=start, channel=channel, counsellor_municipality=helper)
    await door(engine)("chief").post(f"/cases/{str(found).split()[0]}/close", json={"outcome": "work"})
    page = await logged_in(context, place, COORDINATOR, "chief", home="")
    await page.goto(f"{place.url}/coordinator")
    await page.get_by_role("textbox", name="Mål").fill("80")
    await page.get_by_label("Mått").select_option("coverage")
    await page.get_by_role("button", name="Spara").click()
    await expect(page.get_by_role("row", name=re.compile("Täckning i procent.*80.%.*62.%"))).to_be_visible()
    await place.look(page, "coordinator")
    await page.get_by_role("link", name="Metoder").click()
    await page.get_by_label("Metod på svenska").first.fill("Lyssna först.")
    await page.get_by_role("button", name="Spara").first.click()
    await expect(page.get_by_label("Metod på svenska").first).to_have_value("Lyssna först.")
    await place.look(page, "methods")
