"""Small builders and readers for tests of services; nothing here starts a server."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlsplit
from uuid import uuid4

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from shared import outbox
from shared.contracts import Contracts
from shared.entrance import Entrance
from shared.events import Incoming, municipality_of
from shared.pages import Pages
from shared.service import Parts
from shared.sessions import Sealed, Sessions
from shared.settings import Settings
from shared.texts import Text
from shared.work import UnitOfWork

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A Kafka record as the consumer sees it."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]


def record(
    kind: str,
    data: Any,
    *,
    topic: str,
    subject: str = "subject",
    source: str | None = None,
    id: str | None = None,
    offset: int = 0,
    partition: int = 0,
) -> RawRecord:
    """A binary-mode CloudEvent as it would be read from `topic`; `data` is JSON-encoded unless it is bytes."""
    code = municipality_of(topic)
    headers = {
        "ce_specversion": "1.0",
        "ce_id": id or str(uuid4()),
        "ce_type": kind,
        "ce_source": source or (f"/municipalities/{code}/test" if code else f"/samverk/{topic.split('.')[0]}"),
        "ce_subject": subject,
        "content-type": "application/json",
    }
    value = data if isinstance(data, bytes) else orjson.dumps(data)
    packed = [(name, text.encode()) for name, text in headers.items()]
    return RawRecord(topic, partition, offset, 1_800_000_000_000, subject.encode(), value, packed)


def incoming(
    kind: str,
    data: dict[str, Any],
    *,
    municipality: str | None = None,
    subject: str = "subject",
    id: str | None = None,
    topic: str | None = None,
    time: datetime | None = None,
    offset: int = 0,
) -> Incoming:
    """An event as a handler gets it. With `municipality` it came from that municipality, else from a service."""
    service = kind.split(".")[2]
    return Incoming(
        id=id or str(uuid4()),
        type=kind,
        source=f"/municipalities/{municipality}/test" if municipality else f"/samverk/{service}",
        subject=subject,
        time=time,
        data=data,
        municipality=municipality,
        topic=topic or (f"in.{municipality}.{service}" if municipality else f"{service}.events"),
        partition=0,
        offset=offset,
        key=subject.encode(),
        traceparent=None,
    )


@cache
def _contracts() -> Contracts:
    return Contracts.load()


def example(kind: str) -> dict[str, Any]:
    """The data of the example in an event type's contract file."""
    data: dict[str, Any] = _contracts().get(kind).example["data"]
    return data


async def announced(connection: AsyncConnection, kind: str | None = None) -> list[dict[str, Any]]:
    """What the outbox says, oldest first: type, topic, subject and data of each event, `kind` alone if given.

    Every event is held against its contract on the way.
    """
    rows = await connection.execute(sa.text("SELECT type, topic, headers, payload FROM outbox ORDER BY position"))
    contracts = _contracts()
    said = []
    for type_, topic, headers, payload in rows:
        if topic.endswith(".dlq") or (kind is not None and type_ != kind):
            continue
        data = orjson.loads(payload)
        assert contracts.valid(type_, data), (type_, contracts.faults(type_, data))
        subject = (dict(outbox.unpack(headers))["ce_subject"] or b"").decode()
        said.append({"type": type_, "topic": topic, "subject": subject, "data": data})
    return said


async def refused(connection: AsyncConnection) -> list[dict[str, Any]]:
    """The dead letters, oldest first: reason, faults, event_id, event_type, municipality."""
    rows = await connection.execute(
        sa.text(
            "SELECT reason, faults, event_id, event_type, municipality FROM dead_letters "
            'ORDER BY kept_at, topic, partition, "offset"'
        )
    )
    return [dict(row) for row in rows.mappings()]


def parts(
    unit_of_work: UnitOfWork,
    guard: Any,
    *,
    settings: Settings | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    entrance: Any = None,
    pages: Pages | None = None,
) -> Parts:
    """What a service's routers are given, for a test of them without a process."""
    return Parts(
        settings=settings or Settings.for_documents(),
        unit_of_work=unit_of_work,
        guard=guard,
        clock=clock,
        pages=pages or Pages("test", Text("Prov", "Test"), {}),
        entrance=entrance or Entrance(guard, Sessions(Sealed("k" * 32, secure=False))),
        contracts=_contracts(),
    )


async def sign_in(
    context: "BrowserContext",
    url: str,
    *,
    scopes: Sequence[str] = (),
    municipality: str | None = None,
    subject: str = "local",
    roles: Sequence[str] = (),
) -> str:
    """Log a browser in at the service at `url`, through the log-in of the local issuer, as a made-up person; gives the
    path where one then is."""
    page = await context.request.get(f"{url}/login")
    asked: Mapping[str, str] = dict(parse_qsl(urlsplit(page.url).query))
    person = {"scopes": " ".join(scopes), "municipality": municipality or "", "subject": subject}
    fields = [(name, value) for name, value in {**asked, **person}.items() if name != "code_challenge_method"]
    form = "&".join(f"{quote(name)}={quote(value)}" for name, value in [*fields, *(("roles", role) for role in roles)])
    answer = await context.request.post(
        page.url.partition("?")[0], data=form, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.ok, f"{answer.status} {answer.url.partition('?')[0]}"
    return urlsplit(answer.url).path
