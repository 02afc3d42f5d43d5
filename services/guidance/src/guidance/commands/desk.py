"""The booking desk: those who book at the same moment share one transaction, so a rush costs few round trips.

While a transaction is under way the next ones gather; nobody waits for more to come. Each gets an answer of their own,
after the commit.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from secrets import token_urlsafe
from typing import Final
from uuid import UUID, uuid4

import structlog

from guidance.adapters import agendas, notices, sessions
from guidance.adapters.agendas import Facts, Wish
from guidance.domain import sessions as booking
from guidance.domain.availability import Channel
from guidance.domain.refusals import SlotTaken
from guidance.domain.sessions import Session
from guidance.domain.slots import Rules
from guidance.domain.times import Period, day_of
from guidance.messages import sessions as said
from shared.database import can_pass
from shared.work import UnitOfWork, Work

MOST_AT_ONCE: Final = 64
_LANES: Final = 2
_ROOM_BYTES: Final = 24

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Book this wish through that channel."""

    wish: Wish
    channel: Channel
    session: UUID = field(default_factory=uuid4)

    @property
    def time(self) -> tuple[UUID, datetime, str]:
        """What two orders must not both get."""
        return self.wish.counsellor, self.wish.starts_at, self.wish.session_type


class _Later(Exception):
    """Another order of the same transaction must be known first."""


Answer = Session | Exception


class Desk:
    """Takes orders of many at a time. One for each process."""

    def __init__(self, unit_of_work: UnitOfWork, rules: Rules) -> None:
        self._unit_of_work, self.rules = unit_of_work, rules
        self._waiting: list[tuple[Order, asyncio.Future[Session]]] = []
        self._lanes: set[asyncio.Task[None]] = set()

    async def book(self, order: Order) -> Session:
        """Book the time, unless a rule or another booking is in the way: then the refusal is raised."""
        answer: asyncio.Future[Session] = asyncio.get_running_loop().create_future()
        self._waiting.append((order, answer))
        if len(self._lanes) < _LANES:
            lane = asyncio.create_task(self._serve())
            self._lanes.add(lane)
            lane.add_done_callback(self._lanes.discard)
        return await answer

    async def _serve(self) -> None:
        while self._waiting:
            taken, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
            answers = await self._answers([order for order, _ in taken])
            again = [each for each, answer in zip(taken, answers, strict=True) if isinstance(answer, _Later)]
            self._waiting = again + self._waiting
            for (_, future), answer in zip(taken, answers, strict=True):
                if not future.done() and not isinstance(answer, _Later):
                    _tell(future, answer)

    async def _answers(self, orders: Sequence[Order]) -> Sequence[Answer]:
        """Of those who ask for the very same time the first decides, and only that one is looked up."""
        first: dict[object, int] = {}
        leads = [first.setdefault(order.time, number) for number, order in enumerate(orders)]
        chosen = [order for number, order in enumerate(orders) if leads[number] == number]
        answers = dict(zip((order.session for order in chosen), await self._decided(chosen), strict=True))
        return [
            answers[order.session] if leads[number] == number else _after(answers[orders[leads[number]].session])
            for number, order in enumerate(orders)
        ]

    async def _decided(self, orders: Sequence[Order]) -> Sequence[Answer]:
        """One transaction for all; if it fails, one for each, so that none pays for another's fault."""
        try:
            return await self._together(orders)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is told to those who wait
            if len(orders) == 1 and not can_pass(error):
                return [error]
            log.warning("booked_one_by_one", orders=len(orders), error=type(error).__name__)
        return [await self._alone(order) for order in orders]

    async def _alone(self, order: Order) -> Answer:
        try:
            return (await self._together([order]))[0]
        except Exception as error:  # noqa: BLE001
            return error

    async def _together(self, orders: Sequence[Order]) -> Sequence[Answer]:
        async with self._unit_of_work() as work:
            return await book_all(work, orders, self.rules)


async def book_all(work: Work, orders: Sequence[Order], rules: Rules) -> list[Answer]:
    """Book what can be booked of these, and say so; for each the session, or why not."""
    wishes = [order.wish for order in orders]
    await agendas.lock(work.connection, [wish.counsellor for wish in wishes], [wish.whose for wish in wishes])
    facts = await agendas.load(work.connection, wishes, rules, now=work.now)
    answers: dict[UUID, Answer] = {}
    kept: list[tuple[Session, Period]] = []
    crowd = _Crowd()
    for order, known in zip(orders, facts, strict=True):
        answer = (
            known if isinstance(known, Exception) else crowd.seen(order, known) or _decide(work, order, known, rules)
        )
        answers[order.session] = answer
        if isinstance(answer, Session) and isinstance(known, Facts):
            kept.append((answer, booking.occupied(answer.time, known.kind, known.counsellor, rules)))
    if kept:
        answers |= await _save(work, kept, rules)
    return list(answers.values())


def _decide(work: Work, order: Order, facts: Facts, rules: Rules) -> Answer:
    try:
        return booking.book(
            order.session,
            facts.matter,
            facts.counsellor,
            facts.kind,
            facts.agenda,
            starts_at=order.wish.starts_at,
            channel=order.channel,
            room=token_urlsafe(_ROOM_BYTES),
            rules=rules,
            now=work.now,
        )
    except Exception as refusal:  # noqa: BLE001  # a refusal is an answer; others' orders go on
        return refusal


async def _save(work: Work, kept: Sequence[tuple[Session, Period]], rules: Rules) -> dict[UUID, Answer]:
    """Take the times; gives the refusals of those that were too late."""
    saved = await sessions.save_booked(work.connection, kept, now=work.now)
    got = [session for session, _ in kept if session.session in saved]
    work.announce(*(said.of_session(each) for each in got))
    await notices.of_booked(work.connection, got, rules, now=work.now)
    late = [session for session, _ in kept if session.session not in saved]
    return {each.session: await sessions.why_not(work.connection, each) for each in late}


def _after(first: Answer) -> Answer:
    """Who asked for the same time as an earlier one is too late if that one got it, or was itself too late."""
    return SlotTaken() if isinstance(first, Session | SlotTaken) else _Later()


class _Crowd:
    """What orders of one transaction have to do with each other: they were all looked up before any was booked."""

    def __init__(self) -> None:
        self._days: set[tuple[UUID, date]] = set()
        self._persons: set[UUID] = set()

    def seen(self, order: Order, facts: Facts) -> Exception | None:
        """`_Later` where an earlier order must be counted first."""
        wish = order.wish
        day = wish.counsellor, day_of(wish.starts_at)
        if wish.whose in self._persons:
            return _Later()
        if facts.counsellor.max_per_day is not None and day in self._days:
            return _Later()
        self._days.add(day)
        self._persons.add(wish.whose)
        return None


def _tell(future: asyncio.Future[Session], answer: Answer) -> None:
    if isinstance(answer, Session):
        future.set_result(answer)
    else:
        future.set_exception(answer)
