"""Joining the drop-in queue, taking the next, and ending a visit."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from guidance.adapters import drop_ins
from guidance.adapters.calendars.vault import Vault
from guidance.adapters.on_duty import on_duty
from guidance.domain.drop_in import (
    GONE_AFTER,
    KEPT,
    LONGEST_VISIT,
    MOST_WAITING,
    Channel,
    NobodyWaits,
    Outcome,
    PhoneMissing,
    Visit,
    VisitUnderWay,
)
from guidance.domain.rota.clock import midnight, moment, wall
from guidance.domain.rota.refusals import NotOnDuty, QueueClosed, QueueFull, VisitUnknown
from guidance.messages import drop_in as said
from shared.work import UnitOfWork, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinQueue:
    """A visitor who holds the ticket `secret`. The number is for being called; it is sealed and erased afterwards."""

    visit: UUID
    secret: str
    municipality: str
    language: str
    channel: Channel
    phone: str | None = None


async def join_queue(command: JoinQueue, unit_of_work: UnitOfWork, vault: Vault) -> int:
    """Stand last in the queue; gives the ticket's number. Raises PhoneMissing, QueueClosed, QueueFull."""
    called = command.channel is Channel.PHONE
    if called and not command.phone:
        raise PhoneMissing
    phone = vault.seal(command.phone, str(command.visit)) if called and command.phone else None
    async with unit_of_work() as work:
        if not await on_duty(work.connection, now=work.now):
            raise QueueClosed
        number, waiting = await drop_ins.lock(work.connection, moment(midnight(wall(work.now).date())))
        if waiting >= MOST_WAITING:
            raise QueueFull
        row = {
            "id": command.visit,
            "number": number,
            "ticket": drop_ins.digest(command.secret),
            "municipality": command.municipality,
            "language": command.language,
            "channel": command.channel.value,
            "phone": phone,
            "now": work.now,
        }
        await drop_ins.join(work.connection, row)
    return number


async def look(secret: str, unit_of_work: UnitOfWork) -> Visit:
    """How the visit stands, which also tells that the visitor is still there. Raises TicketUnknown."""
    async with unit_of_work() as work:
        await drop_ins.seen(work.connection, secret, now=work.now)
        return await drop_ins.by_ticket(work.connection, secret)


async def leave_queue(secret: str, unit_of_work: UnitOfWork) -> None:
    """The visitor leaves, or is done. Raises TicketUnknown."""
    async with unit_of_work() as work:
        visit = await drop_ins.by_ticket(work.connection, secret)
        outcome = Outcome.HELPED if visit.status == "called" else Outcome.LEFT
        await _end(work, [(visit.visit, outcome)])


async def take_next(counsellor: UUID, room: str, unit_of_work: UnitOfWork, vault: Vault) -> Visit:
    """Call the next in the queue. Raises NotOnDuty, VisitUnderWay, NobodyWaits."""
    async with unit_of_work() as work:
        if not await on_duty(work.connection, now=work.now, counsellor=counsellor):
            raise NotOnDuty
        if await drop_ins.has_visit(work.connection, counsellor):
            raise VisitUnderWay
        if not await drop_ins.take(work.connection, counsellor, vault.seal(room, "room"), now=work.now):
            raise NobodyWaits
        taken = await drop_ins.own(work.connection, counsellor)
    assert taken is not None  # it was taken in this very transaction
    return taken


async def end_visit(counsellor: UUID, outcome: Outcome, unit_of_work: UnitOfWork) -> None:
    """End the visit that the counsellor has under way. Raises VisitUnknown."""
    async with unit_of_work() as work:
        visit = await drop_ins.own(work.connection, counsellor)
        if visit is None:
            raise VisitUnknown
        await drop_ins.lock_visit(work.connection, visit.visit)
        await _end(work, [(visit.visit, outcome)])


async def sweep(work: Work) -> bool:
    """End visits whose page was closed, whose rota has closed, or that nobody ended; erase what is old."""
    open_now = await on_duty(work.connection, now=work.now)
    over = await drop_ins.stale(
        work.connection, gone=work.now - GONE_AFTER, longest=work.now - LONGEST_VISIT, open_now=open_now
    )
    await _end(work, over)
    await drop_ins.erase(work.connection, work.now - KEPT)
    return False


async def _end(work: Work, ends: Sequence[tuple[UUID, Outcome]]) -> None:
    ended = await drop_ins.end(work.connection, ends, now=work.now)
    work.announce(*(said.of_visit(visit) for visit in ended))
