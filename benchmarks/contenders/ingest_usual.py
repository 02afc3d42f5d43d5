"""The usual way: a FastStream handler with a model of the event, and one SQLAlchemy ORM session for each message."""

import asyncio
from datetime import datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID, uuid4

import orjson
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import registry

from admissions.adapters import tables
from admissions.adapters.tables.registry import METADATA
from benchmarks.clock import Clock, Outcome

_SUBMITTED = "se.samverk.admissions.application.submitted.v1"
_RECEIVED = "se.samverk.admissions.application.received.v1"


class ChoiceSent(BaseModel):
    """One ranked choice."""

    rank: int
    offering: str


class ApplicationSent(BaseModel):
    """An application as it is sent."""

    applicant: UUID
    identity: str
    protected: bool
    intake_year: int
    submitted_at: datetime
    revision: int
    choices: list[ChoiceSent]


class Row:
    """A mapped row; its table gives it its columns."""

    def __init__(self, **columns: Any) -> None:
        for name, value in columns.items():
            setattr(self, name, value)


class Seen(Row):
    """A row of the inbox."""


class Application(Row):
    """A row of applications."""


class Choice(Row):
    """A row of choices."""


class Announced(Row):
    """A row of the outbox."""


def _map() -> None:
    mapper = registry(metadata=METADATA)
    mapper.map_imperatively(Seen, METADATA.tables["inbox"])
    mapper.map_imperatively(Application, tables.applications)
    mapper.map_imperatively(Choice, tables.choices)
    mapper.map_imperatively(Announced, METADATA.tables["outbox"])


async def run(given: dict[str, Any]) -> Outcome:
    """From the first record handed over to the last commit."""
    _map()
    engine = create_async_engine(given["url"].replace("postgresql://", "postgresql+asyncpg://"))
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    broker = KafkaBroker(given["kafka"], logger=None)
    clock: Clock | None = None
    outcomes: asyncio.Queue[Outcome] = asyncio.Queue()
    taken = 0

    @broker.subscriber(
        pattern=r"^in\.[0-9][0-9][0-9][0-9]\.admissions$",
        group_id="admissions",
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.NACK_ON_ERROR,
    )
    async def take(application: ApplicationSent, message: KafkaMessage) -> None:
        nonlocal clock, taken
        if taken == given["events"]:
            return
        clock = clock or Clock()
        async with sessions.begin() as session:
            source, event_id = message.headers["ce_source"], message.headers["ce_id"]
            if await session.get(Seen, (source, event_id)) is None:
                digest = blake2b(message.body, digest_size=16).digest()
                session.add(Seen(source=source, event_id=event_id, type=_SUBMITTED, digest=digest))
                home = source.split("/")[2]
                session.add(_application(application, home))
                session.add_all(_choices(application))
                session.add(_announced(application, home))
        taken += 1
        if taken == given["events"]:
            outcomes.put_nowait(clock.stop(taken))

    await broker.start()
    outcome = await outcomes.get()
    await broker.stop()
    await engine.dispose()
    return outcome


def _application(sent: ApplicationSent, home: str) -> Application:
    return Application(
        applicant_id=sent.applicant,
        identity=sent.identity.replace("-", ""),
        home_municipality=home,
        **sent.model_dump(include={"protected", "intake_year", "submitted_at", "revision"}),
    )


def _choices(sent: ApplicationSent) -> list[Choice]:
    shared = sent.model_dump(include={"intake_year", "submitted_at", "revision"})
    return [Choice(applicant_id=sent.applicant, **shared, rank=c.rank, offering=c.offering) for c in sent.choices]


def _announced(sent: ApplicationSent, home: str) -> Announced:
    event_id, applicant = uuid4(), str(sent.applicant)
    data = {
        "applicant": applicant,
        "intake_year": sent.intake_year,
        "home_municipality": home,
        "revision": sent.revision,
        "choices": len(sent.choices),
    }
    headers = [
        ["ce_specversion", "1.0"],
        ["ce_id", str(event_id)],
        ["ce_type", _RECEIVED],
        ["ce_source", "/samverk/admissions"],
        ["ce_subject", applicant],
        ["ce_time", "2027-01-28T16:42:12Z"],
        ["content-type", "application/json"],
    ]
    return Announced(
        event_id=event_id,
        type=_RECEIVED,
        topic="admissions.events",
        key=applicant.encode(),
        headers=orjson.dumps(headers).decode(),
        payload=orjson.dumps(data),
    )
