"""What those who booked by link are sent: letters that calendars understand, and short messages through a gateway."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from guidance.adapters.mail import Message, Sms, email, international
from guidance.commands import sessions
from guidance.commands.post import Post
from guidance.domain.availability import Channel

from ..builders import MONDAY, RULES, minutes
from .link_steps import FREE_RULES, SOON, book, cancel, counsellors, deliver_all, invited, post
from .steps import at, scalar

__all__ = ["counsellors"]
NUMBER = "070-174 06 10"  # of the numbers set aside for fiction


class Kept:
    """A sender that keeps what it is given."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def send(self, message: Message) -> None:
        self.messages.append(message)


def calendar(message: Message) -> tuple[str, Any]:
    """The method that a letter's calendar part names, and the only event in it."""
    letter = email(message, "vagledning@example.invalid")
    words, part = letter.iter_parts()
    assert (letter.get_content_type(), words.get_content_type()) == ("multipart/alternative", "text/plain")
    assert part.get_content_type() == "text/calendar"
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    read = Calendar.from_ical(content)
    assert read["METHOD"] == part.get_param("method")
    [event] = read.walk("VEVENT")
    return str(read["METHOD"]), event


async def test_booked_moved_and_cancelled_reach_the_calendar_as_one_event_with_a_rising_sequence(
    engine: AsyncEngine, counsellors: None
) -> None:
    kept, who = Kept(), await invited(engine)
    sending = post(kept)
    session = await book(engine, who)
    await deliver_all(engine, sending, SOON)
    command = sessions.MoveSession(session=session.session, starts_at=MONDAY + minutes(60))
    moved = await sessions.move_session(command, at(engine, SOON), FREE_RULES, person=who.person)
    await deliver_all(engine, sending, SOON)
    await cancel(engine, moved, who)
    await deliver_all(engine, sending, SOON)
    told = [calendar(message) for message in kept.messages]
    assert [(method, event["SEQUENCE"], event["STATUS"]) for method, event in told] == [
        ("REQUEST", 0, "CONFIRMED"),
        ("REQUEST", 1, "CONFIRMED"),
        ("CANCEL", 2, "CANCELLED"),
    ]
    assert len({event["UID"] for _, event in told}) == 1
    assert [event.start for _, event in told] == [MONDAY, MONDAY + minutes(60), MONDAY + minutes(60)]
    for _, event in told:
        assert event["ATTENDEE"] == "mailto:test@example.invalid"
        assert event["ORGANIZER"] == "mailto:vagledning@example.invalid"
        assert "/book/" not in event.to_ical().decode()  # calendars are shared more freely than letters


async def test_a_reminder_leaves_the_calendar_alone(engine: AsyncEngine, counsellors: None) -> None:
    kept = Kept()
    await book(engine, await invited(engine))
    await deliver_all(engine, post(kept), MONDAY - minutes(60))
    assert [(message.subject, message.calendar is None) for message in kept.messages] == [
        ("Ditt samtal är bokat", False),
        ("Påminnelse om ditt samtal", True),
    ]


async def test_one_who_reads_english_is_written_to_in_english_and_led_to_english_pages(engine: AsyncEngine) -> None:
    kept = Kept()
    await invited(engine, email="test@example.invalid", language="en")
    await deliver_all(engine, post(kept), SOON)
    [message] = kept.messages
    assert message.subject == "Book guidance"
    assert message.text.endswith("?lang=en\n")


@pytest.mark.parametrize(("came", "sent"), [(True, True), (None, True), (False, False)])
async def test_the_survey_is_pointed_to_after_a_session_that_was_not_missed(
    engine: AsyncEngine, counsellors: None, came: bool | None, sent: bool
) -> None:
    kept = Kept()
    session = await book(engine, await invited(engine))
    await deliver_all(engine, post(kept), SOON)
    if came is not None:
        await sessions.settle_session(session.session, at(engine, MONDAY), came=came, municipality=None)
    await deliver_all(engine, post(kept), session.time.ends_at + RULES.survey_after)
    assert ("Hur var samtalet?" in [message.subject for message in kept.messages]) is sent


@dataclass
class Gateway:
    """An SMS gateway that answers with these statuses in turn, the last one for good."""

    statuses: list[int]
    taken: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)
    address: str = ""


@contextmanager
def gateway(*statuses: int) -> Iterator[Gateway]:
    kept = Gateway(list(statuses))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.tokens.append(self.headers["Authorization"])
            status = kept.statuses.pop(0) if len(kept.statuses) > 1 else kept.statuses[0]
            if status == 200:
                kept.taken.append(json.loads(body))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing on the test's own output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    kept.address = f"http://127.0.0.1:{server.server_address[1]}/messages"
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


def by_sms(to: Gateway) -> Post:
    return post(sms=Sms(to.address, "a token"))


async def test_one_without_an_address_is_told_by_sms(engine: AsyncEngine, counsellors: None) -> None:
    with gateway(200) as server:
        await book(engine, await invited(engine), channel=Channel.PHONE, email=None, phone=NUMBER)
        await deliver_all(engine, by_sms(server), SOON)
    [message] = server.taken
    assert (message["to"], server.tokens) == ("+46701740610", ["Bearer a token"])
    assert message["text"].startswith("Du har bokat ett samtal måndag 2027-08-16 kl. 09:00 (telefon).")
    assert "https://vagledning.example/book/" in message["text"]


@pytest.mark.parametrize("status", [302, 401, 429, 503])
async def test_an_sms_that_the_gateway_refuses_is_sent_later_and_nothing_of_it_is_logged(
    engine: AsyncEngine, counsellors: None, status: int
) -> None:
    with gateway(status, 200) as server, capture_logs() as logged:
        await book(engine, await invited(engine), channel=Channel.PHONE, email=None, phone=NUMBER)
        await deliver_all(engine, by_sms(server), SOON)
        assert server.taken == []
        await deliver_all(engine, by_sms(server), SOON + timedelta(seconds=61))
    assert len(server.taken) == 1
    assert await scalar(engine, "SELECT attempts FROM notices WHERE outcome = 'sent'") == 2
    assert [line["event"] for line in logged] == ["message_not_sent"]
    assert "174" not in str(logged)
    assert "/book/" not in str(logged)


async def test_a_gateway_that_is_away_is_tried_again(engine: AsyncEngine, counsellors: None) -> None:
    with gateway(200) as server:
        pass
    await book(engine, await invited(engine), channel=Channel.PHONE, email=None, phone=NUMBER)
    await deliver_all(engine, by_sms(server), SOON)
    assert await scalar(engine, "SELECT count(*) FROM notices WHERE done_at IS NULL AND attempts = 1") == 1


async def test_one_message_is_sent_once_however_many_replicas_send(engine: AsyncEngine, counsellors: None) -> None:
    with gateway(200) as server:
        await book(engine, await invited(engine), channel=Channel.PHONE, email=None, phone=NUMBER)
        await asyncio.gather(*(deliver_all(engine, by_sms(server), SOON) for _ in range(4)))
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("070-174 06 10", "+46701740610"),
        ("+46 70 174 06 10", "+46701740610"),
        ("0046701740610", "+46701740610"),
        ("+47 22 22 22 22", "+4722222222"),
    ],
)
def test_numbers_are_sent_as_gateways_want_them(written: str, sent: str) -> None:
    assert international(written) == sent
