"""The waitlist, the lobby and the survey on the pages as any browser gets them, without JavaScript."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.adapters.reference import rules
from guidance.adapters.rooms import Rooms
from guidance.booking_chores import look_for_times
from guidance.commands import sessions, visits

from .booking_page_steps import MAIL, booked, client, clock, open_region
from .booking_steps import HALF_HOUR, MONDAY, NOW, SECRETS, Clock, invited, link
from .steps import at, scalar

__all__ = ["client", "clock", "open_region"]


async def test_one_waits_leaves_and_waits_again(engine: AsyncEngine, client: httpx.AsyncClient) -> None:
    path = link(await invited(engine))
    wish = {"type": "guidance", "channel": "video", "wait_until": "2027-10-01"}
    assert (await client.post(f"{path}/waitlist", data=wish)).status_code == 422
    for day in ("2027-09-01", "2028-09-01", "soon"):
        assert (await client.post(f"{path}/waitlist", data=wish | MAIL | {"wait_until": day})).status_code == 422
    for _ in range(2):
        assert (await client.post(f"{path}/waitlist", data=wish | MAIL)).status_code == 303
    assert "till och med fredag 1 oktober" in (await client.get(path)).text
    await client.post(f"{path}/waitlist/leave")
    assert "Du står i kö" not in (await client.get(path)).text
    await client.post(f"{path}/waitlist", data=wish | MAIL)
    assert await scalar(engine, "SELECT count(*) FROM waitlist") == 2


async def test_an_offer_may_be_declined_and_is_no_one_elses(engine: AsyncEngine, client: httpx.AsyncClient) -> None:
    path, stranger = link(await invited(engine)), link(await invited(engine))
    await client.post(
        f"{path}/waitlist", data={"type": "guidance", "channel": "chat", "wait_until": "2027-10-01"} | MAIL
    )
    async with at(engine, NOW)() as work:
        assert await look_for_times(work, rules())
    offer = await scalar(engine, "SELECT id FROM offers")
    await client.post(f"{stranger}/offers/{offer}/take")
    assert "En tid har blivit ledig" in (await client.get(path)).text
    await client.post(f"{path}/offers/{offer}/decline")
    assert "En tid har blivit ledig" not in (await client.get(path)).text
    assert await scalar(engine, "SELECT outcome FROM offers") == "declined"
    assert await scalar(engine, "SELECT count(*) FROM sessions") == 0


async def test_the_lobby_asks_quietly_until_something_is_new(
    engine: AsyncEngine, client: httpx.AsyncClient, clock: Clock
) -> None:
    path = link(await invited(engine))
    session = await booked(client, path)
    door = f"{path}/sessions/{session}/join/state"
    assert (await client.get(door, params={"was": "early"})).status_code == 204
    clock.now = MONDAY - timedelta(minutes=10)
    assert "Du är i lobbyn" in (await client.get(door, params={"was": "early"})).text
    assert (await client.get(door, params={"was": "waiting"})).status_code == 204
    address = await visits.admit(session, at(engine, clock.now), rules(), Rooms(SECRETS.rooms), municipality=None)
    assert address in (await client.get(door, params={"was": "waiting"})).text
    clock.now = MONDAY + HALF_HOUR + timedelta(minutes=14)
    assert address in (await client.get(door)).text
    clock.now += timedelta(minutes=1)
    assert address not in (await client.get(door)).text


@pytest.mark.parametrize(("came", "offered"), [(True, True), (None, True), (False, False)])
async def test_the_survey_is_offered_once_after_a_session_that_was_not_missed(
    engine: AsyncEngine, client: httpx.AsyncClient, clock: Clock, came: bool | None, offered: bool
) -> None:
    path = link(await invited(engine))
    session = await booked(client, path)
    clock.now = MONDAY + timedelta(minutes=91)
    if came is not None:
        await sessions.settle_session(session, at(engine, clock.now), came=came, municipality=None)
    assert ("Svara på enkäten" in (await client.get(path)).text) is offered
    if offered:
        survey = (await client.post(f"{path}/sessions/{session}/survey")).headers["location"]
        answers = {f"q{number}": "4" for number in range(4)}
        assert "Tack" in (await client.post(survey, data=answers)).text
        assert "Svara på enkäten" not in (await client.get(path)).text
