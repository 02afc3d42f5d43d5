"""Operations on the running stack: a report followed across services, a consumer paused, a bulk replay, the pages."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from subprocess import CompletedProcess, run
from typing import Any

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import BrowserContext, Page, expect

from shared.operations.following import Step, follow
from shared.testing import sign_in

from .events import Report, application, offering

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


@pytest.fixture
async def ops(stack) -> AsyncIterator:
    """Asks a service as the region's operations staff."""
    headers = {"authorization": f"Bearer {stack.token(roles=['operations'], subject='anna')}"}
    async with httpx.AsyncClient(headers=headers, timeout=30, trust_env=False) as client:

        async def asking(service: str, method: str, path: str, **order: Any) -> Any:
            answer = await client.request(method, f"{stack.urls[service]}{path}", json=order or None)
            assert answer.status_code == 200, answer.text
            return answer.json()

        yield asking


@pytest.fixture
async def page(stack, browser) -> Page:
    """A browser logged in as the region's operations staff; not yet on any page."""
    context: BrowserContext = await browser.new_context(locale="sv-SE")
    await sign_in(context, stack.urls["catalogue"], roles=["operations"], subject="anna")
    return await context.new_page()


async def journey(stack, id: str) -> list[Step]:
    async with httpx.AsyncClient(trust_env=False) as client:
        found = await follow(id, stack.urls, stack.token(roles=["operations"]), client)
    return [step for step in found.steps if step.kind != "silent"]


async def until_followed(stack, id: str, *wanted: tuple[str, str, int]) -> list[Step]:
    """The journey once it has these steps: what, which service, how many events away."""
    steps: list[Step] = []
    async with asyncio.timeout(30):
        while not set(wanted) <= {(step.kind, step.service, step.depth) for step in steps}:
            steps = await journey(stack, id)
            await asyncio.sleep(0.3)
    return steps


async def until_dead(ledger, service: str, reports: list[Report]) -> None:
    async with asyncio.timeout(30):
        while len(await ledger.dead_letters(service, [report.id for report in reports])) < len(reports):
            await asyncio.sleep(0.1)


async def until_measured(stack, http, service: str, line: str) -> None:
    """Wait until the service's numbers say this."""
    async with asyncio.timeout(60):
        while line not in (await http.get(f"{stack.urls[service]}/metrics")).text:
            await asyncio.sleep(0.2)


async def test_a_report_is_followed_from_the_municipality_to_the_services_that_heard_of_it(stack, batch, send):
    report = offering(batch, 1)
    await send([report])

    heard = [("taken", service, 1) for service in ("admissions", "pricing", "guidance")]
    steps = await until_followed(stack, report.id, ("taken", "catalogue", 0), ("said", "catalogue", 1), *heard)

    assert [step.details["source"] for step in steps if step.depth == 0] == ["/municipalities/2281/test"]
    assert not [step for step in steps if step.kind == "not_taken"]
    assert {step.type for step in steps if step.depth == 1} == {"se.samverk.catalogue.offering.published.v1"}


async def test_a_refused_report_is_followed_to_its_dead_letter_and_its_answer(stack, batch, send, ledger):
    report = offering(batch, 1, programme="HV")
    await send([report])
    await until_dead(ledger, "catalogue", [report])

    steps = await until_followed(
        stack, report.id, ("refused", "catalogue", 0), ("dead_letter", "catalogue", 0), ("said", "catalogue", 1)
    )

    assert [step.details["topic"] for step in steps if step.depth == 1] == ["out.2281.answers"]


async def test_a_paused_topic_waits_through_a_restart_and_is_read_when_resumed(
    stack, batch, send, ledger, ops, http, background
):
    before, after, elsewhere = offering(batch, 1), offering(batch, 2), offering(batch, 3, municipality="2284")
    await send([before])
    await ledger.until_taken("catalogue", [before])
    await ops("catalogue", "POST", "/operations/pauses", topic="in.2281.catalogue", reason="the test pauses")
    try:
        await until_measured(stack, http, "catalogue", 'samverk_consumer_paused{topic="in.catalogue"} 1.0')
        await send([after])
        background.run(stack.restart("catalogue"))
        await send([elsewhere])
        await ledger.until_taken("catalogue", [elsewhere])  # it reads again
        await until_measured(stack, http, "catalogue", 'samverk_consumer_paused{topic="in.catalogue"} 1.0')
        assert await ledger.taken("catalogue", [after.id]) == 0
        async with asyncio.timeout(60):
            waiting = None
            while not waiting or waiting["records"] != 1 or not waiting["seconds"]:
                await asyncio.sleep(0.2)
                seen = await ops("catalogue", "GET", "/operations/lag")
                [waiting] = [topic for topic in seen["topics"] if topic["topic"] == "in.2281.catalogue"]
        assert waiting["zero_in_seconds"] is None
        assert [pause["reason"] for pause in seen["paused"]] == ["the test pauses"]
    finally:
        await ops("catalogue", "POST", "/operations/pauses/in.2281.catalogue/resume", reason="the test is done")
    await ledger.until_taken("catalogue", [after])


