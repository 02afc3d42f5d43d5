"""Ours: a final round as the service runs it, from the database and back, in one transaction."""

from typing import Any

from admissions.commands import rounds
from benchmarks.clock import Clock, Outcome
from benchmarks.intake import REGION, ROUND, YEAR
from shared.database import create_engine
from shared.work import UnitOfWork


async def run_once(url: str) -> None:
    """Run the round."""
    engine = create_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
    try:
        command = rounds.RunRound(region=REGION, intake_year=YEAR, round=ROUND, by="benchmark")
        await rounds.run(command, UnitOfWork(engine, "admissions"))
    finally:
        await engine.dispose()


async def run(given: dict[str, Any]) -> Outcome:
    """From the first statement to the commit."""
    clock = Clock()
    await run_once(given["url"])
    return clock.stop(given["choices"])
