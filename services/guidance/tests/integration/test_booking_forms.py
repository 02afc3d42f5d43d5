"""Booking and moving on the pages as any browser gets them, without JavaScript, on a real PostgreSQL."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from icalendar import Calendar
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.adapters.reference import rules

from .booking_page_steps import MAIL, booked, client, clock, open_region, times
from .booking_steps import HALF_HOUR, MONDAY, OLLE, Clock, invited, link, slot
from .steps import scalar

__all__ = ["client", "clock", "open_region"]


async def test_one_who_has_booked_nothing_sees_the_free_times(engine: AsyncEngine, client: httpx.AsyncClient) -> None:
    page = await client.get(link(await invited(engine)))
    assert page.status_code == 200
    assert times(page.text) == [("måndag 13 september ", f"{9 + n // 2:02}:{30 * (n % 2):02}") for n in range(6)]


async def test_one_books_and_sees_what_to_bring(engine: AsyncEngine, client: httpx.AsyncClient) -> None:
    path = link(await invited(engine))
    session = await booked(client, path)
    page = (await client.get(f"{path}/sessions/{session}")).text
    for words in ("09:00–09:30", "svensk sommartid (UTC+2)", "Eva Ek, Sundsvall", "Ta med", "gärna betyg"):
        assert words in page
    assert "Dina samtal" in (await client.get(path)).text


async def test_filters_narrow_the_times(engine: AsyncEngine, client: httpx.AsyncClient) -> None:
    path = f"{link(await invited(engine))}/times"
    assert "confirm?" in (await client.get(path, params={"channel": "on_site"})).text
    for nobody in ({"municipality": "2284"}, {"language": "so"}, {"from": "2027-09-14"}):
        assert times((await client.get(path, params=nobody)).text) == []
    on_site = (await client.get(path, params={"channel": "on_site"})).text
    assert on_site.count("<small>Sundsvall</small>") == 6


@pytest.mark.parametrize(
    "query",
    [
        "?type=nothing",
        "?channel=pigeon",
        "?from=yesterday",
        "?from=0001-01-01",
        "?move=1",
        "?language=%00",
        "?same=perhaps",
    ],
)
async def test_an_address_somebody_has_tampered_with_shows_times_all_the_same(
    engine: AsyncEngine, client: httpx.AsyncClient, query: str
) -> None:
    page = await client.get(f"{link(await invited(engine))}/times{query}")
    assert (page.status_code, len(times(page.text))) == (200, 6)


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "2027-09-13T07:10:00Z"])
async def test_a_time_that_nobody_offered_is_gone(engine: AsyncEngine, client: httpx.AsyncClient, at: str) -> None:
    path = link(await invited(engine))
    assert times((await client.get(f"{path}/times?from=9999-12-31")).text) == []
    for answer in (
        await client.get(f"{path}/confirm", params=slot() | {"at": at}),
        await client.post(f"{path}/confirm", data=slot() | MAIL | {"at": at}),
    ):
        assert (answer.status_code, "Tiden hann bli bokad" in answer.text) == (409, True)


async def test_the_one_met_last_can_be_asked_for(engine: AsyncEngine, client: httpx.AsyncClient) -> None:
    path = link(await invited(engine))
    await booked(client, path, counsellor=OLLE, starts_at=MONDAY)
    page = (await client.get(f"{path}/times", params={"same": "true"})).text
    assert "Bara Olle Ort, som du träffade sist" in page
    assert set(re.findall(r"with=([0-9a-f-]+)", page)) == {str(OLLE)}


async def test_of_many_who_want_the_last_time_one_gets_it_and_the_others_see_the_nearest(
    engine: AsyncEngine, client: httpx.AsyncClient
) -> None:
    everyone = [link(await invited(engine)) for _ in range(8)]
    answers = await asyncio.gather(*(client.post(f"{p}/confirm", data=slot(channel="chat") | MAIL) for p in everyone))
    assert sorted(answer.status_code for answer in answers) == [303] + [409] * 7
    late = next(answer for answer in answers if answer.status_code == 409)
    assert "Tiden hann bli bokad" in late.text
    assert [clock for _, clock in times(late.text)] == ["09:30", "10:00", "10:30", "11:00", "11:30"]


async def test_who_comes_second_gets_the_same_time_with_another_counsellor(
    engine: AsyncEngine, client: httpx.AsyncClient
) -> None:
    for _ in range(2):
        await booked(client, link(await invited(engine)))
    assert (
        await scalar(engine, "SELECT count(DISTINCT counsellor) FROM sessions WHERE starts_at = '2027-09-13 07:00Z'")
        == 2
    )


async def test_a_time_too_near_is_gone(engine: AsyncEngine, client: httpx.AsyncClient, clock: Clock) -> None:
    path = link(await invited(engine))
    clock.now = MONDAY - timedelta(hours=1)
    answer = await client.get(f"{path}/confirm", params=slot())
    assert (answer.status_code, times(answer.text)[0][1]) == (409, "10:00")


async def test_more_than_one_may_have_is_refused_in_words(engine: AsyncEngine, client: httpx.AsyncClient) -> None:
    path = link(await invited(engine))
    for number in range(rules().most_ahead):
        await booked(client, path, starts_at=MONDAY + number * HALF_HOUR)
    answer = await client.post(f"{path}/confirm", data=slot(MONDAY + 4 * HALF_HOUR) | MAIL)
    assert answer.status_code == 409
    assert "Du har så många samtal bokade som man får ha nu" in answer.text
    assert "Boka ett samtal till" not in (await client.get(path)).text


async def test_how_to_be_reached_is_asked_for_once(engine: AsyncEngine, client: httpx.AsyncClient) -> None:
    path = link(await invited(engine))
    missing = await client.post(f"{path}/confirm", data=slot())
    assert (missing.status_code, "Ange en e-postadress eller ett telefonnummer" in missing.text) == (422, True)
    wrong = await client.post(f"{path}/confirm", data=slot() | {"email": "test"})
    assert (wrong.status_code, "namn@exempel.se" in wrong.text) == (422, True)
    await booked(client, path)
    again = await client.get(f"{path}/confirm", params=slot(MONDAY + HALF_HOUR))
    assert "Vi har redan dina kontaktuppgifter." in again.text
    assert MAIL["email"] not in again.text
    by_phone = slot(MONDAY + HALF_HOUR, channel="phone")
    assert "Ange ett telefonnummer" in (await client.post(f"{path}/confirm", data=by_phone)).text
    assert (await client.post(f"{path}/confirm", data=by_phone | {"phone_number": "070-174 06 10"})).status_code == 303


async def test_moving_lets_go_of_the_old_time_and_never_leaves_one_without(
    engine: AsyncEngine, client: httpx.AsyncClient
) -> None:
    path = link(await invited(engine))
    session = await booked(client, path, channel="chat")
    other = await booked(client, link(await invited(engine)), channel="chat", starts_at=MONDAY + HALF_HOUR)
    taken = slot(MONDAY + HALF_HOUR, channel="chat", move=str(session))
    late = await client.post(f"{path}/confirm", data=taken)
    assert (late.status_code, "Du har kvar din gamla tid." in late.text) == (409, True)
    assert session != other
    free = slot(MONDAY + 2 * HALF_HOUR, channel="chat", move=str(session))
    assert (await client.post(f"{path}/confirm", data=free)).headers["location"].endswith(str(session))
    assert await scalar(engine, "SELECT sum(moves) FROM sessions") == 1
    await booked(client, link(await invited(engine)), channel="chat")


async def test_another_persons_session_is_not_there(engine: AsyncEngine, client: httpx.AsyncClient) -> None:
    session = await booked(client, link(await invited(engine)))
    path = link(await invited(engine))
    for page in ("", "/cancel", "/join"):
        assert (await client.get(f"{path}/sessions/{session}{page}")).headers["location"] == path
    for page in ("/cancel", "/survey"):
        await client.post(f"{path}/sessions/{session}{page}")
    assert (await client.get(f"{path}/sessions/{session}/calendar.ics")).status_code == 404
    moved = slot(MONDAY + 2 * HALF_HOUR, move=str(session)) | MAIL
    await client.post(f"{path}/confirm", data=moved)  # is taken for a booking of one's own
    assert await scalar(engine, f"SELECT status || moves FROM sessions WHERE id = '{session}'") == "booked0"


async def test_the_calendar_file_is_the_event_that_the_letters_speak_of(
    engine: AsyncEngine, client: httpx.AsyncClient
) -> None:
    path = link(await invited(engine))
    session = await booked(client, path)
    answer = await client.get(f"{path}/sessions/{session}/calendar.ics")
    assert answer.headers["content-disposition"] == 'attachment; filename="samtal.ics"'
    assert answer.headers["cache-control"] == "no-store"
    read = Calendar.from_ical(answer.content)
    event: Any = read.walk("VEVENT")[0]
    assert (read["METHOD"], event["UID"], event.start) == ("PUBLISH", f"session-{session}@samverk", MONDAY)
    assert "/book/" not in answer.text


async def test_one_with_protected_identity_books_by_phone_and_leaves_a_number_only(
    engine: AsyncEngine, client: httpx.AsyncClient
) -> None:
    path = link(await invited(engine, protected=True))
    answer = await client.post(f"{path}/confirm", data=slot(channel="video") | MAIL | {"phone_number": "070-174 06 10"})
    session = answer.headers["location"].rpartition("/")[2]
    assert await scalar(engine, "SELECT channel FROM sessions") == "phone"
    assert await scalar(engine, "SELECT count(*) FROM contacts WHERE email IS NOT NULL") == 0
    assert (await client.get(f"{path}/sessions/{session}/calendar.ics")).status_code == 409
    assert "Lägg i kalendern" not in (await client.get(f"{path}/sessions/{session}")).text
    assert "Vänta vid telefonen" in (await client.get(f"{path}/sessions/{session}/join")).text
