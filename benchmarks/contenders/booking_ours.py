"""Ours: the service's desk with its rules, checks, events and transactions; only HTTP and the relay are left out."""

import asyncio
from typing import Any
from uuid import uuid4

from benchmarks.clock import Outcome
from benchmarks.contenders.booking_clients import Request, ask, requests
from guidance.adapters.cases import CaseUnknown
from guidance.adapters.reference import rules
from guidance.commands.desk import Desk
from guidance.commands.sessions import BookSession
from guidance.domain.availability import Channel
from guidance.domain.refusals import CaseBusy, SlotTaken
from shared.database import create_engine
from shared.settings import Settings
from shared.work import UnitOfWork


async def run(given: dict[str, Any]) -> Outcome:
    """From the first request to the last answer."""
    engine = create_engine(
        given["url"].replace("postgresql://", "postgresql+asyncpg://"), pool=Settings.for_documents().database_pool
    )
    desk = Desk(UnitOfWork(engine, "guidance"), rules())

    async def book(_: int, request: Request) -> bool:
        command = BookSession(
            session=uuid4(),
            case=request.case,
            counsellor=request.counsellor,
            starts_at=request.starts_at,
            channel=Channel.VIDEO,
            municipality=None,
        )
        try:
            await desk.book(command.order())
        except (SlotTaken, CaseBusy):
            return False
        return True

    clients = await requests(given)
    await _warm(desk, clients[0][0])
    outcome = await ask(clients, book)
    await engine.dispose()
    return outcome


async def _warm(desk: Desk, request: Request) -> None:
    """As in a service that has been up for a while: connections open, holidays known. Nothing is booked by it."""
    orders = [
        BookSession(
            session=uuid4(),
            case=uuid4(),
            counsellor=request.counsellor,
            starts_at=request.starts_at,
            channel=Channel.VIDEO,
            municipality=None,
        ).order()
        for _ in range(256)
    ]
    answers = await asyncio.gather(*map(desk.book, orders), return_exceptions=True)
    assert all(isinstance(answer, CaseUnknown) for answer in answers)
