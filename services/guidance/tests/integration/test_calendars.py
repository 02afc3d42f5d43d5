"""Calendars: feeds that are read, and sources that are only read, against a real CalDAV server."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID, uuid4
from wsgiref.simple_server import WSGIRequestHandler, make_server

import caldav
import httpx
import pytest
import radicale.config
import sqlalchemy as sa
import vobject
from fastapi import FastAPI
from pydantic import SecretStr
from radicale import Application
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance import api
from guidance.adapters.calendars.fetching import MOST_BYTES, Fetcher
from guidance.adapters.calendars.vault import Vault, account
from guidance.commands.calendars.sources import AddSource, add_source, read_due, remove_source
from guidance.commands.rota.layers import remove_layer, save_layer
from guidance.domain.calendars import (
    AddressWrong,
    CalendarsOff,
    SourceKind,
    SourceUnknown,
    TooManySources,
    Unreadable,
)
from guidance.domain.rota.layers import Window
from guidance.domain.times import Period
from guidance.main import ERRORS
from guidance.queries.busy import busy
from shared.auth import Caller
from shared.problems import Problems
from shared.service import Parts
from shared.settings import Settings

from .rota_steps import ANNA, BERIT, LAYER, NOW, ROTA, counsellors, layer, rota, shift_of
from .steps import at, scalar

KEY = SecretStr("0123456789abcdef0123456789abcdef")
VAULT = Vault([KEY])
HERE = (ip_network("127.0.0.0/8"),)
FETCHER = Fetcher(HERE)
MONTH = Period(NOW, NOW + timedelta(days=31))
MEETING = (
    "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20270101T000000Z\r\nSUMMARY:Privat\r\n"
    "DTSTART;TZID=Europe/Stockholm:{day}T090000\r\nDTEND;TZID=Europe/Stockholm:{day}T100000\r\n{more}END:VEVENT\r\n"
)


def file(*events: str) -> str:
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n" + "".join(events) + "END:VCALENDAR\r\n"


def meeting(day: str = "20270818", uid: str = "1", more: str = "") -> str:
    return MEETING.format(day=day, uid=uid, more=more)


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Tests read no log."""


@pytest.fixture
def radicale_at(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A CalDAV server with one account, and the folder that holds all it has."""
    users = tmp_path / "users"
    users.write_text("anna:hemligt\n")
    wanted = {
        "auth": {"type": "htpasswd", "htpasswd_filename": str(users), "htpasswd_encryption": "plain", "delay": "0"},
        "storage": {"filesystem_folder": str(tmp_path / "store")},
        "logging": {"level": "critical"},
    }
    configuration = radicale.config.load()
    configuration.update(wanted, "test", privileged=True)
    server = make_server("127.0.0.1", 0, Application(configuration), handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", tmp_path / "store"
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


class Files(BaseHTTPRequestHandler):
    """Serves one calendar file, and remembers how it was asked."""

    answers: ClassVar[dict[str, tuple[int, dict[str, str], bytes]]] = {}
    asked: ClassVar[list[tuple[str, str, dict[str, str]]]] = []

    def do_GET(self) -> None:
        self.asked.append((self.command, self.path, dict(self.headers)))
        status, headers, body = self.answers.get(self.path, (404, {}, b""))
        if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
            status, body = 304, b""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Tests read no log."""


@pytest.fixture
def web() -> Iterator[str]:
    Files.answers, Files.asked = {}, []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Files)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


async def added(engine: AsyncEngine, address: str, kind: SourceKind = SourceKind.ICS, **changes: Any) -> UUID:
    command: dict[str, Any] = {"source": uuid4(), "counsellor": ANNA, "kind": kind, "address": address}
    made = AddSource(**command | changes)
    await add_source(made, at(engine, NOW), VAULT)
    return made.source


async def read(engine: AsyncEngine, now: datetime = NOW) -> bool:
    return await read_due(at(engine, now), VAULT, FETCHER)


