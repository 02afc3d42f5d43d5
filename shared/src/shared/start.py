"""The start page of a service: its figures, what it has read of late, and whether it can work."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

import sqlalchemy as sa
import structlog
from fastapi import APIRouter
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from shared.auth import Caller
from shared.contracts import Contracts
from shared.health import Check, verdict
from shared.page_words import WORDS
from shared.pages import Pages
from shared.texts import Text
from shared.work import UnitOfWork

_SPAN: Final = timedelta(hours=24)
# However many readers have the page open, the database is asked this seldom.
_KEPT: Final = timedelta(seconds=3)
_log = structlog.get_logger(__name__)

_READ: Final = sa.text("""
    SELECT type, count(*) FILTER (WHERE NOT refused) AS taken, max(received_at) AS latest
    FROM inbox WHERE received_at > :since GROUP BY type
""")
_REFUSED: Final = sa.text("""
    SELECT coalesce(event_type, '') AS type, count(*) AS refused, max(kept_at) AS latest
    FROM dead_letters WHERE kept_at > :since GROUP BY 1
""")
_WAITING: Final = sa.text("""
    SELECT count(*) AS waiting, coalesce(extract(epoch FROM now() - min(created_at)), 0)::int AS oldest
    FROM outbox WHERE published_at IS NULL
""")


class Shown(Protocol):
    """A figure: what it is, and how much, written as it should be shown."""

    @property
    def label(self) -> Text: ...

    @property
    def value(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Flow:
    """One type of event during the last 24 hours; `type` is empty for what could not be read."""

    title: Text
    type: str
    taken: int = 0
    refused: int = 0
    latest: datetime | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What the page shows. Without the database there are no figures, and `waiting` is None."""

    at: datetime
    checks: Mapping[str, str]
    figures: Sequence[Shown] = ()
    flows: Sequence[Flow] = field(default_factory=list)
    waiting: int | None = None
    oldest_seconds: int = 0

    @property
    def well(self) -> bool:
        """Whether every check passed."""
        return all(outcome == "ok" for outcome in self.checks.values())


class Overview:
    """Fetches the state of one service, and keeps it for a few seconds."""

    def __init__(
        self,
        unit_of_work: UnitOfWork,
        titles: Mapping[str, Text],
        figures: Callable[[AsyncConnection], Awaitable[Sequence[Shown]]],
        checks: Mapping[str, Check],
        clock: Callable[[], datetime],
    ) -> None:
        self._unit_of_work, self._titles, self._figures = unit_of_work, titles, figures
        self._checks, self._clock = checks, clock
        self._last: State | None = None

    async def state(self) -> State:
        """The state now, or as it was a moment ago."""
        now = self._clock()
        if self._last is None or now - self._last.at > _KEPT:
            self._last = await self._fetch(now)
        return self._last

    async def _fetch(self, now: datetime) -> State:
        checks = await verdict(self._checks)
        if checks.get("database", "ok") != "ok":
            return State(now, checks)
        try:
            async with self._unit_of_work.read() as connection:
                figures = await self._figures(connection)
                flows = await self._flows(connection, now - _SPAN)
                waiting = (await connection.execute(_WAITING)).one()
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            _log.warning("figures_not_fetched", error=type(error).__name__)
            return State(now, checks)
        return State(now, checks, figures, flows, waiting.waiting, waiting.oldest)

    async def _flows(self, connection: AsyncConnection, since: datetime) -> list[Flow]:
        read = {row.type: row for row in await connection.execute(_READ, {"since": since})}
        refused = {row.type: row for row in await connection.execute(_REFUSED, {"since": since})}
        flows = [_flow(title, type_, read.get(type_), refused.get(type_)) for type_, title in self._titles.items()]
        # Types that we do not read are named by their senders, so they are summed up and not shown.
        others = [row for type_, row in refused.items() if type_ not in self._titles]
        if others:
            number, latest = sum(row.refused for row in others), max(row.latest for row in others)
            flows.append(Flow(WORDS["unreadable"], "", 0, number, latest))
        return flows


def _flow(title: Text, kind: str, read: Any, refused: Any) -> Flow:
    latest = max((row.latest for row in (read, refused) if row is not None), default=None)
    return Flow(title, kind, read.taken if read else 0, refused.refused if refused else 0, latest)


def titles(contracts: Contracts, types: Sequence[str]) -> dict[str, Text]:
    """The types' titles from their contracts."""
    return {kind: contracts.get(kind).title for kind in types}


def router(pages: Pages, overview: Overview, visitor: Callable[[Request], Awaitable[Caller | None]]) -> APIRouter:
    """`/`, for everyone, and the part of it that is fetched again every few seconds."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    async def start(request: Request) -> Response:
        return pages.render(request, "start.html", caller=await visitor(request), state=await overview.state())

    @routes.get("/fragments/state")
    async def fragment(request: Request) -> Response:
        return pages.render(request, "state.html", state=await overview.state())

    return routes
