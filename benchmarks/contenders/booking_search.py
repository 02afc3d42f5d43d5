"""Ours: the search as GET /slots makes it, for the first hundred of all free times."""

from datetime import UTC, datetime
from typing import Any

from benchmarks.clock import Clock, Outcome
from guidance.adapters.reference import rules
from guidance.domain.times import Period
from guidance.queries import slots
from shared.database import create_engine
from shared.work import UnitOfWork

_FIRST = 100


async def run(given: dict[str, Any]) -> Outcome:
    """Several searches, after one that fills the caches of prepared statements and of time zones."""
    engine = create_engine(given["url"].replace("postgresql://", "postgresql+asyncpg://"), pool=1)
    unit_of_work = UnitOfWork(engine, "guidance")
    begins = datetime.fromisoformat(given["from"])
    within, now = Period(begins, begins + rules().widest_window), datetime.now(UTC)

    async def search() -> int:
        async with unit_of_work.read() as connection:
            return len(await slots.free_slots(connection, within, slots.Wish(), rules(), now=now, limit=_FIRST))

    async with unit_of_work.read() as connection:
        free = await slots.free_number(connection, within, rules(), now=now)
    await search()
    clock = Clock()
    for _ in range(given["repeats"]):
        assert await search() == _FIRST
    outcome = clock.stop(given["repeats"], free=free)
    await engine.dispose()
    return outcome
