"""Giving people a link, and what they do with it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from guidance.adapters import cases, notices
from guidance.adapters import invitations as kept
from guidance.adapters.agendas import Wish
from guidance.adapters.links import LinkInvalid, Links
from guidance.commands import sessions, waitlist
from guidance.commands.desk import Desk, Order
from guidance.commands.post import PURPOSE
from guidance.domain.availability import Channel
from guidance.domain.invitations import Contact, Invitation, contact, home
from guidance.domain.refusals import DayFull, LinkTypeClosed, NotASlot, PhoneOnly, SlotTaken
from guidance.domain.sessions import Session
from guidance.domain.slots import Rules
from shared.work import UnitOfWork, Work

# The counsellor can't be had then; another may.
_GONE: Final = (SlotTaken, DayFull, NotASlot)


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
    reached: Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveByLink:
    """Move a session to a time with the first of `candidates` who is free then."""

    invitation: Invitation
    session: UUID
    candidates: tuple[UUID, ...]
    starts_at: datetime
    channel: Channel
    reached: Contact


async def invite(command: Invite, unit_of_work: UnitOfWork, rules: Rules) -> Invitation:
    """Make the invitation, or prolong the one that the case has; tell the person when an address is given.

    Raises CaseUnknown, NotYourMunicipality, TypeUnknown and LinkTypeClosed.
    """
    async with unit_of_work() as work:
        if command.session_type is not None:
            await kept.check_type(work.connection, command.session_type)
        person, home_municipality = await _whose(work, command)
        fresh = Invitation(
            invitation=uuid4(),
            person=person,
            case=command.case,
            home_municipality=home_municipality,
            protected=command.protected,
            session_type=command.session_type,
            version=1,
            expires_at=work.now + rules.link_lasts,
        )
        invitation = await kept.save(work.connection, fresh, now=work.now)
        await _tell(work, command, invitation, rules)
    return invitation


async def _whose(work: Work, command: Invite) -> tuple[UUID, str]:
    """The person, and where at home: the case's applicant, or somebody new."""
    if command.case is None:
        return uuid4(), home(command.home_municipality, command.municipality)
    case = await cases.get(work.connection, command.case, municipality=command.municipality)
    return case.applicant, case.home_municipality


async def _tell(work: Work, command: Invite, invitation: Invitation, rules: Rules) -> None:
    if invitation.protected:
        await kept.forget_email(work.connection, invitation.invitation)
    elif command.email or command.phone:
        known = Contact(email=command.email, phone=command.phone, language=command.language)
        erase_after = work.now + rules.contacts_kept
        await kept.save_contact(work.connection, invitation.invitation, known, erase_after=erase_after)
        await notices.of_invitation(work.connection, invitation.invitation, now=work.now)


async def renew(invitation: UUID, unit_of_work: UnitOfWork, *, municipality: str | None) -> Invitation:
    """Void all links given so far, and let new ones be made. Raises LinkInvalid."""
    async with unit_of_work() as work:
        return await kept.renew(work.connection, invitation, municipality=municipality)


async def revoke(invitation: UUID, unit_of_work: UnitOfWork, *, municipality: str | None) -> None:
    """End the invitation; sessions already booked stand. Raises LinkInvalid."""
    async with unit_of_work() as work:
        await kept.revoke(work.connection, invitation, municipality=municipality, now=work.now)


async def read(text: str, links: Links, unit_of_work: UnitOfWork, *, now: datetime) -> Invitation:
    """Whose link this is. Raises LinkInvalid for any that does not hold."""
    content = links.read(PURPOSE, text)
    try:
        invitation, version = UUID(content["i"]), int(content["v"])
    except (KeyError, ValueError, TypeError):
        raise LinkInvalid from None
    async with unit_of_work.read() as connection:
        return await kept.get(connection, invitation, version, now=now)


async def keep_contact(work: Work, invitation: Invitation, given: Contact, *, by_phone: bool, until: datetime) -> None:
    """Keep how the person wants to be reached, beside what is known. Raises PhoneMissing and ContactMissing."""
    known = await kept.contact(work.connection, invitation.invitation)
    reached = contact(
        invitation, known, email=given.email, phone=given.phone, language=given.language, by_phone=by_phone
    )
    if reached is not None:
        await kept.save_contact(work.connection, invitation.invitation, reached, erase_after=until)


async def book(command: BookByLink, desk: Desk, unit_of_work: UnitOfWork) -> Session:
    """Book with the first of the candidates who is still free. Raises what the desk refuses, ContactMissing and
    PhoneMissing. Contact details are kept first, so that a booking always has some; they are erased on schedule also
    when the time was taken meanwhile."""
    invitation, given = command.invitation, command.reached
    async with unit_of_work() as work:
        until = command.starts_at + desk.rules.contacts_kept
        await keep_contact(work, invitation, given, by_phone=command.channel is Channel.PHONE, until=until)
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
        except _GONE as gone:
            refusal = gone
    raise refusal


async def move(command: MoveByLink, unit_of_work: UnitOfWork, rules: Rules) -> Session:
    """Move to the time with the first of the candidates who is still free. Raises SessionUnknown for another's session,
    what forbids the move, and PhoneMissing."""
    invitation = command.invitation
    async with unit_of_work() as work:
        until = command.starts_at + rules.contacts_kept
        by_phone = command.channel is Channel.PHONE
        await keep_contact(work, invitation, command.reached, by_phone=by_phone, until=until)
    refusal: Exception = SlotTaken()
    for counsellor in command.candidates:
        moved = sessions.MoveSession(
            session=command.session, starts_at=command.starts_at, counsellor=counsellor, channel=command.channel
        )
        try:
            return await sessions.move_session(moved, unit_of_work, rules, person=invitation.person)
        except _GONE as gone:
            refusal = gone
    raise refusal


async def wait(
    command: waitlist.JoinWaitlist, invitation: Invitation, given: Contact, unit_of_work: UnitOfWork, rules: Rules
) -> None:
    """Stand last in line for what the link may book. Raises AlreadyWaiting, LinkTypeClosed, TypeUnknown, PhoneOnly,
    PhoneMissing and ContactMissing."""
    if invitation.session_type not in (None, command.session_type):
        raise LinkTypeClosed
    if invitation.protected and command.channel is not Channel.PHONE:
        raise PhoneOnly
    async with unit_of_work() as work:
        await kept.check_type(work.connection, command.session_type)
        until = command.not_after + rules.contacts_kept
        await keep_contact(work, invitation, given, by_phone=command.channel is Channel.PHONE, until=until)
        await waitlist.join(command, invitation, work)
