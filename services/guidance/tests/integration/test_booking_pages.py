"""The booking pages as any browser gets them, without JavaScript, on a real PostgreSQL."""

import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from .booking_steps import (
    Clock,
    browser,
    counsellors,
    invited,
    link,
    slot,
)

MAIL = {"email": "test@example.invalid"}


@pytest.fixture
async def open_region(engine: AsyncEngine) -> None:
    await counsellors(engine)


@pytest.fixture
async def client(engine: AsyncEngine, clock: Clock, open_region: None) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(engine, clock) as found:
        yield found


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def booked(client: httpx.AsyncClient, path: str, **changes: Any) -> UUID:
    """Book by the form; gives the session that the answer leads to."""
    answer = await client.post(f"{path}/confirm", data=slot(**changes) | MAIL)
    assert answer.status_code == 303, answer.text
    return UUID(answer.headers["location"].rpartition("/")[2])


def times(page: str) -> list[str]:
    return re.findall(r'class="button time"[^>]*><span class="unseen">([^<]*)</span>([0-9:]+(?: \(UTC[^)]*\))?)', page)


async def test_one_who_has_booked_nothing_sees_the_free_times(engine: AsyncEngine, client: httpx.AsyncClient) -> None:
    page = await client.get(link(await invited(engine)))
    assert page.status_code == 200
    assert times(page.text) == [("måndag 13 september ", f"{9 + n // 2:02}:{30 * (n % 2):02}") for n in range(6)]
