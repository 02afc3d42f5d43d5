"""64 clients that ask one after the other, all at once: what the contenders of `booking` have in common."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import quantiles
from time import perf_counter
from typing import Any
from uuid import UUID

import asyncpg

from benchmarks.clock import Clock, Outcome

_TIMES = """
    SELECT counsellor, starts_at + n * interval '30 minutes' AS at FROM periods, generate_series(0, 11) AS n
    ORDER BY counsellor, at
"""


@dataclass(frozen=True, slots=True)
class Request:
    """A time that a client asks for."""

    case: UUID
    person: UUID
    counsellor: UUID
    starts_at: datetime


async def requests(given: dict[str, Any]) -> list[list[Request]]:
    """Each client's requests in order: the same times for all in a race, else each the times of one counsellor."""
    connection = await asyncpg.connect(given["url"])
    cases = await connection.fetch("SELECT id, applicant FROM cases ORDER BY id")
    times: dict[UUID, list[datetime]] = {}
    for row in await connection.fetch(_TIMES):
        times.setdefault(row["counsellor"], []).append(row["at"])
    await connection.close()
    whose = list(times) * (len(cases) if given["race"] else 1)
    return [
        [Request(case["id"], case["applicant"], counsellor, at) for at in times[counsellor][: given["slots"]]]
        for case, counsellor in zip(cases, whose, strict=False)
    ]


async def ask(clients: Sequence[Sequence[Request]], book: Callable[[int, Request], Awaitable[bool]]) -> Outcome:
    """All clients at once; `book` tells whether the time was had."""
    waits: list[float] = []
    had = 0

    async def client(number: int) -> None:
        nonlocal had
        for request in clients[number]:
            began = perf_counter()
            had += await book(number, request)
            waits.append(perf_counter() - began)

    clock = Clock()
    await asyncio.gather(*(client(number) for number in range(len(clients))))
    cuts = quantiles(waits, n=100)
    return clock.stop(len(waits), had=had, p50=cuts[49] * 1000, p99=cuts[98] * 1000)


HALF_AN_HOUR = timedelta(minutes=30)
