"""Sending what is due: claimed in one transaction, sent outside of any, and marked in another.

A message may be sent twice when the process dies between sending and marking; it then has the same Message-ID.
"""

import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

import httpx
import structlog

from guidance.adapters import invitations, notices, sessions, waitlist
from guidance.adapters.calendars.writing import invitation, method
from guidance.adapters.links import Links
from guidance.adapters.mail import CalendarPart, Message, Sender, Senders, senders_of
from guidance.adapters.notices import MOST_ATTEMPTS
from guidance.domain.invitations import Contact, Invitation
from guidance.domain.notices import Kind, Notice, Outcome
from guidance.domain.sessions import Session, SessionStatus
from guidance.domain.waitlist import OfferOver
from guidance.messages.calendar import entry_of
from guidance.messages.letters import Letter, letter
from guidance.settings import Secrets
from shared.work import UnitOfWork, Work

PURPOSE: Final = "booking"
_PAUSE: Final = timedelta(minutes=1)
_BOOKED: Final = frozenset({SessionStatus.BOOKED})
# In which states of its session a message is still true; a session nobody has settled counts as held.
_TRUE_OF: Final = {
    Kind.CANCELLED: frozenset({SessionStatus.CANCELLED}),
    Kind.SURVEY: frozenset({SessionStatus.BOOKED, SessionStatus.HELD}),
}
_IN_CALENDARS: Final = frozenset({Kind.BOOKED, Kind.MOVED, Kind.CANCELLED})
_TROUBLES: Final = (OSError, smtplib.SMTPException, httpx.HTTPError)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What it takes to send. `public_url` is where people reach the booking pages."""

    senders: Senders
    links: Links
    public_url: str
    mail_from: str

    async def deliver_one(self, unit_of_work: UnitOfWork) -> bool:
        """Send the message that has been due longest; tells whether there was one."""
        async with unit_of_work() as work:
            notice = await notices.claim(work.connection, now=work.now)
            if notice is None:
                return False
            letters = await self._letters(work, notice)
            if not letters:
                await notices.done(work.connection, notice.id, Outcome.VOID, now=work.now)
        if letters:
            await self._send(notice, letters, unit_of_work)
        return True

    async def _send(self, notice: Notice, letters: list[tuple[Sender, Message]], unit_of_work: UnitOfWork) -> None:
        try:
            for sender, message in letters:
                await sender.send(message)
        except _TROUBLES as error:
            log.warning("message_not_sent", notice=str(notice.id), kind=notice.kind, error=type(error).__name__)
            async with unit_of_work() as work:
                await _put_off(work, notice)
            return
        async with unit_of_work() as work:
            await notices.done(work.connection, notice.id, Outcome.SENT, now=work.now)

    async def _letters(self, work: Work, notice: Notice) -> list[tuple[Sender, Message]]:
        """What to send where; nothing when it is no longer true, or there is nobody to tell, or it may not be told."""
        invitation = await invitations.current(work.connection, notice.invitation, now=work.now)
        contact = await invitations.contact(work.connection, notice.invitation)
        if invitation is None or contact is None or invitation.protected:
            return []
        session, until = await _about(work, notice)
        if notice.session is not None and session is None:
            return []
        link = f"{self.public_url}/book/{self.link(invitation)}"
        said = letter(
            notice.kind,
            contact.language,
            link,
            when=session.time.starts_at if session else None,
            channel=session.channel if session else None,
            until=until,
        )
        return self._addressed(notice, contact, said, session, now=work.now)

    def link(self, invitation: Invitation) -> str:
        """The text of an invitation's link: which invitation and which version, signed. Raises LinksOff."""
        content = {"i": invitation.invitation.hex, "v": invitation.version}
        return self.links.make(PURPOSE, content, until=invitation.expires_at)

    def way(self, *, email: str | None, phone: str | None) -> Literal["email", "sms"] | None:
        """How one is told who has given these: by e-mail if there is an address, else by SMS; None: not at all."""
        if email and self.senders.mail is not None:
            return "email"
        return "sms" if phone and self.senders.sms is not None else None

    def _addressed(
        self, notice: Notice, contact: Contact, said: Letter, session: Session | None, *, now: datetime
    ) -> list[tuple[Sender, Message]]:
        way = self.way(email=contact.email, phone=contact.phone)
        if way == "email" and self.senders.mail is not None and contact.email:
            calendar = self._calendar(notice, contact.email, contact.language, session, now)
            message = Message(
                id=str(notice.id), to=contact.email, subject=said.subject, text=said.text, calendar=calendar
            )
            return [(self.senders.mail, message)]
        if way == "sms" and self.senders.sms is not None and contact.phone:
            message = Message(id=str(notice.id), to=contact.phone, subject=said.subject, text=said.text)
            return [(self.senders.sms, message)]
        return []

    def _calendar(
        self, notice: Notice, to: str, language: str, session: Session | None, now: datetime
    ) -> CalendarPart | None:
        """The invitation of what is booked, its update when it moves, its cancellation; nothing with other messages."""
        if session is None or notice.kind not in _IN_CALENDARS:
            return None
        entry = entry_of(session, language, at=now.replace(microsecond=0))
        content = invitation(entry, organizer=self.mail_from, attendee=to, name=to, accepted=True)
        return CalendarPart(method=method(entry), content=content)


def post_of(secrets: Secrets, links: Links) -> Post:
    """The post that the settings give."""
    return Post(
        senders=senders_of(secrets),
        links=links,
        public_url=secrets.public_url.rstrip("/"),
        mail_from=secrets.mail_from,
    )


async def _about(work: Work, notice: Notice) -> tuple[Session | None, datetime | None]:
    """The session, if the message about it is still true; for an offer also until when it stands."""
    if notice.session is None:
        return None, None
    session = await sessions.find(work.connection, notice.session)
    if session is None or session.protected or session.moves != notice.moves:
        return None, None
    if notice.kind is Kind.OFFER:
        try:
            offer = await waitlist.get_offer(work.connection, notice.session)
        except OfferOver:
            return None, None
        return session, offer.until
    past = notice.kind is Kind.REMINDER and session.time.starts_at <= work.now
    return (session, None) if session.status in _TRUE_OF.get(notice.kind, _BOOKED) and not past else (None, None)


async def _put_off(work: Work, notice: Notice) -> None:
    """Try again after one, two, four … minutes; in the end give up."""
    if notice.attempts >= MOST_ATTEMPTS:
        await notices.done(work.connection, notice.id, Outcome.FAILED, now=work.now)
    else:
        await notices.later(work.connection, notice.id, work.now + _PAUSE * 2 ** (notice.attempts - 1))
