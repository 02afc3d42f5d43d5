"""Giving people a link, and what they do with it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from guidance.adapters import cases, notices
from guidance.adapters import invitations as kept
from guidance.adapters.agendas import Wish
from guidance.adapters.links import LinkInvalid, Links
from guidance.commands.desk import Desk, Order
from guidance.commands.post import PURPOSE
from guidance.domain.availability import Channel
from guidance.domain.invitations import Contact, Invitation, contact
from guidance.domain.refusals import CaseBusy, SlotTaken, TooMany
from guidance.domain.sessions import Session
from guidance.domain.slots import Rules
from shared.work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """Give a link for a case, or for a person without one, whose home municipality is then told. `municipality` is the
    caller's, None for the region's staff."""

    case: UUID | None
    home_municipality: str | None
    municipality: str | None
    protected: bool
    session_type: str | None
    email: str | None
    phone: str | None
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BookByLink:
    """Book a time by link. `counsellor` None: whoever of `candidates` is free, in that order."""

    invitation: Invitation
    candidates: tuple[UUID, ...]
    starts_at: datetime
    session_type: str
    channel: Channel
    email: str | None
    phone: str | None
    language: str


async def invite(command: Invite, unit_of_work: UnitOfWork, rules: Rules) -> Invitation:
    """Make the invitation, or prolong the one that the case has; tell the person when an address is given.

    Raises CaseUnknown.
    """
    async with unit_of_work() as work:
        person, home = uuid4(), command.municipality or command.home_municipality or ""
        if command.case is not None:
            case = await cases.get(work.connection, command.case, municipality=command.municipality)
            person, home = case.applicant, case.home_municipality
        fresh = Invitation(
            invitation=uuid4(),
            person=person,
            case=command.case,
            home_municipality=home,
            protected=command.protected,
            session_type=command.session_type,
            version=1,
            expires_at=work.now + rules.link_lasts,
        )
        invitation = await kept.save(work.connection, fresh, now=work.now)
        if not invitation.protected and (command.email or command.phone):
            known = Contact(email=command.email, phone=command.phone, language=command.language)
            await kept.save_contact(
                work.connection, invitation.invitation, known, erase_after=work.now + rules.contacts_kept
            )
            await notices.of_invitation(work.connection, invitation.invitation, now=work.now)
    return invitation


async def renew(invitation: UUID, unit_of_work: UnitOfWork, *, municipality: str | None) -> Invitation:
    """Void all links given so far, and let new ones be made. Raises LinkInvalid."""
    async with unit_of_work() as work:
        return await kept.renew(work.connection, invitation, municipality=municipality)


async def revoke(invitation: UUID, unit_of_work: UnitOfWork, *, municipality: str | None) -> None:
    """End the invitation; sessions already booked stand. Raises LinkInvalid."""
    async with unit_of_work() as work:
        await kept.revoke(work.connection, invitation, municipality=municipality, now=work.now)


async def read(text: str, links: Links, unit_of_work: UnitOfWork, *, now: datetime) -> Invitation:
    """Whose link this is. Raises LinkInvalid for any that does not hold, whatever the reason."""
    content = links.read(PURPOSE, text)
    try:
        invitation, version = UUID(content["i"]), int(content["v"])
    except (KeyError, ValueError, TypeError):
        raise LinkInvalid from None
    async with unit_of_work.read() as connection:
        return await kept.get(connection, invitation, version, now=now)


async def book(command: BookByLink, desk: Desk, unit_of_work: UnitOfWork) -> Session:
    """Book with the first of the candidates who is still free. Raises what the desk refuses, ContactMissing and
    PhoneMissing; contact details are kept only with a booking."""
    invitation = command.invitation
    known = contact(
        invitation,
        email=command.email,
        phone=command.phone,
        language=command.language,
        by_phone=command.channel is Channel.PHONE,
    )
    if known is not None:
        async with unit_of_work() as work:
            until = command.starts_at + desk.rules.contacts_kept
            await kept.save_contact(work.connection, invitation.invitation, known, erase_after=until)
    refusal: Exception = SlotTaken()
    for counsellor in command.candidates:
        wish = Wish(
            counsellor=counsellor,
            starts_at=command.starts_at,
            session_type=command.session_type,
            invitation=invitation.invitation,
            version=invitation.version,
            person=invitation.person,
        )
        try:
            return await desk.book(Order(wish=wish, channel=command.channel))
        except (CaseBusy, TooMany):
            raise
        except SlotTaken as taken:
            refusal = taken
    raise refusal
