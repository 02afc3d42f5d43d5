"""Calendars at an address: read by one at a time, and only where they may be."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import Any, ClassVar

import pytest
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.adapters.calendars.fetching import MOST_BYTES, Fetcher
from guidance.adapters.calendars.vault import Vault, account
from guidance.commands.calendars.sources import read_due, remove_source
from guidance.domain.calendars import (
    AddressWrong,
    CalendarsOff,
    SourceUnknown,
    TooManySources,
    Unreadable,
)

from .calendar_steps import FETCHER, HERE, KEY, NINE, VAULT, added, busy_now, fault, file, meeting, read
from .rota_steps import ANNA, BERIT, NOW, counsellors
from .steps import at, scalar


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
