"""The pages of operations: the same as the routes, for readers."""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from uuid import UUID

import httpx
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from shared.answers import dead_letter
from shared.auth import Caller
from shared.forms import Form, LocalMoment, blank, read_form, read_query
from shared.language import SERVICES
from shared.operations import letters, log, pauses, replays
from shared.operations.api import LETTERS, READ, REPLAY, WRITE, Desk, region_only
from shared.operations.following import KINDS, Journey, follow
from shared.operations.lags import BrokerSilent, TopicLag
from shared.operations.letters import Filter
from shared.paging import Paging

_PAGE: Final = 50
_LOG_LINES: Final = 100


class Chosen(BaseModel):
    """The filter of the list of dead letters, as its form has it."""

    reason: str | None = Field(default=None, max_length=64)
    event_type: str | None = Field(default=None, max_length=128)
    municipality: str | None = Field(default=None, pattern="^[0-9]{4}$")
    since: LocalMoment | None = None
    until: LocalMoment | None = None
    page: int = Field(default=1, ge=1, le=10_000)

    def filter(self) -> Filter:
        """Only what narrows the list."""
        return Filter.model_validate(self.model_dump(include=set(Filter.model_fields)))


class PauseForm(BaseModel):
    """Pause or resume a topic."""

    topic: str = Field(max_length=249)
    reason: str = Field(min_length=3, max_length=300)


class ReplayForm(Chosen):
    """Send again what the list shows."""

    forced_because: str | None = Field(default=None, min_length=3, max_length=300)
    do: str = "preview"


class Sought(BaseModel):
    """An event to follow."""

    id: str | None = Field(default=None, max_length=128)


def router(desk: Desk) -> APIRouter:
    """The pages; all under `/operations`."""
    routes = APIRouter(prefix="/operations", include_in_schema=False)
    _add_overview(routes, desk)
    _add_pauses(routes, desk)
    _add_letters(routes, desk)
    _add_replays(routes, desk)
    return routes


def _add_overview(routes: APIRouter, desk: Desk) -> None:
    pages, reader = desk.parts.pages, desk.parts.entrance(READ)

    @routes.get("")
    async def overview(request: Request, caller: Annotated[Caller, Depends(reader)]) -> Response:
        return pages.render(request, "operations.html", caller=caller, **await _state(desk, caller), form=blank())

    @routes.get("/fragments/lag")
    async def lag(request: Request, caller: Annotated[Caller, Depends(reader)]) -> Response:
        return pages.render(request, "operations_lag.html", caller=caller, **await _lag(desk))

    @routes.get("/journey")
    async def journey(request: Request, caller: Annotated[Caller, Depends(reader)]) -> Response:
        form = read_query(request, Sought)
        sought = form.value.id if form.value else None
        found = await _journey(desk, request, sought) if sought else None
        return pages.render(request, "operations_journey.html", caller=caller, form=form, journey=found, **_about(desk))

    @routes.get("/audit")
    async def audit(
        request: Request, caller: Annotated[Caller, Depends(reader)], before: Annotated[int | None, Query()] = None
    ) -> Response:
        async with desk.parts.unit_of_work.read() as connection:
            lines = await log.read(connection, caller.municipality, _LOG_LINES, before)
        older = lines[-1]["position"] if len(lines) == _LOG_LINES else None
        return pages.render(request, "operations_audit.html", caller=caller, lines=lines, older=older)


async def _state(desk: Desk, caller: Caller) -> dict[str, Any]:
    async with desk.parts.unit_of_work.read() as connection:
        reasons = await letters.by_reason(connection, Filter(), caller.municipality)
        jobs = await replays.recent(connection, caller.municipality, 5)
    may_pause = WRITE in caller.scopes and caller.municipality is None
    topics = [(topic, topic) for topic in (f"in.{desk.service.name}", *desk.service.listens_to)]
    return {**await _lag(desk), "reasons": reasons, "jobs": jobs, "may_pause": may_pause, "topics": topics}


async def _lag(desk: Desk) -> dict[str, Any]:
    async with desk.parts.unit_of_work.read() as connection:
        paused = {row["topic"]: row for row in await pauses.read(connection)}
    try:
        found: list[TopicLag] | None = await desk.lags.measure()
    except BrokerSilent:
        found = None
    return {"lags": found, "paused": paused, "inbound": f"in.{desk.service.name}"}


def _about(desk: Desk) -> dict[str, Any]:
    """What a journey is told with."""
    peers = desk.parts.settings.peers
    return {
        "kinds": KINDS,
        "service_words": lambda name: SERVICES.get(name, name),
        "service_address": lambda name: peers.get(name, "").rstrip("/"),
    }