async def busy_now(engine: AsyncEngine) -> list[datetime]:
    async with engine.connect() as connection:
        return [row.starts_at for row in await busy(connection, MONTH, ANNA)]


async def fault(engine: AsyncEngine) -> Any:
    return await scalar(engine, "SELECT fault FROM calendar_sources")


NINE = datetime(2027, 8, 18, 7, tzinfo=UTC)


async def test_a_calendar_at_an_address_makes_its_owner_busy(engine: AsyncEngine, web: str) -> None:
    await counsellors(engine)
    Files.answers["/a.ics"] = 200, {"ETag": '"1"'}, file(meeting(), "BEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT\r\n").encode()
    source = await added(engine, f"{web}/a.ics")
    assert await read(engine)
    assert not await read(engine)
    assert await busy_now(engine) == [NINE]
    assert await scalar(engine, "SELECT passed_over FROM calendar_sources") == 1
    stored = await scalar(engine, "SELECT sealed::text || host FROM calendar_sources")
    assert "a.ics" not in stored
    await remove_source(source, ANNA, at(engine, NOW))
    assert await busy_now(engine) == []


async def test_what_has_not_changed_is_not_sent_again_but_worked_out_anew_each_day(
    engine: AsyncEngine, web: str
) -> None:
    await counsellors(engine)
    Files.answers["/a.ics"] = 200, {"ETag": '"1"'}, file(meeting()).encode()
    await added(engine, f"{web}/a.ics")
    for minutes in (0, 16, 25 * 60):
        await read(engine, NOW + timedelta(minutes=minutes))
    assert [asked.get("If-None-Match") for _, _, asked in Files.asked] == [None, '"1"', None]
    assert await busy_now(engine) == [NINE]


async def test_a_source_that_vanishes_keeps_what_it_last_said_and_tells_since_when(
    engine: AsyncEngine, web: str
) -> None:
    await counsellors(engine)
    Files.answers["/a.ics"] = 200, {}, file(meeting()).encode()
    await added(engine, f"{web}/a.ics")
    await read(engine)
    del Files.answers["/a.ics"]
    later = NOW + timedelta(hours=1)
    await read(engine, later)
    assert await busy_now(engine) == [NINE]
    assert await fault(engine) == "not_found"
    assert await scalar(engine, "SELECT read_at FROM calendar_sources") == NOW
    assert await scalar(engine, "SELECT next_at FROM calendar_sources") == later + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((200, {}, b"<html>Logga in</html>"), "not_a_calendar"),
        ((401, {}, b""), "unauthorized"),
        ((500, {}, b""), "refused"),
        ((200, {}, b"BEGIN:VCALENDAR" + b" " * MOST_BYTES), "too_large"),
        ((302, {"Location": "/a.ics"}, b""), "refused"),
        ((302, {"Location": "ftp://example.org/a.ics"}, b""), "address_refused"),
        ((302, {"Location": "http://10.0.0.1/a.ics"}, b""), "address_refused"),
    ],
)
async def test_a_source_that_cannot_be_read_says_why(
    engine: AsyncEngine, web: str, answer: tuple[int, dict[str, str], bytes], expected: str
) -> None:
    await counsellors(engine)
    Files.answers["/a.ics"] = answer
    await added(engine, f"{web}/a.ics")
    await read(engine)
    assert await fault(engine) == expected


