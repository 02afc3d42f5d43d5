"""A walk through the pages of the rota, the drop-in queue and calendars: each opens, a swap and a visit go through."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.commands import coverage
from guidance.domain.rota.clock import at as wall_at
from guidance.domain.rota.clock import moment
from guidance.settings import Room, Secrets
from shared.testing import sign_in

from ..integration.rota_steps import (
    ANNA,
    BERIT,
    LAYER,
    MONDAY,
    NOW,
    ROTA,
    layer,
    requirement,
    rota,
    shift_of,
    shifts,
)
from ..integration.steps import at
from .place import Place
from .place import place as placed

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(300),
]
SECRETS = Secrets.model_construct(
    calendar_keys=(SecretStr("0123456789abcdef0123456789abcdef"),),
    calendar_networks=(),
    drop_in_phone="031-390 06 00",
    rooms={"default": Room(provider="jitsi", address="https://meet.example")},
)
COUNSELLOR, COORDINATOR = ("counsellor",), ("coordinator",)
TEN = moment(wall_at(MONDAY, 600))


class Clock:
    """The time at the pages, which a test may move."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def place(database: str, tmp_path: Path, clock: Clock) -> Iterator[Place]:
    with placed(database, tmp_path, clock, SECRETS) as found:
        yield found


async def opened(browser: Browser, place: Place, roles: Any = COUNSELLOR, subject: object = ANNA) -> Page:
    """A browser of somebody's own, logged in."""
    context: BrowserContext = await browser.new_context(locale="sv-SE")
    await sign_in(context, place.url, municipality="2281", subject=str(subject), roles=roles)
    return await context.new_page()


async def test_every_page_opens_and_a_swap_and_a_visit_go_through(
    place: Place, browser: Browser, engine: AsyncEngine, clock: Clock
) -> None:
    await rota(engine, layer())
    await coverage.save_requirement(requirement(number=2), at(engine, NOW))
    anna, berit = await opened(browser, place), await opened(browser, place, subject=BERIT)
    shift = await shift_of(engine, ANNA)
    for path in (
        f"/rota?from={MONDAY}",
        f"/rota?from={MONDAY}&view=month",
        f"/rota/shifts/{shift}",
        "/calendars",
        "/queue",
    ):
        answer = await anna.goto(place.url + path)
        assert answer is not None
        assert answer.status == 200, path
    await anna.goto(f"{place.url}/rota/shifts/{shift}")
    await anna.get_by_role("button", name="Skicka frågan").click()
    await expect(anna.get_by_role("status")).to_have_text("Frågan är skickad.")
    await berit.goto(f"{place.url}/rota?from={MONDAY}")
    await place.look(berit, "rota")
    await berit.get_by_role("button", name="Ta passet").click()
    await expect(berit.get_by_role("status")).to_have_text("Passet är ditt.")
    assert (await shifts(engine, days=1)) == [("Mon 08:00-16:00", BERIT)]
    boss = await opened(browser, place, COORDINATOR, "samordnare")
    paths = (
        "/rota/plan",
        f"/rota/plan/{ROTA}/layers/new",
        f"/rota/plan/{ROTA}/layers/{LAYER}",
        f"/rota/plan/{ROTA}/override",
    )
    for path in (*paths, "/rota/needs/new", f"/rota/needs/{UUID(int=600)}"):
        answer = await boss.goto(place.url + path)
        assert answer is not None
        assert answer.status == 200, path
    await anna.goto(f"{place.url}/calendars")
    await anna.get_by_role("button", name="Skapa adress").click()
    await expect(anna.locator("#feed-address")).to_contain_text(".ics")
    await place.look(anna, "calendars")
    clock.now = TEN
    visitor = await (await browser.new_context(locale="sv-SE")).new_page()
    await visitor.goto(f"{place.url}/drop-in")
    await place.look(visitor, "drop-in")
    await visitor.get_by_label("Din hemkommun").select_option(label="Timrå")
    await visitor.get_by_label("Jag ringer själv").check()
    await visitor.get_by_role("button", name="Ställ dig i kön").click()
    await expect(visitor.get_by_text("Du är först i kön.")).to_be_visible()
    await berit.goto(f"{place.url}/queue")
    await berit.get_by_role("button", name="Ta emot nästa").click()
    await place.look(berit, "queue")
    await visitor.reload()
    await place.look(visitor, "ticket")
    await berit.get_by_role("button", name="Klart").click()
    await visitor.reload()
    await expect(visitor.get_by_text("Samtalet är avslutat.")).to_be_visible()