async def _journey(desk: Desk, request: Request, sought: str) -> Journey:
    own = {desk.service.name: str(request.base_url)}
    settings = desk.parts.settings
    services: Mapping[str, str] = settings.peers | settings.peers_within or own
    async with httpx.AsyncClient(trust_env=False) as client:
        return await follow(sought, services, desk.parts.entrance.token(request) or "", client)


def _add_pauses(routes: APIRouter, desk: Desk) -> None:
    pages, writer = desk.parts.pages, desk.parts.entrance(WRITE)

    @routes.post("/pausing")
    async def change(request: Request, caller: Annotated[Caller, Depends(writer)], resume: bool = False) -> Response:
        region_only(caller)
        form = await read_form(request, PauseForm)
        if form.value is None:
            state = await _state(desk, caller)
            return pages.render(request, "operations.html", status=422, caller=caller, **state, form=form)
        topic = pauses.known(form.value.topic, desk.service.name, desk.service.listens_to)
        async with desk.parts.unit_of_work() as work:
            await (pauses.resume if resume else pauses.pause)(work, caller, topic, form.value.reason)
        return pages.see_other(request, "/operations", notice="ops_resumed" if resume else "ops_paused")


def _add_letters(routes: APIRouter, desk: Desk) -> None:
    pages, reader = desk.parts.pages, desk.parts.entrance(LETTERS)

    @routes.get("/letters")
    async def listed(request: Request, caller: Annotated[Caller, Depends(reader)]) -> Response:
        form = read_query(request, Chosen)
        chosen = form.value or Chosen()
        return await _list(desk, request, caller, form, chosen, None)

    @routes.get("/letters/{id}")
    async def shown(id: UUID, request: Request, caller: Annotated[Caller, Depends(reader)]) -> Response:
        async with desk.parts.unit_of_work() as work:
            letter = await dead_letter(work.connection, desk.parts.contracts, id, caller.municipality)
            await log.add(work, caller, "dead_letter_shown", {"letter": str(id)}, "shown masked")
        return pages.render(request, "operations_letter.html", caller=caller, letter=letter)


async def _list(
    desk: Desk,
    request: Request,
    caller: Caller,
    form: Form[Any],
    chosen: Chosen,
    seen: replays.Preview | None,
    status: int = 200,
) -> Response:
    fit = chosen.filter()
    async with desk.parts.unit_of_work.read() as connection:
        paging = Paging(chosen.page, _PAGE, await letters.count(connection, fit, caller.municipality))
        rows = await letters.page(connection, fit, caller.municipality, limit=_PAGE, skip=paging.offset)
        reasons = await letters.by_reason(connection, Filter(), caller.municipality)
    return desk.parts.pages.render(
        request,
        "operations_letters.html",
        status=status,
        caller=caller,
        form=form,
        letters=rows,
        paging=paging,
        reasons=[(row["reason"], row["reason"]) for row in reasons],
        types=[(kind, desk.parts.contracts.get(kind).title) for kind in desk.reads()],
        seen=seen,
        may_replay=REPLAY in caller.scopes,
        most=replays.MOST_REPLAYS,
    )


def _add_replays(routes: APIRouter, desk: Desk) -> None:
    pages, unit_of_work = desk.parts.pages, desk.parts.unit_of_work
    reader, sender = desk.parts.entrance(LETTERS), desk.parts.entrance(REPLAY)

    @routes.post("/replay")
    async def begin(request: Request, caller: Annotated[Caller, Depends(sender)]) -> Response:
        form = await read_form(request, ReplayForm)
        order = form.value
        if order is None:
            return await _list(desk, request, caller, form, Chosen(), None, 422)
        if order.do != "send":
            forced = order.forced_because is not None
            async with unit_of_work.read() as connection:
                seen = await replays.preview(connection, order.filter(), caller.municipality, forced=forced)
            return await _list(desk, request, caller, form, order, seen)
        async with unit_of_work() as work:
            made = await replays.begin(work, caller, order.filter(), order.forced_because)
        return pages.see_other(request, f"/operations/replay/{made}", notice="ops_replay_begun")

    @routes.get("/replay/{id}")
    async def progress(id: UUID, request: Request, caller: Annotated[Caller, Depends(reader)]) -> Response:
        async with unit_of_work.read() as connection:
            job = await replays.one(connection, id, caller.municipality)
        part = request.headers.get("hx-request") == "true"
        template = "operations_progress.html" if part else "operations_replay.html"
        return pages.render(request, template, caller=caller, job=job, may_replay=REPLAY in caller.scopes)

    @routes.post("/replay/{id}/stop")
    async def stop(id: UUID, request: Request, caller: Annotated[Caller, Depends(sender)]) -> Response:
        async with unit_of_work() as work:
            await replays.stop(work, caller, id)
        return pages.see_other(request, f"/operations/replay/{id}", notice="ops_replay_stopped")
