"""Counsellors to book and links to book with, for the tests of the booking pages."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request

from guidance import pages
from guidance.adapters.links import Links
from guidance.adapters.reference import rules
from guidance.commands import invitations
from guidance.commands.invitations import Invite
from guidance.commands.post import PURPOSE
from guidance.domain.invitations import Invitation
from guidance.main import ERRORS
from guidance.settings import Room, Secrets
from shared.auth import Caller, lacks
from shared.observability.metrics import Metrics
from shared.observability.web import observe
from shared.pages import Pages
from shared.problems import Problems
from shared.testing import parts as testing_parts
from shared.texts import Text
from shared.work import UnitOfWork

from .steps import at, availability, deliver, working_hours

KEY = "a key of the tests' own, long enough"
SECRETS = Secrets.model_construct(
    link_key=SecretStr(KEY),
    public_url="https://vagledning.example",
    rooms={"default": Room(provider="jitsi", address="https://meet.example")},
    mail="maildir:/nowhere",
    sms="",
    sms_token=None,
    mail_from="vagledning@example.invalid",
)
EVA, OLLE = UUID(int=100), UUID(int=200)
# Half an hour each from nine; the second Monday of September is in no peak.
MONDAY = datetime.fromisoformat("2027-09-13T09:00:00+02:00")
NOW = MONDAY - timedelta(days=3)
HALF_HOUR = timedelta(minutes=30)


class Clock:
    """The time, which a test may move."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


async def counsellors(
    engine: AsyncEngine, *, begins: Sequence[datetime] = (MONDAY,), hours: int = 3, olle: bool = True
) -> None:
    """Eva in Sundsvall, who can be met in every way and has a number, and Olle in Timrå, by video and phone."""
    periods = [{"starts_at": day.isoformat(), "ends_at": (day + timedelta(hours=hours)).isoformat()} for day in begins]
    ways = ["video", "phone", "chat", "on_site"]
    eva = availability("2281", counsellor=str(EVA), display_name="Eva Ek", channels=ways, periods=periods)
    await deliver(at(engine, NOW), eva)
    await deliver(at(engine, NOW), working_hours("2281", counsellor=str(EVA), phone="060-19 06 10"))
    if olle:
        await deliver(
            at(engine, NOW), availability("2262", counsellor=str(OLLE), display_name="Olle Ort", periods=periods)
        )


async def invited(engine: AsyncEngine, now: datetime = NOW, **changes: Any) -> Invitation:
    """One without a case, from Ånge."""
    content: dict[str, Any] = {
        "case": None,
        "home_municipality": "2260",
        "municipality": None,
        "protected": False,
        "session_type": None,
        "email": None,
        "phone": None,
        "language": "sv",
    }
    return await invitations.invite(Invite(**content | changes), at(engine, now), rules())


def link(who: Invitation, **changes: Any) -> str:
    """The path that the link of an invitation leads to."""
    content = {"i": who.invitation.hex, "v": who.version} | changes
    return f"/book/{Links(KEY).make(PURPOSE, content, until=who.expires_at)}"


@asynccontextmanager
async def browser(
    engine: AsyncEngine,
    clock: Clock | None = None,
    metrics: Metrics | None = None,
    site: str = "same-origin",
    reader: Caller | None = None,
    address: str = "127.0.0.1",
) -> AsyncIterator[httpx.AsyncClient]:
    """One who reads guidance's pages: `reader`, or who has no account, from this address."""
    clock = clock or Clock()
    made = Pages(
        "guidance",
        Text("Vägledning", "Guidance"),
        {},
        templates=pages.TEMPLATES,
        words=pages.WORDS,
        statics=pages.STATICS,
    )
    work = UnitOfWork(engine, "guidance", clock=clock)
    entrance = None if reader is None else _let_in(reader)
    parts = testing_parts(work, _nobody, clock=clock, pages=made, entrance=entrance)
    app = FastAPI()
    for router in pages.routers(parts, SECRETS):
        app.include_router(router)
    Problems(ERRORS, made.problem).install(app)
    if metrics is not None:
        observe(app, metrics)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 50_000))
    sent = {"accept": "text/html", "sec-fetch-site": site, "accept-language": "sv"}
    async with httpx.AsyncClient(transport=transport, base_url="http://guidance", headers=sent) as client:
        yield client


def _nobody(scope: str) -> Any:
    async def refused() -> None:
        raise lacks(scope)

    return refused


def _let_in(reader: Caller) -> Any:
    def entrance(scope: str) -> Any:
        async def caller(request: Request) -> Caller:
            if scope not in reader.scopes:
                raise lacks(scope)
            request.state.caller = reader
            return reader

        return caller

    return entrance


def slot(starts_at: datetime = MONDAY, counsellor: UUID = EVA, **changes: str) -> dict[str, str]:
    """The fields that pick a time."""
    at = starts_at.astimezone(UTC).isoformat()
    return {"type": "guidance", "channel": "video", "at": at, "with": str(counsellor)} | changes
