"""Booking and cancelling sessions."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from guidance.adapters import cases, counsellors, sessions
from guidance.domain import sessions as booking
from guidance.domain.availability import Channel
from guidance.domain.sessions import Session
from guidance.domain.slots import Rules
from guidance.messages import sessions as said
from shared.work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class BookSession:
    """Book a session for a case. `municipality` is the caller's, None for the region's staff."""

    session: UUID
    case: UUID
    counsellor: UUID
    starts_at: datetime
    channel: Channel
    municipality: str | None


async def book_session(command: BookSession, unit_of_work: UnitOfWork, rules: Rules) -> Session:
    """Book the time, unless a rule or another booking is in the way."""
    async with unit_of_work() as work:
        case = await cases.get(work.connection, command.case, municipality=command.municipality)
        counsellor = await counsellors.at(work.connection, command.counsellor, command.starts_at)
        session = booking.book(
            command.session,
            case,
            counsellor,
            starts_at=command.starts_at,
            channel=command.channel,
            rules=rules,
            now=work.now,
        )
        await sessions.save_booked(work.connection, session, rules.occupied(session.time), now=work.now)
        work.announce(said.of_session(session))
    return session


async def cancel_session(session: UUID, unit_of_work: UnitOfWork, *, municipality: str | None) -> None:
    """Cancel a session that has not begun; its time can be booked again at once."""
    async with unit_of_work() as work:
        known = await sessions.get(work.connection, session, municipality=municipality)
        cancelled = booking.cancel(known, now=work.now)
        await sessions.save_cancelled(work.connection, cancelled, now=work.now)
        work.announce(said.of_session(cancelled))
