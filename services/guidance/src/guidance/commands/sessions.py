"""Booking, moving, cancelling and settling sessions."""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.adapters import agendas, notices, sessions, visits
from guidance.adapters.agendas import Wish
from guidance.commands import waitlist
from guidance.commands.desk import Order, book_all
from guidance.domain import sessions as booking
from guidance.domain.availability import Channel
from guidance.domain.notices import Kind
from guidance.domain.sessions import USUAL, Session
from guidance.domain.slots import Rules
from guidance.messages import sessions as said
from shared.work import UnitOfWork

_ROOM_BYTES = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class BookSession:
    """Book a session for a case. `municipality` is the caller's, None for the region's staff."""

    session: UUID
    case: UUID
    counsellor: UUID
    starts_at: datetime
    channel: Channel
    municipality: str | None
    session_type: str = USUAL
    protected: bool = False

    def order(self) -> Order:
        """What the desk is asked."""
        wish = Wish(
            counsellor=self.counsellor,
            starts_at=self.starts_at,
            session_type=self.session_type,
            case=self.case,
            municipality=self.municipality,
            protected=self.protected,
        )
        return Order(wish=wish, channel=self.channel, session=self.session)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveSession:
    """Give a session another time, and perhaps another counsellor or channel (None: the same)."""

    session: UUID
    starts_at: datetime
    counsellor: UUID | None = None
    channel: Channel | None = None
    municipality: str | None = None


async def book_session(command: BookSession, unit_of_work: UnitOfWork, rules: Rules) -> Session:
    """Book one time in a transaction of its own, unless a rule or another booking is in the way."""
    async with unit_of_work() as work:
        [answer] = await book_all(work, [command.order()], rules)
        if isinstance(answer, Exception):
            raise answer
    return answer


async def move_session(
    command: MoveSession, unit_of_work: UnitOfWork, rules: Rules, *, person: UUID | None = None
) -> Session:
    """Take the new time and let go of the old one, in one transaction. `person`: whose link asks, if one does."""
    async with unit_of_work() as work:
        before = await _known(work.connection, command.session, command.municipality, person)
        wish = Wish(
            counsellor=command.counsellor or before.counsellor,
            starts_at=command.starts_at,
            session_type=before.session_type,
            person=person,
            but=before.session,
        )
        await agendas.lock(work.connection, {before.counsellor, wish.counsellor}, [before.applicant])
        facts = await agendas.about(work.connection, before, wish, rules, now=work.now)
        moved = booking.move(
            before,
            facts.matter,
            facts.counsellor,
            facts.kind,
            facts.agenda,
            starts_at=command.starts_at,
            channel=command.channel or before.channel,
            room=token_urlsafe(_ROOM_BYTES),
            rules=rules,
            now=work.now,
        )
        occupied = booking.occupied(moved.time, facts.kind, facts.counsellor, rules)
        await sessions.save_moved(work.connection, moved, occupied, now=work.now)
        await visits.forget(work.connection, moved.session)
        work.announce(said.of_moved(moved, before.time))
        await notices.of_moved(work.connection, moved, rules, now=work.now)
        await waitlist.offer_freed(work, before, rules)
    return moved


async def cancel_session(
    session: UUID,
    unit_of_work: UnitOfWork,
    rules: Rules,
    *,
    municipality: str | None,
    person: UUID | None = None,
) -> None:
    """Cancel a session that has not begun. Its time is offered to the first on the waitlist, else free at once."""
    async with unit_of_work() as work:
        known = await _known(work.connection, session, municipality, person)
        await agendas.lock(work.connection, [known.counsellor], [known.applicant])
        cancelled = booking.cancel(known, now=work.now)
        await sessions.save_cancelled(work.connection, cancelled, now=work.now)
        work.announce(said.of_session(cancelled))
        await notices.of_session(work.connection, cancelled, Kind.CANCELLED, now=work.now)
        await waitlist.offer_freed(work, cancelled, rules)


async def settle_session(session: UUID, unit_of_work: UnitOfWork, *, came: bool, municipality: str | None) -> Session:
    """Keep that the session was held, or that the person did not come."""
    async with unit_of_work() as work:
        known = await sessions.get(work.connection, session, municipality=municipality)
        settled = booking.settle(known, came=came, now=work.now)
        if settled.status is not known.status:
            await sessions.save_settled(work.connection, settled, known.status, now=work.now)
            work.announce(said.of_session(settled))
    return settled


async def _known(connection: AsyncConnection, session: UUID, municipality: str | None, person: UUID | None) -> Session:
    """The session, if the caller may see it: by municipality, or as the one it is for. Raises SessionUnknown."""
    known = await sessions.get(connection, session, municipality=municipality)
    if person not in (None, known.applicant):
        raise sessions.SessionUnknown
    return known
