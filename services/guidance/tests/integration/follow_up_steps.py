"""Doors and rows for the tests of follow-up, registers, notes, plans and evaluation."""

import base64
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import sqlalchemy as sa
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request

from guidance import api
from guidance.main import ERRORS
from guidance.settings import Room, Secrets
from shared.auth import Caller, lacks
from shared.problems import Problems
from shared.testing import incoming
from shared.testing import parts as testing_parts

from ..builders import APPLICANT, NOW
from .steps import at, availability, deliver, example, unplaced

ANNA, BO, CARIN = UUID(int=100), UUID(int=101), UUID(int=102)  # Anna and Bo in Sundsvall, Carin in Timrå
SECRETS = Secrets(
    rooms={"default": Room(provider="jitsi", address="https://meet.example")},
    calendar_keys=(SecretStr("0123456789abcdef0123456789abcdef"),),
    link_key=SecretStr("l" * 40),
    note_key="b",
    note_keys={
        "a": SecretStr(base64.b64encode(b"a" * 32).decode()),
        "b": SecretStr(base64.b64encode(b"b" * 32).decode()),
    },
)
PUBLISHED = "se.samverk.catalogue.offering.published.v1"
ALL = frozenset(
    {"guidance:read", "guidance:counsel", "guidance:coordinate", "guidance:kaa", "guidance:own", "guidance:book"}
)
Door = Callable[..., httpx.AsyncClient]


def door(engine: AsyncEngine, now: datetime = NOW) -> Door:
    """Clients by subject (a counsellor's id is its own account), municipality and scopes."""

    def of(subject: object = "staff", municipality: str | None = None, scopes: Sequence[str] = tuple(ALL)) -> Any:
        who = Caller(str(subject), municipality, frozenset(), frozenset(scopes))

        def guard(scope: str) -> Any:
            async def caller(request: Request) -> Caller:
                if scope not in who.scopes:
                    raise lacks(scope)
                return who

            return caller

        app = FastAPI()
        Problems(ERRORS).install(app)
        parts = testing_parts(at(engine, now), guard, clock=lambda: now)
        for router in api.routers(parts, SECRETS):
            app.include_router(router)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://guidance")

    return of


async def region(engine: AsyncEngine) -> None:
    """Three counsellors."""
    for counsellor, home in ((ANNA, "2281"), (BO, "2281"), (CARIN, "2262")):
        await deliver(at(engine), availability(home, counsellor=str(counsellor), display_name=f"V {counsellor.int}"))


async def carried(engine: AsyncEngine, offering: str = "2281-VO-10000001", **changes: Any) -> None:
    """The catalogue carries this offering."""
    data = example(PUBLISHED) | {"offering": offering, "programme": offering[5:7]} | changes
    await deliver(at(engine), incoming(PUBLISHED, data, subject=offering))


async def one_case(engine: AsyncEngine, applicant: UUID = APPLICANT, home: str = "2281", **changes: Any) -> UUID:
    await deliver(at(engine), unplaced(applicant, home_municipality=home, **changes))
    return await _scalar(engine, "SELECT id FROM cases WHERE applicant = :of", of=applicant)


async def held(engine: AsyncEngine, case: UUID, counsellor: UUID = ANNA, **changes: Any) -> UUID:
    """A session of an hour ago, booked and not missed."""
    row = {
        "id": uuid4(),
        "case_id": case,
        "person": uuid4(),
        "counsellor": counsellor,
        "counsellor_municipality": "2281",
        "home_municipality": "2281",
        "starts_at": NOW - timedelta(hours=3),
        "channel": "video",
        "status": "booked",
    } | changes
    await _run(
        engine,
        """INSERT INTO sessions (id, case_id, person, counsellor, counsellor_municipality, home_municipality, starts_at,
                                 ends_at, occupied, channel, status, booked_at, settled_at, cancelled_at)
           VALUES (:id, :case_id, :person, :counsellor, :counsellor_municipality, :home_municipality,
                   CAST(:starts_at AS timestamptz), CAST(:starts_at AS timestamptz) + interval '30 minutes',
                   tstzrange(CAST(:starts_at AS timestamptz), CAST(:starts_at AS timestamptz) + interval '30 minutes'),
                   :channel, CAST(:status AS text), CAST(:starts_at AS timestamptz),
                   CASE WHEN CAST(:status AS text) IN ('held', 'no_show') THEN CAST(:starts_at AS timestamptz) END,
                   CASE WHEN CAST(:status AS text) = 'cancelled' THEN CAST(:starts_at AS timestamptz) END)""",
        **row,
    )
    return row["id"]


async def _scalar(engine: AsyncEngine, statement: str, **values: Any) -> Any:
    async with engine.connect() as connection:
        return await connection.scalar(sa.text(statement), values)


async def _run(engine: AsyncEngine, statement: str, **values: Any) -> None:
    async with engine.begin() as connection:
        await connection.execute(sa.text(statement), values)
