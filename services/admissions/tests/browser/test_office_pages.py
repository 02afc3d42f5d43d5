"""The office's pages of admissions in a real Chromium: a round run and verified, applications, reception, what if."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from admissions.commands import round_requests, simulations
from admissions.main import REGION
from services.admissions.tests.builders import grades
from services.admissions.tests.integration.school_year import SchoolYear, application, graded, offering, person
from shared.testing import sign_in
from shared.work import UnitOfWork

from .place import NOW, Place
from .place import place as placed

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
EK, NA, FAR = "2281-EK-1", "2281-NA-1", "2284-EK-1"
PATIENCE = 60_000


@pytest.fixture
def place(database: str, tmp_path: Path) -> Iterator[Place]:
    with placed(database, tmp_path) as found:
        yield found


@pytest.fixture
async def context(browser: Browser) -> BrowserContext:
    return await browser.new_context(locale="sv-SE")


@pytest.fixture
def year(engine: Any) -> SchoolYear:
    seconds = count()
    return SchoolYear(UnitOfWork(engine, "admissions", clock=lambda: NOW + timedelta(seconds=next(seconds))))


@pytest.fixture
async def at_work(year: SchoolYear) -> AsyncIterator[SchoolYear]:
    """What the service does by the clock, as its process would."""

    async def chores() -> None:
        while True:
            await round_requests.carry_out(year.unit_of_work, region=REGION)
            await simulations.carry_out(year.unit_of_work, region=REGION)
            await asyncio.sleep(0.2)

    task = asyncio.create_task(chores())
    yield year
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def applied(year: SchoolYear) -> None:
    """Twelve applicants for two seats of EK, some of NA; one protected, one ineligible, one from far away."""
    await year.deliver(offering(EK, 2), offering(NA, 3), offering(FAR, 2))
    for at, letter in enumerate("ABCDEABCDE"):
        await year.apply(f"a{at}", letter, *([EK, NA] if at % 2 else [EK, NA, FAR]))
    await year.deliver(application("eve", EK, home="2262", protected=True))
    await year.deliver(graded("eve", grades("A"), home="2262"))
    await year.deliver(application("far", EK, home="2284"))
    await year.deliver(graded("far", grades("A", M2SPA="A"), home="2284"))
    await year.deliver(application("dan", EK, NA))


async def officer(context: BrowserContext, place: Place) -> Page:
    await context.clear_cookies()
    assert await sign_in(context, place.url, subject="office", roles=("admissions_officer",)) == "/office/rounds"
    return await context.new_page()


async def test_an_officer_locks_a_seed_runs_the_round_and_sees_it_verified(
    place: Place, context: BrowserContext, at_work: SchoolYear
) -> None:
    await applied(at_work)
    page = await officer(context, place)
    await page.goto(f"{place.url}/office/rounds")
    await place.look(page, "rounds-before")
    await page.get_by_role("link", name="Reservantagning 1").click()
    await expect(page.get_by_text("Omgången före är inte publicerad; kör den först.")).to_be_visible()
    await page.goto(f"{place.url}/office/rounds")
    await page.get_by_role("link", name="Slutantagning").click()
    await page.get_by_role("button", name="Lås frö").click()
    await expect(page.get_by_role("status")).to_have_text("Fröet är låst och låsningen publicerad.")
    await page.get_by_role("button", name="Kör omgången").click()
    await expect(page.get_by_role("alert")).to_contain_text("Kryssa för att du vet")
    await place.look(page, "round")
    await page.get_by_label(re.compile("Jag vet att omgången är bindande")).check()
    await page.get_by_role("button", name="Kör omgången").click()
    done = page.get_by_role("heading", name="Körd, kontrollerad och publicerad")
    await expect(done).to_be_visible(timeout=PATIENCE)
    await place.look(page, "request")
    await page.get_by_role("link", name="Se körningen").click()
    await expect(page.get_by_role("row", name=re.compile(f"^{EK}.* 2 "))).to_be_visible()
    await place.look(page, "run")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Excel").click()
    assert re.fullmatch(r"utbildningar-2027-final-[0-9a-f]{8}\.xlsx", (await download.value).suggested_filename)
    await page.get_by_role("button", name="Gör om körningen").click()
    await expect(page.get_by_role("status")).to_contain_text("samma beslut, byte för byte")
    await page.goto(f"{place.url}/office/rounds?lang=en")
    await expect(page.get_by_role("row", name=re.compile("Final round .*Published"))).to_be_visible()
    await place.look(page, "rounds-en")


async def test_applications_are_filtered_and_a_reception_is_decided_otherwise(
    place: Place, context: BrowserContext, year: SchoolYear
) -> None:
    await applied(year)
    await year.run("preliminary")
    page = await officer(context, place)
    await page.goto(f"{place.url}/office/applications")
    await expect(page.get_by_text("1–13 av 13")).to_be_visible()
    await expect(page.get_by_role("row", name=re.compile(person("eve")[:8]))).to_contain_text("Skyddad")
    await place.look(page, "applications")
    await page.get_by_label("Hemkommun").select_option("2284")
    await page.get_by_role("button", name="Visa urvalet").click()
    await expect(page.get_by_text("1–1 av 1")).to_be_visible()
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Excel").click()
    assert (await download.value).suggested_filename == "ansokningar-2027.xlsx"

    await page.get_by_role("link", name=person("far")[:8]).click()
    await expect(page.get_by_role("row", name=re.compile("Summa.*340"))).to_be_visible()
    await expect(page.get_by_text("Du är reserv: du är mottagen i andra hand")).to_be_visible()
    await page.locator("summary", has_text=f"1. {EK}").click()
    await page.get_by_label("Grund").select_option("special_reasons")
    await page.get_by_role("button", name="Besluta").click()
    await expect(page.get_by_role("alert")).to_contain_text("Fyll i fältet.")
    await place.look(page, "application-fault")
    await page.get_by_label("Skäl").fill("Bor hos en anhörig i kommunen.")
    await page.get_by_role("button", name="Besluta").click()
    await expect(page.get_by_role("status")).to_have_text("Beslutet om mottagande är registrerat.")
    await expect(page.get_by_role("row", name=re.compile(f"{EK}.*Första hand"))).to_be_visible()
    await expect(page.get_by_text("Bor hos en anhörig i kommunen.")).to_be_visible()
    await place.look(page, "application")
    await page.goto(f"{place.url}/office/receptions?how=decided")
    await expect(page.get_by_role("row", name=re.compile(f"{EK}.*Särskilda skäl.*av kansliet"))).to_be_visible()
    await page.goto(f"{place.url}/office/receptions")
    await place.look(page, "receptions")
    await page.goto(f"{place.url}/office/applications/{person('dan')}?lang=en")
    await expect(page.get_by_text("No grades have been reported.")).to_be_visible()
    await place.look(page, "application-en")
    await page.goto(f"{place.url}/office/applications/{person('eve')}?lang=sv")
    await expect(page.locator("main")).not_to_contain_text("Timrå")
    await place.look(page, "application-protected")


async def test_what_if_shows_the_differences_beside_the_run(
    place: Place, context: BrowserContext, at_work: SchoolYear
) -> None:
    await applied(at_work)
    run = await at_work.run("final")
    page = await officer(context, place)
    await page.goto(f"{place.url}/office/simulations")
    await place.look(page, "simulations-none")
    await page.get_by_role("button", name="Fortsätt").first.click()
    await page.get_by_label(f"Platser på {EK}").fill("många")
    await page.get_by_role("button", name="Simulera", exact=True).click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await place.look(page, "editor-fault")
    await page.get_by_label(f"Platser på {EK}").fill("4")
    await page.get_by_label(f"Stäng {FAR}").check()
    await page.get_by_label("Den nya utbildningens id").fill("2281-NA-9")
    await page.get_by_role("combobox", name="Program", exact=True).select_option("NA")
    await page.get_by_role("textbox", name="Platser", exact=True).fill("1")
    await page.get_by_label("Söks som").select_option(NA)
    await page.get_by_role("button", name="Simulera", exact=True).click()
    await expect(page.get_by_role("heading", name="Vilka som flyttas")).to_be_visible(timeout=PATIENCE)
    await expect(page.get_by_text("ingen har fått eller mist en plats")).to_be_visible()
    await expect(page.get_by_role("link", name=f"Körning {str(run)[:8]}").first).to_be_visible()
    await expect(page.get_by_role("row", name=re.compile(f"{EK}.* 2 4 \\+2 2 4 \\+2 "))).to_be_visible()
    await place.look(page, "simulation")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Excel").first.click()
    assert (await download.value).suggested_filename.startswith(f"offerings-{str(run)[:8]}-")
    await page.get_by_role("combobox", name="Flytt").select_option("gained")
    await page.get_by_role("button", name="Visa urvalet").click()
    await expect(page.get_by_role("heading", name="Vilka som flyttas")).to_be_visible()
    await page.goto(f"{page.url}&lang=en")
    await place.look(page, "simulation-en")
    await page.goto(f"{place.url}/office/simulations?lang=sv")
    await expect(page.get_by_text("1 med andra platser, 1 stängda, 1 nya")).to_be_visible()
    await place.look(page, "simulations")


async def test_runs_are_compared_and_statistics_drawn(place: Place, context: BrowserContext, year: SchoolYear) -> None:
    await applied(year)
    first = await year.run("preliminary")
    await year.deliver(graded("a9", grades("A")))
    second = await year.run("final")
    page = await officer(context, place)
    await page.goto(f"{place.url}/office/rounds")
    await page.get_by_role("button", name="Jämför").click()
    assert f"before={first}" in page.url
    assert f"after={second}" in page.url
    await place.look(page, "compare")
    await page.goto(f"{place.url}/office/statistics")
    await expect(page.get_by_role("heading", name="Per utbildning")).to_be_visible()
    await expect(page.locator("figure[data-drawn]").first).to_be_visible()
    await place.look(page, "statistics")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="CSV").first.click()
    assert (await download.value).suggested_filename.endswith(".csv")
    await page.goto(f"{place.url}/office/statistics?round=preliminary&lang=en")
    await place.look(page, "statistics-en")


async def test_who_may_only_read_is_shown_no_buttons_to_run(
    place: Place, context: BrowserContext, year: SchoolYear
) -> None:
    await applied(year)
    await context.clear_cookies()
    await sign_in(context, place.url, subject="reader", municipality="2281", scopes=("admissions:read",))
    page = await context.new_page()
    await page.goto(f"{place.url}/office/rounds/2027/final")
    await expect(page.get_by_text("Du får se omgångar men inte köra dem.")).to_be_visible()
    answer = await page.goto(f"{place.url}/office/simulations/new?year=2027")
    assert answer is not None
    assert answer.status == 403
    await page.goto(f"{place.url}/office/applications")
    await expect(page.get_by_text("1–11 av 11")).to_be_visible()
    hidden = await page.goto(f"{place.url}/office/applications/{person('eve')}")
    assert hidden is not None
    assert hidden.status == 404