async def test_a_password_goes_to_no_other_host_than_the_one_it_was_given_for(engine: AsyncEngine, web: str) -> None:
    await counsellors(engine)
    port = web.rpartition(":")[2]
    Files.answers["/a.ics"] = 302, {"Location": f"http://localhost:{port}/b.ics"}, b""
    Files.answers["/b.ics"] = 200, {}, file(meeting()).encode()
    await added(engine, f"{web}/a.ics", user="anna", password="hemligt")
    fetcher = Fetcher((*HERE, ip_network("::1/128")))
    await read_due(at(engine, NOW), VAULT, fetcher)
    assert ["Authorization" in headers for _, _, headers in Files.asked][:1] == [True]
    assert all("Authorization" not in headers for _, path, headers in Files.asked if path == "/b.ics")


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/a.ics",
        "https://localhost/a.ics",
        "https://[::1]/a.ics",
        "https://[::ffff:127.0.0.1]/a.ics",
        "https://10.1.2.3/a.ics",
        "https://169.254.169.254/latest/meta-data",
        "https://[64:ff9b::a00:1]/a.ics",
        "https://0.0.0.0/a.ics",
        "http://example.org/a.ics",
    ],
)
async def test_no_address_inside_can_be_asked(address: str) -> None:
    with pytest.raises(Unreadable) as caught:
        await Fetcher().ask("GET", address)
    assert caught.value.fault == "address_refused"


async def test_plain_http_reaches_only_the_networks_allowed() -> None:
    with pytest.raises(Unreadable) as caught:
        await FETCHER.ask("GET", "http://192.0.43.8/a.ics")
    assert caught.value.fault == "address_refused"


@pytest.mark.parametrize(
    "address", ["ftp://x.example/", "x", "https://", "https://u:p@x.example/a", "file:///etc/passwd"]
)
def test_an_address_that_is_none_is_refused_at_once(address: str) -> None:
    with pytest.raises(AddressWrong):
        account(address, None, None)


def test_webcal_is_https() -> None:
    assert account("webcal://x.example/a.ics", None, None).address == "https://x.example/a.ics"


def test_what_is_sealed_opens_with_an_old_key_and_only_where_it_belongs() -> None:
    new = Vault([SecretStr("new key, long enough to be one"), KEY])
    sealed = VAULT.seal("hemligt", "a")
    assert new.open(sealed, "a") == "hemligt"
    for vault, belongs in ((Vault([SecretStr("another")]), "a"), (new, "b")):
        with pytest.raises(Unreadable):
            vault.open(sealed, belongs)
    with pytest.raises(CalendarsOff):
        Vault([]).seal("x", "a")


async def test_a_counsellor_has_few_sources_and_removes_only_their_own(engine: AsyncEngine) -> None:
    await counsellors(engine)
    first, *_ = [await added(engine, f"https://x.example/{n}.ics") for n in range(5)]
    with pytest.raises(TooManySources):
        await added(engine, "https://x.example/6.ics")
    with pytest.raises(SourceUnknown):
        await remove_source(first, BERIT, at(engine, NOW))


async def test_two_processes_never_read_the_same_source_at_once(engine: AsyncEngine, web: str) -> None:
    await counsellors(engine)
    for number in range(4):
        Files.answers[f"/{number}.ics"] = 200, {}, file(meeting(uid=str(number))).encode()
        await added(engine, f"{web}/{number}.ics")
    await asyncio.gather(*(read(engine) for _ in range(8)))
    assert sorted(path for _, path, _ in Files.asked) == [f"/{number}.ics" for number in range(4)]


def everything(store: Path) -> dict[str, str]:
    """All that the server has, by file."""
    return {
        str(path.relative_to(store)): sha256(path.read_bytes()).hexdigest()
        for path in store.rglob("*")
        if path.is_file() and ".Radicale" not in str(path)
    }


