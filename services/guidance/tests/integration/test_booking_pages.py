"""The booking pages as any browser gets them, without JavaScript, on a real PostgreSQL."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from icalendar import Calendar
from prometheus_client import CollectorRegistry, generate_latest
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from guidance.adapters.links import Links
from guidance.adapters.reference import rules
from guidance.adapters.rooms import Rooms
from guidance.booking_chores import look_for_times
from guidance.commands import invitations as links
from guidance.commands import sessions, visits
from shared.observability.metrics import Metrics

from .booking_steps import (
    EVA,
    HALF_HOUR,
    KEY,
    MONDAY,
    NOW,
    OLLE,
    SECRETS,
    Clock,
    browser,
    counsellors,
    invited,
    link,
    slot,
)
from .steps import at, scalar

MAIL = {"email": "test@example.invalid"}


@pytest.fixture
async def open_region(engine: AsyncEngine) -> None:
    await counsellors(engine)


@pytest.fixture
async def client(engine: AsyncEngine, clock: Clock, open_region: None) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(engine, clock) as found:
        yield found


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def booked(client: httpx.AsyncClient, path: str, **changes: Any) -> UUID:
    """Book by the form; gives the session that the answer leads to."""
    answer = await client.post(f"{path}/confirm", data=slot(**changes) | MAIL)
    assert answer.status_code == 303, answer.text
    return UUID(answer.headers["location"].rpartition("/")[2])


def times(page: str) -> list[tuple[str, str]]:
    """The days and clock times that the page offers."""
    return re.findall(r'class="button time"[^>]*><span class="unseen">([^<]*)</span>([0-9:]+(?: \(UTC[^)]*\))?)', page)


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
