"""What can be asked of guidance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from guidance import messages
from guidance.adapters import cases, counsellors, sessions
from guidance.domain import availability
from guidance.domain import cases as follow_up
from guidance.domain import sessions as booking
from guidance.domain.availability import Breach, Channel, Counsellor
from guidance.domain.cases import Case, Word
from guidance.domain.sessions import Session
from guidance.domain.slots import Rules
from shared.work import UnitOfWork, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class BookSession:
    """Book a session for a case. `municipality` is the caller's, None for the region's staff."""

    session: UUID
    case: UUID
    counsellor: UUID
    starts_at: datetime
    channel: Channel
    municipality: str | None


async def take_availability(work: Work, reports: Sequence[Counsellor]) -> Sequence[Breach | None]:
    """Take a batch of reports: decide each in turn, save the newest. Gives for each why it is refused, or None."""
    known = await counsellors.load(work.connection, {report.counsellor for report in reports})
    changed: dict[UUID, Counsellor] = {}
    answers = []
    for report in reports:
        before = changed.get(report.counsellor) or known.get(report.counsellor)
        after, breach = availability.take(before, report)
        answers.append(breach)
        if after is not None and after is not before:
            changed[report.counsellor] = after
    await counsellors.save(work.connection, list(changed.values()), now=work.now)
    return answers


async def hear(work: Work, words: Sequence[tuple[Word, str | None]]) -> None:
    """Take what admissions said, each word with its trace: decide in turn, save in one statement, announce the news."""
    known = await cases.load(work.connection, {word.key for word, _ in words})
    changed: dict[cases.Key, Case] = {}
    for word, trace in words:
        before = changed.get(word.key) or known.get(word.key)
        after, news = follow_up.take(before, word, fresh=uuid4(), now=work.now)
        if after is not before:
            changed[word.key] = after
        if news is not None:
            work.announce(messages.of_case(after, news, trace))
    await cases.save(work.connection, changed.values())


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
        work.announce(messages.of_session(session))
    return session


async def cancel_session(session: UUID, unit_of_work: UnitOfWork, *, municipality: str | None) -> None:
    """Cancel a session that has not begun; its time can be booked again at once."""
    async with unit_of_work() as work:
        known = await sessions.get(work.connection, session, municipality=municipality)
        cancelled = booking.cancel(known, now=work.now)
        await sessions.save_cancelled(work.connection, cancelled, now=work.now)
        work.announce(messages.of_session(cancelled))
