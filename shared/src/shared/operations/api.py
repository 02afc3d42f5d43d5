"""What operations staff ask and order over HTTP; `samverk ops` and the pages of other services use it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi import Path as InPath
from pydantic import BaseModel, Field

from shared.auth import Caller
from shared.operations import journeys, lags, letters, log, pauses, replays
from shared.operations.lags import Lags
from shared.operations.letters import Filter
from shared.problems import Problem
from shared.service import Parts, Service
from shared.texts import Text

READ: Final = "operations:read"
WRITE: Final = "operations:write"
REPLAY: Final = "dead_letters:replay"
LETTERS: Final = "dead_letters:read"
ERRORS: Final[dict[type[Exception], int]] = {
    lags.BrokerSilent: 503,
    pauses.UnknownTopic: 404,
    replays.NoReplay: 404,
    replays.ReplayEnded: 409,
}
Reason = Annotated[str, Field(min_length=3, max_length=300, description="why, for the log")]


class Why(BaseModel, extra="forbid"):
    """Why something is done."""

    reason: Reason


class PauseOrder(Why):
    """A topic not to read for now."""

    topic: str = Field(max_length=249)


class ReplayOrder(BaseModel, extra="forbid"):
    """Which dead letters to send again. `forced_because` sends also those that have been sent again too often."""

    filter: Filter = Filter()
    forced_because: Reason | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """What the routes and the pages of operations work with."""

    service: Service
    parts: Parts
    lags: Lags

    def reads(self) -> Sequence[str]:
        """The event types that the service reads."""
        return [reading.type for reading in self.service.readings]


def region_only(caller: Caller) -> None:
    """Raises Problem 403: pauses stop every municipality, so a municipality's own staff may not set them."""
    if caller.municipality is not None:
        raise Problem.of(403, _REGION_ONLY, code="region-only")


def router(desk: Desk) -> APIRouter:
    """The routes; all under `/operations`."""
    routes = APIRouter(prefix="/operations", tags=["operations"])
    _add_looking(routes, desk)
    _add_pausing(routes, desk)
    _add_replaying(routes, desk)
    return routes


def _add_looking(routes: APIRouter, desk: Desk) -> None:
    reader, unit_of_work = desk.parts.guard(READ), desk.parts.unit_of_work

    @routes.get("/events/{id}", summary="What this service knows of one event")
    async def event(id: Annotated[str, InPath(max_length=128)], caller: Annotated[Caller, Depends(reader)]) -> Any:
        async with unit_of_work.read() as connection:
            return await journeys.journey(
                connection, id, service=desk.service.name, reads=desk.reads(), own=caller.municipality
            )

    @routes.get("/lag", summary="How far behind the service is on each topic and partition")
    async def lag(_: Annotated[Caller, Depends(reader)]) -> Any:
        async with unit_of_work.read() as connection:
            paused = await pauses.read(connection)
        found = await desk.lags.measure()
        return {"topics": [lags.as_told(each) for each in found], "paused": [pauses.as_told(each) for each in paused]}

    @routes.get("/log", summary="What operations staff did, newest first")
    async def audit(
        caller: Annotated[Caller, Depends(reader)],
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        before: int | None = None,
    ) -> Any:
        async with unit_of_work.read() as connection:
            return {"log": await log.read(connection, caller.municipality, limit, before)}


def _add_pausing(routes: APIRouter, desk: Desk) -> None:
    writer, unit_of_work = desk.parts.guard(WRITE), desk.parts.unit_of_work

    @routes.post("/pauses", summary="Stop reading a topic until further notice")
    async def pause(order: PauseOrder, caller: Annotated[Caller, Depends(writer)]) -> Any:
        region_only(caller)
        topic = pauses.known(order.topic, desk.service.name, desk.service.listens_to)
        async with unit_of_work() as work:
            return {"topic": topic, "paused": True, "new": await pauses.pause(work, caller, topic, order.reason)}

    @routes.post("/pauses/{topic}/resume", summary="Read the topic again")
    async def resume(topic: str, why: Why, caller: Annotated[Caller, Depends(writer)]) -> Any:
        region_only(caller)
        pauses.known(topic, desk.service.name, desk.service.listens_to)
        async with unit_of_work() as work:
            return {"topic": topic, "paused": False, "new": await pauses.resume(work, caller, topic, why.reason)}


def _add_replaying(routes: APIRouter, desk: Desk) -> None:
    unit_of_work = desk.parts.unit_of_work
    reader, sender = desk.parts.guard(LETTERS), desk.parts.guard(REPLAY)

    @routes.get("/dead-letters", summary="Dead letters counted by reason")
    async def by_reason(chosen: Annotated[Filter, Query()], caller: Annotated[Caller, Depends(reader)]) -> Any:
        async with unit_of_work.read() as connection:
            return {"reasons": await letters.by_reason(connection, chosen, caller.municipality)}

    @routes.post("/replays", summary="Send dead letters again, as many as there are")
    async def begin(order: ReplayOrder, caller: Annotated[Caller, Depends(sender)]) -> Any:
        async with unit_of_work() as work:
            if order.dry_run:
                forced = order.forced_because is not None
                seen = await replays.preview(work.connection, order.filter, caller.municipality, forced=forced)
                return {"dry_run": True, "total": seen.total, "held": seen.held}
            made = await replays.begin(work, caller, order.filter, order.forced_because)
            return await replays.one(work.connection, made, caller.municipality)

    @routes.get("/replays/{id}", summary="How far a replay has come")
    async def progress(id: UUID, caller: Annotated[Caller, Depends(reader)]) -> Any:
        async with unit_of_work.read() as connection:
            return await replays.one(connection, id, caller.municipality)

    @routes.post("/replays/{id}/stop", summary="Send no more of a replay")
    async def stop(id: UUID, caller: Annotated[Caller, Depends(sender)]) -> Any:
        async with unit_of_work() as work:
            await replays.stop(work, caller, id)
            return await replays.one(work.connection, id, caller.municipality)


_REGION_ONLY: Final = Text(
    sv="En paus gäller alla kommuner, så bara regionens egen driftpersonal kan besluta om den.",
    en="A pause is for all municipalities, so only the region's own operations staff can decide on it.",
)
