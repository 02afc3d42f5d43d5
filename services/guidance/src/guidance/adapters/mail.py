"""How messages leave: e-mail by SMTP or into a folder, SMS through a gateway. One port, so that others can be added."""

import asyncio
import mailbox
import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit

import httpx

from guidance.settings import Secrets

_TIMEOUT_SECONDS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPart:
    """An invitation, its update or its cancellation, which mail readers offer to put into the calendar (RFC 6047)."""

    method: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message. `id` names it, so that one sent twice can be recognised. Its text is never logged."""

    id: str
    to: str
    subject: str
    text: str
    calendar: CalendarPart | None = None

    def __repr__(self) -> str:
        return f"<Message {self.id}>"


class Sender(Protocol):
    """Sends a message or raises."""

    async def send(self, message: Message) -> None: ...


class Smtp:
    """E-mail through a server (RFC 5321); `smtps` is encrypted from the start, `smtp` as soon as the server can."""

    def __init__(self, address: str, sender: str) -> None:
        self._server, self._sender = urlsplit(address), sender

    async def send(self, message: Message) -> None:
        """Hand it to the server. Raises OSError and smtplib.SMTPException."""
        await asyncio.to_thread(self._send, email(message, self._sender))

    def _send(self, letter: EmailMessage) -> None:
        kind = smtplib.SMTP_SSL if self._server.scheme == "smtps" else smtplib.SMTP
        with kind(self._server.hostname or "", self._server.port or 0, timeout=_TIMEOUT_SECONDS) as server:
            server.ehlo()
            if self._server.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls()
                server.ehlo()
            if self._server.username:
                server.login(unquote(self._server.username), unquote(self._server.password or ""))
            server.send_message(letter)


class Maildir:
    """E-mail into a folder, for trying out."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder, self._sender = folder, sender

    async def send(self, message: Message) -> None:
        """Add it to the folder, which any mail reader can show."""
        await asyncio.to_thread(mailbox.Maildir(self._folder).add, email(message, self._sender))


class Sms:
    """Short messages through a gateway that takes JSON over HTTP."""

    def __init__(self, address: str, token: str | None) -> None:
        self._address = address
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def send(self, message: Message) -> None:
        """Hand it to the gateway. Raises httpx.HTTPError."""
        content = {"id": message.id, "to": international(message.to), "text": message.text}
        async with httpx.AsyncClient(timeout=_TIMEOUT_SECONDS) as client:
            (await client.post(self._address, json=content, headers=self._headers)).raise_for_status()


@dataclass(frozen=True, slots=True, kw_only=True)
class Senders:
    """What can be sent: each None where nothing is set."""

    mail: Sender | None
    sms: Sender | None


def senders_of(secrets: Secrets) -> Senders:
    """The senders that the settings give."""
    token = secrets.sms_token.get_secret_value() if secrets.sms_token else None
    return Senders(mail=_mail(secrets), sms=Sms(secrets.sms, token) if secrets.sms else None)


def international(number: str) -> str:
    """A telephone number as gateways want it (E.164); one that begins with a single zero is Swedish."""
    digits = "".join(each for each in number if each.isdigit())
    if number.strip().startswith("+"):
        return f"+{digits}"
    return f"+{digits[2:]}" if digits.startswith("00") else f"+46{digits.removeprefix('0')}"


def email(message: Message, sender: str) -> EmailMessage:
    """The letter (RFC 5322), with its part for the calendar beside its words."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, message.to, message.subject
    letter["Message-ID"] = f"<{message.id}@{sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(message.text)
    if message.calendar is not None:
        # bytes keep the line ends that calendars ask for
        parameters = {"method": message.calendar.method, "charset": "utf-8"}
        letter.add_alternative(message.calendar.content, maintype="text", subtype="calendar", params=parameters)
    return letter


def _mail(secrets: Secrets) -> Sender | None:
    if not secrets.mail:
        return None
    if secrets.mail.startswith("maildir:"):
        return Maildir(Path(secrets.mail.removeprefix("maildir:")), secrets.mail_from)
    return Smtp(secrets.mail, secrets.mail_from)