async def test_many_dead_letters_are_replayed_in_a_terminal_with_a_dry_run_before(stack, batch, send, ledger):
    def samverk(*words: str) -> CompletedProcess[str]:
        environment = {**os.environ, "SAMVERK_STATE": str(stack.state.folder), "SAMVERK_LANG": "en"}
        command = [str(Path(sys.executable).parent / "samverk"), "ops", *words]
        return run(command, capture_output=True, text=True, env=environment, timeout=90, check=False)

    refused = []
    for number in range(1, 41):
        report = application(batch, number)
        report.data.pop("choices")
        refused.append(report)
    await send(refused)
    await until_dead(ledger, "admissions", refused)
    wanted = ["replay", "--service", "admissions", "--reason", "wrong_shape", "--json"]

    rehearsed = json.loads((await asyncio.to_thread(samverk, *wanted, "--dry-run")).stdout)
    done = json.loads((await asyncio.to_thread(samverk, *wanted)).stdout)
    log = json.loads((await asyncio.to_thread(samverk, "audit", "--service", "admissions", "--json")).stdout)

    assert rehearsed["total"] >= 40
    assert done["outcome"] == "done"
    assert done["sent"] == rehearsed["total"] - rehearsed["held"]
    assert [line["action"] for line in log["admissions"][:2]] == ["replay_done", "replay"]
    twice = "SELECT count(*) FROM dead_letters WHERE event_id = $1 AND replays = 1 AND replayed_at IS NULL"
    async with asyncio.timeout(30):  # still wrong, each comes back once, with how often it has been sent
        while not await ledger.value("admissions", twice, refused[-1].id):
            await asyncio.sleep(0.2)


@pytest.mark.browser
async def test_the_night_shift_follows_an_event_pauses_and_replays_in_a_browser(stack, batch, send, ledger, page: Page):
    good, bad = offering(batch, 1), offering(batch, 2, programme="HV")
    await send([good, bad])
    await ledger.until_taken("catalogue", [good])
    await until_dead(ledger, "catalogue", [bad])
    url = stack.urls["catalogue"]

    await page.goto(f"{url}/operations/journey")
    await page.get_by_label("Händelsens id").fill(good.id)
    await page.get_by_role("button", name="Följ").click()
    await expect(page.locator(".timeline li").first).to_contain_text("Mottagen och behandlad: Utbud")
    await assert_clean(page)

    await page.get_by_role("link", name="Översikt").click()
    await page.get_by_label("Ämne (topic)").select_option("in.catalogue")
    await page.get_by_role("textbox", name="Skäl").fill("prov av paus")
    await page.get_by_role("button", name="Pausa").click()
    await expect(page.get_by_text("Läsningen pausas inom några sekunder.")).to_be_visible()
    await expect(page.get_by_text("av anna: prov av paus")).to_be_visible()
    await assert_clean(page)
    await page.get_by_role("textbox", name="Skäl").fill("provet klart")
    await page.get_by_role("button", name="Återuppta").click()
    await expect(page.get_by_text("Läsningen återupptas inom några sekunder.")).to_be_visible()

    await page.get_by_role("navigation", name="Drift").get_by_role("link", name="Lagt åt sidan").click()
    await page.get_by_role("button", name="Visa vad som skulle sändas").click()
    await expect(page.get_by_text("skulle sändas igen")).to_be_visible()
    await assert_clean(page)
    await page.get_by_role("button", name="Sänd igen").click()
    await expect(page.get_by_text("Återsändningen har börjat.")).to_be_visible()
    await expect(page.get_by_text("Klar")).to_be_visible(timeout=20_000)
    await assert_clean(page)

    await page.get_by_role("navigation", name="Drift").get_by_role("link", name="Logg").click()
    await expect(page.get_by_role("cell", name="replay_done").first).to_be_visible()
    await assert_clean(page)
    await page.get_by_role("navigation", name="Drift").get_by_role("link", name="Lagt åt sidan").click()
    await page.locator("tbody th a").first.click()
    await expect(page.get_by_role("heading", name="Innehåll, personuppgifter maskerade")).to_be_visible()
    await assert_clean(page)


async def assert_clean(page: Page) -> None:
    """Axe finds nothing, and nothing scrolls sideways on a small screen."""
    for width in (320, 1280):
        await page.set_viewport_size({"width": width, "height": 900})
        found = await Axe().run(page, options=WCAG)
        assert found.violations_count == 0, (page.url, width, found.generate_report())
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (page.url, width)
