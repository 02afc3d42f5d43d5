"""Offering freed times to those who wait, in the order they came."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Final
from uuid import UUID, uuid4

from guidance.adapters import agendas, notices, sessions
from guidance.adapters import waitlist as kept
from guidance.adapters.agendas import Facts, Wish
from guidance.domain import sessions as booking
from guidance.domain import waitlist as waiting
from guidance.domain.availability import Channel
from guidance.domain.invitations import Invitation
from guidance.domain.notices import Kind
from guidance.domain.sessions import Session, SessionStatus
from guidance.domain.slots import Rules
from guidance.domain.waitlist import Entry, NotWaiting, Offer, OfferOver, WaitStatus
from guidance.messages import sessions as said
from guidance.messages import waitlist as waitlist_said
from shared.work import UnitOfWork, Work

_ROOM_BYTES: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinWaitlist:
    """Wait for a time of a type and channel, between two moments, perhaps with one counsellor or in one language."""

    session_type: str
    channel: Channel
    not_before: datetime
    not_after: datetime
    counsellor: UUID | None = None
    language: str | None = None


async def join(command: JoinWaitlist, invitation: Invitation, work: Work) -> Entry:
    """Stand last in line. Raises AlreadyWaiting."""
    entry = Entry(
        entry=uuid4(),
        invitation=invitation.invitation,
        version=invitation.version,
        person=invitation.person,
        home_municipality=invitation.home_municipality,
        session_type=command.session_type,
        channel=command.channel,
        counsellor=command.counsellor,
        language=command.language,
        not_before=command.not_before,
        not_after=command.not_after,
    )
    await kept.join(work.connection, entry, now=work.now)
    work.announce(waitlist_said.of_entry(waitlist_said.JOINED, entry))
    return entry


async def leave(invitation: Invitation, unit_of_work: UnitOfWork, rules: Rules) -> None:
    """Step out of line; a time on offer goes to the next. Raises NotWaiting."""
    async with unit_of_work() as work:
        place = await kept.of(work.connection, invitation.invitation)
        if place is None:
            raise NotWaiting
        entry, status, offer = place
        if offer is not None:
            await _give_back(work, offer, "declined", WaitStatus.LEFT, rules)
        elif not await kept.leave(work.connection, entry, status):
            raise NotWaiting


async def take_offer(offer: UUID, invitation: Invitation, unit_of_work: UnitOfWork, rules: Rules) -> Session:
    """Book the time that was held. Raises OfferOver, and TooMany when others were booked meanwhile."""
    async with unit_of_work() as work:
        open_offer = await _own(work, offer, invitation)
        await agendas.lock(work.connection, [open_offer.counsellor], [invitation.person])
        facts = await _facts(work, open_offer.entry, open_offer.counsellor, open_offer.starts_at, rules, but=offer)
        if isinstance(facts, Exception):
            raise facts
        if open_offer.until <= work.now:
            raise OfferOver
        _session(work, open_offer.entry, facts, open_offer.starts_at, rules)
        session = sessions.of_row(await kept.take(work.connection, offer, now=work.now))
        await kept.answer(work.connection, open_offer, "taken", WaitStatus.TAKEN)
        work.announce(said.of_session(session), waitlist_said.of_entry(waitlist_said.LEFT, open_offer.entry))
        await notices.of_booked(work.connection, [session], rules, now=work.now)
    return session


async def decline_offer(offer: UUID, invitation: Invitation, unit_of_work: UnitOfWork, rules: Rules) -> None:
    """Say no to this time and wait for another; it goes to the next in line. Raises OfferOver."""
    async with unit_of_work() as work:
        await _own(work, offer, invitation)
        await _give_back(work, offer, "declined", WaitStatus.WAITING, rules)


async def offer_freed(work: Work, freed: Session, rules: Rules) -> None:
    """Hold a freed time for the first in line who can have it. The counsellor's lock must be held."""
    for entry in await kept.next_for(work.connection, freed.counsellor, freed.time.starts_at, now=work.now):
        if await _offer(work, entry, freed.counsellor, freed.time.starts_at, rules):
            return


