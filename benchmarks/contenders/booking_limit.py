"""The limit: one bare insert a request into the same table and constraints; no rule is checked and nothing is said."""

import asyncio
from typing import Any
from uuid import uuid4

import asyncpg

from benchmarks.clock import Outcome
from benchmarks.contenders.booking_clients import HALF_AN_HOUR, Request, ask, requests

_INSERT = """
    INSERT INTO sessions (id, case_id, person, counsellor, counsellor_municipality, home_municipality, starts_at,
                          ends_at, occupied, channel, status, booked_at)
    VALUES ($1, $2, $3, $4, '2281', '2281', $5, $6, tstzrange($5, $6), 'video', 'booked', now())
    ON CONFLICT DO NOTHING RETURNING id
"""


async def run(given: dict[str, Any]) -> Outcome:
    """From the first request to the last answer; a connection for each client."""
    clients = await requests(given)
    connections = await asyncio.gather(*(asyncpg.connect(given["url"]) for _ in clients))
    statements = await asyncio.gather(*(connection.prepare(_INSERT) for connection in connections))

    async def book(number: int, request: Request) -> bool:
        ends_at = request.starts_at + HALF_AN_HOUR
        values = (uuid4(), request.case, request.person, request.counsellor, request.starts_at, ends_at)
        return await statements[number].fetchval(*values) is not None

    outcome = await ask(clients, book)
    await asyncio.gather(*(connection.close() for connection in connections))
    return outcome
