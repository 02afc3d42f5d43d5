"""Pricing behind its real database, spoken to as Kafka and HTTP would."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI

from pricing import api
from pricing.adapters.reference import rules
from pricing.consumer import COST_BASIS_REPORTED, PLACE_ACCEPTED, PLACE_VACATED, readings
from pricing.main import build
from shared.auth import Caller
from shared.events import Incoming
from shared.problems import Problems
from shared.settings import Settings
from shared.testing import example as read_example
from shared.testing import incoming
from shared.testing import parts as parts_of
from shared.work import UnitOfWork

example = cache(read_example)  # each reading goes through all contract files
Deliver = Callable[..., Awaitable[None]]
SAID = datetime(2027, 7, 20, 12, tzinfo=UTC)


@pytest.fixture
def deliver(unit_of_work: UnitOfWork) -> Deliver:
    """Hands events to their handlers one by one, each in a transaction of its own."""
    handlers = {reading.type: reading.handle for reading in readings()}

    async def hand_over(*events: Incoming) -> None:
        for event in events:
            async with unit_of_work() as work:
                await handlers[event.type](work, [event])

    return hand_over


@pytest.fixture
def municipality() -> list[str | None]:
    """Whom the caller over HTTP speaks for; a test may change its only item."""
    return [None]


@pytest.fixture
async def client(unit_of_work: UnitOfWork, municipality: list[str | None]) -> AsyncIterator[httpx.AsyncClient]:
    """Pricing over HTTP; the guard lets everyone in."""

    def open_door(scope: str) -> Any:
        async def caller() -> Caller:
            return Caller("reader", municipality[0], frozenset(), frozenset({scope}))

        return caller

    app = FastAPI()
    Problems(build(Settings.for_documents()).errors).install(app)
    parts = parts_of(unit_of_work, open_door)
    app.include_router(api.router(parts))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://pricing") as made:
        yield made


def cost_basis(municipality: str = "2281", **changes: Any) -> Incoming:
    """The contract's example, from that municipality."""
    data = example(COST_BASIS_REPORTED) | changes
    subject = f"{municipality}-{data['price_year']}-{data['programme']}"
    return incoming(COST_BASIS_REPORTED, data, municipality=municipality, subject=subject)


def everybody(programme: str = "EK") -> list[Incoming]:
    """A cost basis of each municipality in the region."""
    return [cost_basis(code, programme=programme) for code in rules().municipalities]


def accepted(applicant: UUID, offering: str = "2284-EK-10000002", *, said: int = 0, **changes: Any) -> Incoming:
    """A pupil of Sundsvall accepts a place, `said` hours after the first that is said."""
    data = example(PLACE_ACCEPTED) | {"applicant": str(applicant), "offering": offering}
    return _place(
        PLACE_ACCEPTED, data | {"school_municipality": offering[:4], "programme": offering[5:7]} | changes, said
    )


def vacated(applicant: UUID, on: date, offering: str = "2284-EK-10000002", *, said: int = 5) -> Incoming:
    """The pupil gives the place up."""
    data = example(PLACE_VACATED) | {"applicant": str(applicant), "offering": offering, "vacated_on": on.isoformat()}
    return _place(PLACE_VACATED, data | _at(offering), said)


def _at(offering: str) -> dict[str, str]:
    return {"school_municipality": offering[:4], "programme": offering[5:7]}


def _place(kind: str, data: dict[str, Any], said: int) -> Incoming:
    return incoming(kind, data, subject=data["applicant"], time=SAID + timedelta(hours=said))


def pupils(number: int) -> list[UUID]:
    """So many new pupils."""
    return [uuid4() for _ in range(number)]
