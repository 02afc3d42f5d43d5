"""Calendars in an account of a real CalDAV server: read, and never written to."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import caldav
import pytest
import radicale.config
from radicale import Application
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.commands.calendars.sources import remove_source
from guidance.domain.calendars import (
    AddressWrong,
    SourceKind,
)

from .calendar_steps import NINE, added, busy_now, fault, file, meeting, read
from .rota_steps import ANNA, NOW, counsellors
from .steps import at


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
