"""Whether the process is alive, and whether it can do its work now."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.responses import JSONResponse

from shared.database import current, newest

CHECK_SECONDS: Final = 2.0

# A check returns None when all is well; otherwise it raises, or returns False.
Check = Callable[[], Awaitable[object]]


class Heartbeat:
    """Alive as long as every part has told so within `patience` seconds."""

    def __init__(self, patience: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._patience, self._clock = patience, clock
        self._last: dict[str, float] = {}

    def beat(self, part: str) -> None:
        """The part has made progress, or waits for something on purpose."""
        self._last[part] = self._clock()

    def silent(self) -> list[str]:
        """The parts that have not been heard of for too long."""
        now = self._clock()
        return [part for part, last in self._last.items() if now - last > self._patience]


def database_answers(engine: AsyncEngine) -> Check:
    """Whether the database answers `select 1`."""

    async def check() -> None:
        async with engine.connect() as connection:
            await connection.execute(sa.text("SELECT 1"))

    return check


def migrated(engine: AsyncEngine, migrations: Path) -> Check:
    """Whether the database is at the newest migration that this version of the service knows."""
    head = newest(migrations)

    async def check() -> bool:
        return await current(engine) == head

    return check


async def verdict(checks: Mapping[str, Check], seconds: float = CHECK_SECONDS) -> dict[str, str]:
    """Run all checks at once, each with its own limit: `ok`, or what failed, by name."""
    outcomes = await asyncio.gather(*(_outcome(check, seconds) for check in checks.values()))
    return dict(zip(checks, outcomes, strict=True))


async def _outcome(check: Check, seconds: float) -> str:
    try:
        async with asyncio.timeout(seconds):
            return "failed" if await check() is False else "ok"
    except TimeoutError:
        return "no answer"
    except Exception as error:  # noqa: BLE001  # whatever it is, this part cannot work; the kind is told, not the message
        return type(error).__name__


def router(checks: Mapping[str, Check], silent: Callable[[], list[str]]) -> APIRouter:
    """`/health/live` (503 with the parts that have stopped) and `/health/ready` (503 with the checks that failed)."""
    routes = APIRouter(prefix="/health", tags=["health"])

    @routes.get("/live", summary="Is the process alive?")
    async def live() -> JSONResponse:
        stopped = silent()
        content = {"status": "stopped" if stopped else "alive", "stopped": stopped}
        return JSONResponse(content, status_code=503 if stopped else 200)

    @routes.get("/ready", summary="Can the service work now?")
    async def ready() -> JSONResponse:
        outcomes = await verdict(checks)
        well = all(outcome == "ok" for outcome in outcomes.values())
        content = {"status": "ready" if well else "not ready", "checks": outcomes}
        return JSONResponse(content, status_code=200 if well else 503)

    return routes