@pytest.mark.parametrize("start", ["", "anna/", "anna/{calendar}/"])
async def test_a_caldav_account_is_read_and_nothing_in_it_is_ever_changed(
    engine: AsyncEngine, radicale_at: tuple[str, Path], start: str
) -> None:
    address, store = radicale_at
    client = caldav.DAVClient(address, username="anna", password="hemligt")
    calendar = client.principal().make_calendar(name="Jobb")
    calendar.save_event(file(meeting()))
    calendar.save_event(file(meeting("20270823", "2", "RRULE:FREQ=WEEKLY;COUNT=2\r\n")))
    calendar.save_event(file(meeting("20270825", "3", "TRANSP:TRANSPARENT\r\n")))
    calendar.save_event(file(meeting("20290101", "4")))
    before = everything(store)
    assert len(before) >= 4
    await counsellors(engine)
    where = start.format(calendar=str(calendar.url).rstrip("/").rpartition("/")[2])
    source = await added(engine, address + where, SourceKind.CALDAV, user="anna", password="hemligt")
    await read(engine)
    assert await fault(engine) is None
    week = timedelta(days=7)
    assert await busy_now(engine) == [NINE, NINE + timedelta(days=5), NINE + timedelta(days=5) + week]
    await remove_source(source, ANNA, at(engine, NOW))
    assert await busy_now(engine) == []
    assert everything(store) == before


async def test_a_wrong_password_is_said(engine: AsyncEngine, radicale_at: tuple[str, Path]) -> None:
    await counsellors(engine)
    await added(engine, radicale_at[0], SourceKind.CALDAV, user="anna", password="fel")
    await read(engine)
    assert await fault(engine) == "unauthorized"
    with pytest.raises(AddressWrong):
        await added(engine, radicale_at[0], SourceKind.CALDAV)


# Ours

Door = Callable[[UUID], httpx.AsyncClient]