async def lapse_one(work: Work, rules: Rules) -> bool:
    """Let go of one offer that nobody answered, for the next in line; tells whether there was one."""
    for offer in await kept.over(work.connection, now=work.now, limit=1):
        await _give_back(work, offer, "lapsed", None, rules)
        return True
    return False


async def offer_to(work: Work, entry: Entry, times: Sequence[tuple[UUID, datetime]], rules: Rules) -> bool:
    """Offer one who waits the first of these times that can be had, but none offered before; tells whether it was."""
    before = await kept.had_offers(work.connection, entry.entry)
    for counsellor, starts_at in times:
        if (counsellor, starts_at) not in before:
            await agendas.lock(work.connection, [counsellor], [])
            if await _offer(work, entry, counsellor, starts_at, rules):
                return True
    return False


async def _own(work: Work, offer: UUID, invitation: Invitation) -> Offer:
    """Raises OfferOver also for another's, so that nothing is told of it."""
    found = await kept.get_offer(work.connection, offer)
    if found.entry.invitation != invitation.invitation:
        raise OfferOver
    return found


async def _give_back(work: Work, offer: UUID, outcome: str, status: WaitStatus | None, rules: Rules) -> None:
    known = await kept.get_offer(work.connection, offer)
    await agendas.lock(work.connection, [known.counsellor], [])
    if status is None:
        lapsed = await kept.lapsed(work.connection, known.entry.entry) + 1
        status = waiting.after_lapse(lapsed, rules.offers_unanswered)
    await kept.answer(work.connection, known, outcome, status)
    await kept.let_go(work.connection, offer)
    if status is WaitStatus.LEFT:
        work.announce(waitlist_said.of_entry(waitlist_said.LEFT, known.entry))
    for entry in await kept.next_for(work.connection, known.counsellor, known.starts_at, now=work.now):
        if await _offer(work, entry, known.counsellor, known.starts_at, rules):
            return


async def _offer(work: Work, entry: Entry, counsellor: UUID, starts_at: datetime, rules: Rules) -> bool:
    facts = await _facts(work, entry, counsellor, starts_at, rules)
    if isinstance(facts, Exception):
        return False
    try:
        session = _session(work, entry, facts, starts_at, rules)
    except Exception:  # noqa: BLE001  # a rule stands against it: the next in line is asked
        return False
    held = replace(session, status=SessionStatus.OFFERED)
    occupied = booking.occupied(held.time, facts.kind, facts.counsellor, rules)
    if not await sessions.save_booked(work.connection, [(held, occupied)], now=work.now):
        return False
    until = waiting.stands_until(work.now, starts_at, rules.offer_stands / timedelta(seconds=1))
    offer = Offer(offer=held.session, entry=entry, counsellor=counsellor, starts_at=starts_at, until=until)
    if not await kept.save_offer(work.connection, offer, now=work.now):
        return False
    work.announce(waitlist_said.of_offer(offer))
    await notices.of_session(work.connection, held, Kind.OFFER, now=work.now)
    return True


async def _facts(
    work: Work, entry: Entry, counsellor: UUID, starts_at: datetime, rules: Rules, but: UUID | None = None
) -> Facts | Exception:
    wish = Wish(
        counsellor=counsellor,
        starts_at=starts_at,
        session_type=entry.session_type,
        invitation=entry.invitation,
        version=entry.version,
        person=entry.person,
        but=but,
    )
    [facts] = await agendas.load(work.connection, [wish], rules, now=work.now)
    return facts


def _session(work: Work, entry: Entry, facts: Facts, starts_at: datetime, rules: Rules) -> Session:
    return booking.book(
        uuid4(),
        facts.matter,
        facts.counsellor,
        facts.kind,
        facts.agenda,
        starts_at=starts_at,
        channel=entry.channel,
        room=token_urlsafe(_ROOM_BYTES),
        rules=rules,
        now=work.now,
    )
