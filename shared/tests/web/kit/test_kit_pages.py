"""Forms, lists and charts of the kit as a reader gets them."""

import pytest
from playwright.async_api import Page, expect

from shared.testing import sign_in
from tests.browsing import assert_accessible

from .place import Place, log_in


@pytest.mark.browser
async def test_a_form_says_by_each_field_what_to_mend_and_keeps_the_rest(place: Place, page: Page):
    await sign_in(page.context, place.url, scopes=["visits:write"])
    await page.goto(f"{place.url}/visits/new")
    await page.get_by_label("När").fill("2027-03-28T02:30")  # the hour that the clocks pass over
    await page.get_by_label("Anteckning").fill("fy")
    await page.get_by_label("På distans").check()
    await page.get_by_role("button", name="Spara").click()

    summary = page.get_by_role("alert")
    await expect(summary.get_by_role("listitem")).to_have_count(4)
    await summary.get_by_role("link", name="Skriv utan svordomar.").click()
    await expect(page.get_by_label("Anteckning")).to_be_focused()
    described = await page.get_by_label("När").get_attribute("aria-describedby")
    assert described == "starts_at-hint starts_at-fault"
    await expect(page.locator("#starts_at-fault")).to_contain_text("Den tiden finns inte")
    await expect(page.get_by_label("Anteckning")).to_have_value("fy")
    await expect(page.get_by_label("På distans")).to_be_checked()
    assert place.app.state.saved == []


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/visits", "/visits/new", "/secrets", "/login?next=/visits", "/visits?lang=en"])
async def test_axe_finds_no_fault_in_forms_lists_charts_and_the_log_in(place: Place, page: Page, path: str):
    await sign_in(page.context, place.url, scopes=["visits:read", "visits:write"], roles=["counsellor"])
    await assert_accessible(page, place.url + path)


@pytest.mark.browser
async def test_charts_are_drawn_by_their_figures_and_nothing_is_refused_by_the_browser(place: Place, page: Page):
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    await sign_in(page.context, place.url, scopes=["visits:read"])
    await page.goto(f"{place.url}/visits", wait_until="networkidle")

    bars = page.locator("figure[data-chart=bar] td")
    widths = [(await bars.nth(n).bounding_box())["width"] for n in range(3)]

    assert widths[0] > widths[2] > widths[1] > 0
    assert widths[1] / widths[0] == pytest.approx(12 / 41, abs=0.02)
    assert said == []


async def test_lists_can_be_taken_home_as_files_that_run_nothing(client):
    await log_in(client, scopes="visits:read")

    text = (await client.get("/visits?format=csv")).content.decode("utf-8-sig")
    sheet = await client.get("/visits?format=xlsx")

    assert text.splitlines()[:2] == ["När;Slag;Minuter", "2027-03-01 09:00;'=talk;30"]
    assert sheet.headers["content-disposition"] == "attachment; filename*=UTF-8''bes%C3%B6k.xlsx"
    assert sheet.content.startswith(b"PK")