@pytest.fixture
async def door(engine: AsyncEngine) -> AsyncIterator[Door]:
    clients = []

    def of(who: UUID) -> httpx.AsyncClient:
        def guard(scope: str) -> Any:
            async def caller() -> Caller:
                return Caller(str(who), None, frozenset(), frozenset({scope}))

            return caller

        app = FastAPI()
        Problems(ERRORS).install(app)
        nothing: Any = None
        parts = Parts(
            settings=Settings.for_documents(),
            unit_of_work=at(engine, NOW),
            guard=guard,  # type: ignore[arg-type]  # it lets everybody in
            clock=lambda: NOW,
            pages=nothing,
            entrance=nothing,
            contracts=nothing,
        )
        app.include_router(api.calendars.router(parts, VAULT))
        clients.append(httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://guidance"))
        return clients[-1]

    yield of
    for client in clients:
        await client.aclose()


async def test_a_feed_shows_own_shifts_until_its_address_is_revoked(engine: AsyncEngine, door: Door) -> None:
    await rota(engine)
    anna = door(ANNA)
    path = (await anna.post("/my/calendar-feed")).json()["path"]
    answer = await anna.get(path)
    read_back = vobject.readOne(answer.text)
    first = read_back.vevent_list[0]
    assert first.summary.value == "Jour: Västernorrland"
    assert first.dtstart.value.astimezone(UTC) == datetime(2027, 8, 16, 6, tzinfo=UTC)
    assert len(read_back.vevent_list) == 22
    same = await anna.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    secret = path.rpartition("/")[2].removesuffix(".ics")
    assert await scalar(engine, f"SELECT count(*) FROM calendar_feeds WHERE encode(secret, 'escape') = '{secret}'") == 0
    assert await scalar(engine, "SELECT read_at FROM calendar_feeds") == NOW
    again = (await anna.post("/my/calendar-feed")).json()["path"]
    assert (await anna.get(path)).status_code == 404
    assert (await anna.delete("/my/calendar-feed")).status_code == 204
    assert (await anna.get(again)).status_code == 404


async def test_a_shift_that_moves_and_is_withdrawn_is_one_invitation_updated_and_cancelled(
    engine: AsyncEngine, door: Door
) -> None:
    await rota(engine)
    shift = await shift_of(engine, ANNA)
    anna = door(ANNA)
    said = []
    late = layer(windows=tuple(Window(day, 540, 1020) for day in range(5)))
    for change in (None, save_layer(ROTA, late, at(engine, NOW)), remove_layer(ROTA, LAYER, at(engine, NOW))):
        if change is not None:
            await change
        said.append(vobject.readOne((await anna.get(f"/my/shifts/{shift}/invitation.ics")).text))
    assert [each.method.value for each in said] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [int(each.vevent.sequence.value) for each in said] == [0, 1, 2]
    assert len({each.vevent.uid.value for each in said}) == 1
    assert (await door(BERIT).get(f"/my/shifts/{shift}/invitation.ics")).status_code == 404


async def test_a_session_is_invited_moved_and_cancelled_but_a_protected_identity_stands_in_no_calendar(
    engine: AsyncEngine, door: Door
) -> None:
    await counsellors(engine)
    plain, hidden = uuid4(), uuid4()
    await _session(engine, plain, "video", protected=False, hour=9)
    await _session(engine, hidden, "phone", protected=True, hour=11)
    anna = door(ANNA)
    path = (await anna.post("/my/calendar-feed")).json()["path"]
    shown = [event.summary.value for event in vobject.readOne((await anna.get(path)).text).vevent_list]
    assert shown == ["Vägledningssamtal (video)", "Upptagen"]
    said = []
    for change in ("moves = moves", "moves = 1, moved_at = now()", "status = 'cancelled', cancelled_at = now()"):
        async with engine.begin() as connection:
            await connection.execute(sa.text(f"UPDATE sessions SET {change} WHERE id = '{plain}'"))
        said.append(vobject.readOne((await anna.get(f"/sessions/{plain}/invitation.ics")).text))
    assert [(e.method.value, int(e.vevent.sequence.value)) for e in said] == [
        ("REQUEST", 0),
        ("REQUEST", 1),
        ("CANCEL", 2),
    ]
    assert (await anna.get(f"/sessions/{hidden}/invitation.ics")).status_code == 409
    assert (await anna.get(f"/sessions/{uuid4()}/invitation.ics")).status_code == 404


async def test_sources_over_http_never_show_an_address_or_a_password_again(engine: AsyncEngine, door: Door) -> None:
    await counsellors(engine)
    anna = door(ANNA)
    body = {"kind": "caldav", "address": "https://dav.example.org/anna/", "user": "anna", "password": "hemligt"}
    made = (await anna.post("/my/calendar-sources", json=body)).json()["source"]
    listed = await anna.get("/my/calendar-sources")
    assert listed.json()["sources"][0]["host"] == "dav.example.org"
    assert "hemligt" not in listed.text
    assert "/anna/" not in listed.text
    assert (await anna.post(f"/my/calendar-sources/{made}/read")).status_code == 202
    assert (await door(BERIT).delete(f"/my/calendar-sources/{made}")).status_code == 404
    assert (await anna.delete(f"/my/calendar-sources/{made}")).status_code == 204
    refused = await anna.post("/my/calendar-sources", json={"kind": "ics", "address": "gopher://x"})
    assert (refused.status_code, "https" in refused.json()["detail"]) == (422, True)


async def _session(engine: AsyncEngine, id_: UUID, channel: str, *, protected: bool, hour: int) -> None:
    begins = datetime(2027, 8, 18, hour, tzinfo=UTC)
    invitation = sa.text("""
        INSERT INTO invitations (id, person, home_municipality, protected, version, created_at, expires_at)
        VALUES (:id, :id, '2281', :protected, 1, now(), now() + interval '1 day')
    """)
    session = sa.text("""
        INSERT INTO sessions (id, counsellor, counsellor_municipality, home_municipality, starts_at, ends_at, occupied,
                              channel, status, booked_at, person, invitation_id, protected)
        VALUES (:id, :who, '2281', '2281', :from, :to, tstzrange(:from, :to), :channel, 'booked', now(), :id, :id,
                :protected)
    """)
    row = {"id": id_, "who": ANNA, "from": begins, "to": begins + timedelta(hours=1), "channel": channel}
    async with engine.begin() as connection:
        await connection.execute(invitation, {"id": id_, "protected": protected})
        await connection.execute(session, row | {"protected": protected})
