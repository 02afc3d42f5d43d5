"""The pages of individual study plans: listed, drawn up, revised, compared, agreed on."""

from typing import Annotated, Any, Final
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from guidance.adapters.links import Links
from guidance.adapters.reference import region
from guidance.commands import study_plans as commands
from guidance.domain.study_plans import Goal, Party, compare, draw_up
from guidance.edges.study_plans import link_of, plan_of, version_of
from guidance.pages.follow_up_words import options
from guidance.pages.plan_forms import ContentForm, Head, NewHead, NewPlan, choices, content_of, fields, filled
from guidance.pages.tools import done, municipalities
from guidance.queries import study_plans as listed
from guidance.queries.accounts import own_counsellor
from shared.auth import Caller
from shared.forms import Form, blank, read_form, read_query
from shared.paging import Paging
from shared.service import Parts

_SIZE: Final = 50


class Agreement(BaseModel):
    """Which version is agreed to."""

    version: int


class Page(BaseModel):
    """Which page of the list."""

    page: int = Field(default=1, ge=1, le=100_000)


class Chosen(BaseModel):
    """Which version is shown."""

    version: int | None = None


def router(parts: Parts, links: Links) -> APIRouter:
    """Study plans."""
    routes = APIRouter(include_in_schema=False, prefix="/plans")
    _list(routes, parts)
    _plan(routes, parts, links)
    return routes


def _list(routes: APIRouter, parts: Parts) -> None:
    reader, counsel = Depends(parts.entrance("guidance:read")), Depends(parts.entrance("guidance:counsel"))

    @routes.get("")
    async def plans(request: Request, caller: Annotated[Caller, reader]) -> Response:
        return await _page(request, caller, blank(pace_percent=100, home=caller.municipality))

    @routes.post("")
    async def new(request: Request, caller: Annotated[Caller, counsel]) -> Response:
        form = await read_form(request, NewPlan)
        id_ = uuid4()
        async with parts.unit_of_work.read() as connection:
            counsellor = await own_counsellor(connection, caller.subject)
            content = content_of(form, choices(await listed.offered(connection)))

        async def draw(said: NewHead) -> None:
            home = caller.municipality or said.home
            plan = draw_up(id_, said.student, home, counsellor, content, now=parts.clock())
            await commands.draw_up(plan, parts.unit_of_work)

        if await done(form, draw):
            return parts.pages.see_other(request, f"/plans/{id_}", notice="saved")
        return await _page(request, caller, form)

    async def _page(request: Request, caller: Caller, form: Form[Any]) -> Response:
        asked = read_query(request, Page).value or Page()
        home = caller.municipality
        async with parts.unit_of_work.read() as connection:
            paging = Paging(asked.page, _SIZE, await listed.size(connection, municipality=home))
            rows = await listed.plans(connection, municipality=home, limit=_SIZE, offset=paging.offset)
            offered = choices(await listed.offered(connection))
        context: dict[str, Any] = {"form": form, "rows": rows, "paging": paging, "goals": options("goal", Goal)}
        context |= {"homes": municipalities(), "names": region(), **fields(form, offered)}
        status = 422 if form.faults else 200
        return parts.pages.render(request, "plans.html", status=status, caller=caller, **context)


def _plan(routes: APIRouter, parts: Parts, links: Links) -> None:
    counsel = Depends(parts.entrance("guidance:counsel"))

    @routes.get("/{plan}")
    async def one(
        request: Request, plan: UUID, caller: Annotated[Caller, Depends(parts.entrance("guidance:read"))]
    ) -> Response:
        return await plan_page(parts, request, caller, plan)

    @routes.post("/{plan}")
    async def revise(request: Request, plan: UUID, caller: Annotated[Caller, counsel]) -> Response:
        form = await read_form(request, ContentForm)
        known = await plan_of(parts, plan, caller.municipality)
        async with parts.unit_of_work.read() as connection:
            content = content_of(form, choices(await listed.offered(connection), known.newest.content))

        async def revised(_: Head) -> None:
            await commands.revise(plan, content, parts.unit_of_work, municipality=caller.municipality)

        if await done(form, revised):
            return parts.pages.see_other(request, f"/plans/{plan}", notice="saved")
        return await plan_page(parts, request, caller, plan, form=form)

    @routes.post("/{plan}/agreement")
    async def agree(request: Request, plan: UUID, caller: Annotated[Caller, counsel]) -> Response:
        form = await read_form(request, Agreement)
        home = caller.municipality
        if await done(
            form,
            lambda said: commands.agree(plan, said.version, Party.COUNSELLOR, parts.unit_of_work, municipality=home),
        ):
            return parts.pages.see_other(request, f"/plans/{plan}", notice="agreed")
        return await plan_page(parts, request, caller, plan, agreement=form)

    @routes.post("/{plan}/link")
    async def link(request: Request, plan: UUID, caller: Annotated[Caller, counsel]) -> Response:
        known = await plan_of(parts, plan, caller.municipality)
        address = str(request.url.replace(path=f"/agree/{link_of(known, links, parts)}", query=""))
        return await plan_page(parts, request, caller, plan, link=address)


async def plan_page(
    parts: Parts,
    request: Request,
    caller: Caller,
    plan: UUID,
    *,
    form: Form[Any] | None = None,
    agreement: Form[Any] | None = None,
    link: str | None = None,
) -> Response:
    """The page of one plan: a version, what changed since the one before, and a form to revise it."""
    known = await plan_of(parts, plan, caller.municipality)
    chosen = (read_query(request, Chosen).value or Chosen()).version
    version = known.newest if chosen is None else version_of(known, chosen)
    before = next((each for each in known.versions if each.number == version.number - 1), None)
    async with parts.unit_of_work.read() as connection:
        offered = choices(await listed.offered(connection), known.newest.content)
    form = form or blank(**filled(known.newest.content))
    context: dict[str, Any] = {
        "plan": known,
        "version": version,
        "before": before,
        "changes": None if before is None else compare(before.content, version.content),
        "form": form,
        **fields(form, offered),
        "agreement": agreement or blank(),
        "link": link,
        "goals": options("goal", Goal),
        "names": region(),
        "may_counsel": "guidance:counsel" in caller.scopes,
    }
    faulty = bool(form.faults) or bool(agreement and agreement.faults)
    return parts.pages.render(request, "plan.html", status=422 if faulty else 200, caller=caller, **context)
