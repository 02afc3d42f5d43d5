"""Letters to those who booked by link: only what is still true, and tried again when a mail server refuses."""

import asyncio
import mailbox
from datetime import timedelta
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.adapters.mail import Maildir, Smtp
from guidance.commands import sessions

from ..builders import MONDAY, minutes
from .link_steps import FREE_RULES, SOON, book, counsellors, deliver_all, invited, post
from .steps import at, scalar

__all__ = ["counsellors"]


def subjects(folder: Path) -> list[str]:
    return sorted(str(make_header(decode_header(letter["Subject"]))) for letter in mailbox.Maildir(folder))


async def test_those_who_booked_are_told_and_reminded_and_not_of_what_is_no_longer_true(
    engine: AsyncEngine, counsellors: None, tmp_path: Path
) -> None:
    sending = post(Maildir(tmp_path / "mail", "vagledning@example.invalid"))
    who = await invited(engine)
    session = await book(engine, who)
    await deliver_all(engine, sending, SOON)
    command = sessions.MoveSession(session=session.session, starts_at=MONDAY + minutes(60))
    await sessions.move_session(command, at(engine, SOON), FREE_RULES, person=who.person)
    await deliver_all(engine, sending, MONDAY - timedelta(hours=20))  # of the two reminders only one is true
    assert subjects(tmp_path / "mail") == [
        "Ditt samtal har fått en ny tid",
        "Ditt samtal är bokat",
        "Påminnelse om ditt samtal",
    ]
    text = "".join(
        bytes(part.get_payload(decode=True) or b"").decode()
        for letter in mailbox.Maildir(tmp_path / "mail")
        for part in letter.walk()
    )
    assert "måndag 2027-08-16 kl. 09:00" in text
    assert "https://vagledning.example/book/" in text
    assert str(who.person) not in text
    await deliver_all(engine, sending, MONDAY)
    assert len(subjects(tmp_path / "mail")) == 3


class Postbox:
    """A mail server that refuses the first letter."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.refusals = 1

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.refusals:
            self.refusals -= 1
            return "451 come back later"
        self.taken.append(envelope)
        return "250 taken"


async def test_mail_goes_by_smtp_and_is_tried_again_when_the_server_refuses(
    engine: AsyncEngine, counsellors: None
) -> None:
    box = Postbox()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(box), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        sending = post(Smtp(f"smtp://127.0.0.1:{port}", "vagledning@example.invalid"))
        await book(engine, await invited(engine))
        await deliver_all(engine, sending, SOON)
        assert box.taken == []
        await deliver_all(engine, sending, SOON + timedelta(seconds=61))
    [letter] = box.taken
    assert letter.rcpt_tos == ["test@example.invalid"]
    assert await scalar(engine, "SELECT attempts FROM notices WHERE outcome = 'sent'") == 2
