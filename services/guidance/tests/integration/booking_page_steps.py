"""A client of the booking pages with counsellors to book, and the steps that their tests share."""

import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from .booking_steps import Clock, browser, counsellors, slot

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


def times(page: str) -> list[tuple[str, str]]:
    """The days and clock times that the page offers."""
    return re.findall(r'class="button time"[^>]*><span class="unseen">([^<]*)</span>([0-9:]+(?: \(UTC[^)]*\))?)', page)
