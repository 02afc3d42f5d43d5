"""The limit: the same rows out and in with bare COPY, in one transaction; nothing is read, nothing is decided."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg

from benchmarks.clock import Clock, Outcome

READ = (
    "SELECT applicant_id, home_municipality FROM applications WHERE intake_year = 2027",
    "SELECT offering, municipality, programme, seats, terms FROM offerings WHERE intake_year = 2027",
    "SELECT applicant_id, revision, rank, offering, submitted_at FROM choices WHERE intake_year = 2027",
    "SELECT applicant_id, occasion, grades FROM grades WHERE intake_year = 2027",
)
# in this order, since the others name the run
WRITTEN = ("runs", "run_inputs", "run_offerings", "run_applicants", "decisions", "places", "outbox")
_PART = 1 << 20


async def run(given: dict[str, Any]) -> Outcome:
    """Binary both ways; what is written lies ready in memory."""
    ready = {table: (Path(given["folder"]) / table).read_bytes() for table in WRITTEN}
    connection = await asyncpg.connect(given["url"])
    clock = Clock()
    async with connection.transaction():
        for query in READ:
            await connection.copy_from_query(query, output=_nowhere, format="binary")
        for table, content in ready.items():
            await connection.copy_to_table(table, source=_parts(content), format="binary")
    outcome = clock.stop(given["choices"])
    await connection.close()
    return outcome


async def _nowhere(_: bytes) -> None:
    """Read, and that is all."""


async def _parts(content: bytes) -> AsyncIterator[bytes]:
    for begin in range(0, len(content), _PART):
        yield content[begin : begin + _PART]
