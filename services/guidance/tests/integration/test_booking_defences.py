"""What the booking pages refuse and keep to themselves: links that do not hold, other sites' pages, too many calls."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from prometheus_client import CollectorRegistry, generate_latest
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from guidance.adapters.links import Links
from guidance.commands import invitations as links
from shared.observability.metrics import Metrics

from .booking_page_steps import MAIL, booked, client, clock, open_region
from .booking_steps import EVA, KEY, NOW, Clock, browser, invited, link, slot
from .steps import at, scalar

__all__ = ["client", "clock", "open_region"]


async def test_a_link_that_was_forged_replaced_or_has_run_out_says_what_to_do(
    engine: AsyncEngine, client: httpx.AsyncClient
) -> None:
    who = await invited(engine)
    path = link(who)
    old = (
        f"/book/{Links(KEY).make('booking', {'i': who.invitation.hex, 'v': 1}, until=datetime(2020, 1, 1, tzinfo=UTC))}"
    )
    other = f"/book/{Links('x' * 40).make('booking', {'i': who.invitation.hex, 'v': 1}, until=who.expires_at)}"
    await links.renew(who.invitation, at(engine, NOW), municipality=None)
    for address, status, words in (
        (path, 410, "Länken gäller inte längre"),
        (old, 410, "Länken har gått ut"),
        (other, 404, "Länken stämmer inte"),
        ("/book/nothing", 404, "Länken stämmer inte"),
        ("/book/%C3%A9.%00.e30", 404, "Länken stämmer inte"),
        ("/survey/nothing", 404, "Länken stämmer inte"),
        ("/agree/nothing", 404, "Länken stämmer inte"),
    ):
        page = await client.get(address)
        assert (page.status_code, words in page.text, "Så här gör du" in page.text) == (status, True, True), address
        assert page.headers["cache-control"] == "no-store"
        assert (await client.post(f"{address}/waitlist/leave" if "book" in address else address)).status_code == status


async def test_nobody_else_is_told_the_link(engine: AsyncEngine, open_region: None) -> None:
    registry = CollectorRegistry()
    path = link(await invited(engine))
    secret = path.rpartition("/")[2]
    async with browser(engine, metrics=Metrics(registry, ())) as client:
        with capture_logs() as logged:
            page = await client.get(path)
            session = await booked(client, path)
            await client.get(f"{path}/sessions/{session}/calendar.ics")
            await client.post(f"{path}/sessions/{session}/cancel")
    assert len(logged) == 4
    assert secret not in str(logged)
    assert secret not in generate_latest(registry).decode()
    assert "/login" not in page.text
    headers = page.headers
    assert (headers["referrer-policy"], headers["cache-control"]) == ("same-origin", "no-store")
    assert headers["x-robots-tag"] == "noindex"


async def test_another_sites_page_changes_nothing(engine: AsyncEngine, open_region: None) -> None:
    path = link(await invited(engine))
    async with browser(engine, site="cross-site") as client:
        assert (await client.post(f"{path}/confirm", data=slot() | MAIL)).status_code == 403
        assert (await client.get(path)).status_code == 200  # a link in a letter is followed from there
    assert await scalar(engine, "SELECT count(*) FROM sessions") == 0


@pytest.mark.parametrize("path", ["/survey/a", "/agree/a", "/book/a", "/book/a/sessions/{id}/join"])
async def test_who_asks_too_often_is_told_when_to_come_back(
    engine: AsyncEngine, client: httpx.AsyncClient, clock: Clock, path: str
) -> None:
    address = path.format(id=EVA)
    for _ in range(150):
        assert (await client.get(address)).status_code == 404
    clock.now += timedelta(minutes=2)
    refused = await client.get(address)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "180")
    assert "Försök igen om 3 min." in refused.text
    assert (await client.get("/book/b")).status_code == 404  # another link from the same address
    clock.now += timedelta(minutes=3)
    assert (await client.get(address)).status_code == 404


async def test_changes_are_limited_more_than_looking(engine: AsyncEngine, client: httpx.AsyncClient) -> None:
    path = link(await invited(engine))
    answers = [(await client.post(f"{path}/waitlist/leave")).status_code for _ in range(21)]
    assert answers == [303] * 20 + [429]
    others = [(await client.post(f"/book/{n}/waitlist/leave")).status_code for n in range(131)]
    assert others == [404] * 129 + [429] * 2  # by address
    assert (await client.get(path)).status_code == 200


async def test_the_drop_in_queue_refuses_by_the_same_means(engine: AsyncEngine, client: httpx.AsyncClient) -> None:
    visitor = {"municipality": "2262", "language": "sv", "channel": "call_in"}
    answers = [await client.post("/drop-in", data=visitor) for _ in range(6)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) == 600
