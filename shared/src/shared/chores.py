"""What a service does by the clock: each chore in a transaction of its own, by one process at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
import structlog

from shared.database import can_pass
from shared.work import UnitOfWork, Work

# The lock goes with the transaction; whoever does not get it leaves the chore to the process that has it.
_LOCK: Final = sa.text("SELECT pg_try_advisory_xact_lock(hashtextextended('chore ' || :name, 0))")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Chore:
    """`do` does a part of the work in one transaction, and tells whether there is more, which is then done at once."""

    name: str
    every: timedelta
    do: Callable[[Work], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Errand:
    """`do` asks something of another system, so it makes transactions of its own, before and after; none may be open
    while it waits. Others may be at it too: it claims what it takes. It tells whether there is more."""

    name: str
    every: timedelta
    do: Callable[[UnitOfWork], Awaitable[bool]]


async def run(chore: Chore | Errand, unit_of_work: UnitOfWork) -> None:
    """Do the chore time and again until cancelled. What fails is logged and tried again the next time."""
    while True:
        try:
            await once(chore, unit_of_work)
        except Exception as error:  # noqa: BLE001  # one chore must not stop the service
            if not can_pass(error):
                _log.exception("chore_failed", chore=chore.name)
            else:
                _log.warning("chore_put_off", chore=chore.name, error=type(error).__name__)
        await asyncio.sleep(chore.every.total_seconds())


async def once(chore: Chore | Errand, unit_of_work: UnitOfWork) -> None:
    """Do all there is to do now; nothing when another process is at it."""
    if isinstance(chore, Errand):
        while await chore.do(unit_of_work):
            pass
        return
    more = True
    while more:
        async with unit_of_work() as work:
            locked = await work.connection.scalar(_LOCK, {"name": chore.name})
            more = bool(locked) and await chore.do(work)
