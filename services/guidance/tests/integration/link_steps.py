"""Counsellors, links and what is done by link, for the tests of booking without an account."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.adapters.links import Links
from guidance.adapters.mail import Senders
from guidance.commands import invitations, sessions, waitlist
from guidance.commands.desk import Desk
from guidance.commands.invitations import BookByLink, Invite
from guidance.commands.post import Post
from guidance.commands.waitlist import JoinWaitlist
from guidance.domain.availability import Channel
from guidance.domain.invitations import Contact, Invitation
from guidance.domain.sessions import Session
from guidance.queries import booking

from ..builders import MONDAY, RULES
from .steps import at, availability, deliver

FIRST, SECOND = UUID(int=100), UUID(int=200)
SOON = MONDAY - timedelta(days=3)
KEY = "a key of the tests' own, long enough"
FREE_RULES = replace(RULES, peaks=[])


@pytest.fixture
async def counsellors(engine: AsyncEngine) -> None:
    """One counsellor in Sundsvall and one in Timrå, on Monday from nine to noon."""
    await deliver(
        at(engine, SOON),
        availability("2281", counsellor=str(FIRST), channels=["video", "phone", "chat", "on_site"]),
        availability("2262", counsellor=str(SECOND)),
    )


async def invited(engine: AsyncEngine, now: datetime = SOON, **changes: Any) -> Invitation:
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
    return await invitations.invite(Invite(**content | changes), at(engine, now), RULES)


async def book(engine: AsyncEngine, who: Invitation, starts_at: datetime = MONDAY, **changes: Any) -> Session:
    content: dict[str, Any] = {
        "invitation": who,
        "candidates": (FIRST,),
        "starts_at": starts_at,
        "session_type": "guidance",
        "channel": Channel.VIDEO,
        "reached": Contact(
            email=changes.pop("email", "test@example.invalid"), phone=changes.pop("phone", None), language="sv"
        ),
    }
    unit_of_work = at(engine, changes.pop("now", SOON))
    desk = Desk(unit_of_work, changes.pop("rules", FREE_RULES))
    return await invitations.book(BookByLink(**content | changes), desk, unit_of_work)


async def cancel(engine: AsyncEngine, session: Session, who: Invitation | None = None, now: datetime = SOON) -> None:
    person = who.person if who else None
    await sessions.cancel_session(session.session, at(engine, now), FREE_RULES, municipality=None, person=person)


async def join(engine: AsyncEngine, who: Invitation, now: datetime = SOON, **changes: Any) -> None:
    wish: dict[str, Any] = {
        "session_type": "guidance",
        "channel": Channel.VIDEO,
        "not_before": SOON,
        "not_after": MONDAY + timedelta(days=7),
    }
    async with at(engine, now)() as work:
        await waitlist.join(JoinWaitlist(**wish | changes), who, work)


async def offered(engine: AsyncEngine, who: Invitation) -> list[booking.OwnSession]:
    async with engine.connect() as connection:
        rows = await booking.own_sessions(connection, who.person, since=SOON)
    return [row for row in rows if row.status == "offered"]


async def lapse(engine: AsyncEngine, now: datetime) -> None:
    more = True
    while more:
        async with at(engine, now)() as work:
            more = await waitlist.lapse_one(work, FREE_RULES)


def links() -> Links:
    return Links(KEY, clock=SOON.timestamp)


def post(mail: Any = None, sms: Any = None) -> Post:
    return Post(
        senders=Senders(mail=mail, sms=sms),
        links=links(),
        public_url="https://vagledning.example",
        mail_from="vagledning@example.invalid",
    )


async def deliver_all(engine: AsyncEngine, sending: Post, now: datetime) -> None:
    while await sending.deliver_one(at(engine, now)):
        pass
