"""Where coordinators lay out the rota: layers, overrides, and which hours must be covered."""

from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from guidance.adapters import coverage as cover
from guidance.adapters.reference import region
from guidance.adapters.rota import windows
from guidance.commands import coverage
from guidance.commands.rota import layers as commands
from guidance.domain.rota.refusals import LayerUnknown, RequirementUnknown
from guidance.domain.rota.schedule import Override
from guidance.domain.times import Period
from guidance.pages.rota_forms import ROWS, LayerForm, Name, NeedForm, OverrideForm, of_layer, of_need, of_windows
from guidance.pages.rota_tools import done, today
from guidance.pages.rota_words import LANGUAGES, WEEKDAYS
from guidance.queries import rota
from shared.auth import Caller
from shared.forms import Form, blank, read_form
from shared.service import Parts

_SPARE_PLACES = 3


class Naming(BaseModel):
    """A rota's name."""

    name: Name


def router(parts: Parts) -> APIRouter:
    """The pages under /rota/plan."""
    routes = APIRouter(include_in_schema=False)
    _overview(routes, parts)
    _layers(routes, parts)
    _overrides(routes, parts)
    _needs(routes, parts)
    return routes


def _overview(routes: APIRouter, parts: Parts) -> None:
    coordinator = Depends(parts.entrance("guidance:coordinate"))

    @routes.get("/rota/plan")
    async def plan(request: Request, caller: Annotated[Caller, coordinator]) -> Response:
        return await _plan_page(parts, request, caller, blank())

    @routes.post("/rota/plan")
    async def make(request: Request, caller: Annotated[Caller, coordinator]) -> Response:
        form = await read_form(request, Naming)
        made = uuid4()

        async def add(entered: Naming) -> None:
            await commands.add_rota(commands.AddRota(rota=made, name=entered.name), parts.unit_of_work)

        if await done(form, add):
            return parts.pages.see_other(request, f"/rota/plan/{made}/layers/new", notice="plan_made")
        return await _plan_page(parts, request, caller, form)

    @routes.post("/rota/plan/{rota_id}/{kind}/{what}/remove", dependencies=[coordinator])
    async def remove(request: Request, rota_id: UUID, kind: Literal["layers", "overrides"], what: UUID) -> Response:
        command = commands.remove_layer if kind == "layers" else commands.remove_override
        await command(rota_id, what, parts.unit_of_work)
        return parts.pages.see_other(request, "/rota/plan", notice="plan_saved")


async def _plan_page(parts: Parts, request: Request, caller: Caller, form: Form[Any]) -> Response:
    async with parts.unit_of_work.read() as connection:
        known = [
            (
                each,
                await rota.layers(connection, each.id),
                await rota.overrides(connection, each.id, now=parts.clock()),
            )
            for each in await rota.rotas(connection)
        ]
        needs = await cover.requirements(connection)
        names = {person.counsellor: person.display_name for person in await rota.people(connection)}
    context = {"rotas": known, "needs": needs, "names": names, "region": region(), "form": form}
    return parts.pages.render(request, "rota_plan.html", status=_status(form), caller=caller, **context)


def _layers(routes: APIRouter, parts: Parts) -> None:
    coordinator = Depends(parts.entrance("guidance:coordinate"))

    async def page(request: Request, caller: Caller, rota_id: UUID, row: Any, form: Form[Any]) -> Response:
        chosen = form.chosen.get("participants", [])
        context = {
            "places": range(1, len(chosen) + _SPARE_PLACES + 1),
            "hours_fit": row is None or of_windows(row.windows) is not None,
            "action": f"/rota/plan/{rota_id}/layers/{row.id if row else 'new'}",
        }
        return await _form_page(parts, request, caller, "rota_layer.html", form, **context)

    @routes.get("/rota/plan/{rota_id}/layers/{layer}")
    async def show(request: Request, rota_id: UUID, layer: str, caller: Annotated[Caller, coordinator]) -> Response:
        row = await _known_layer(parts, rota_id, layer)
        empty = {"handover": "weekly", "every": 1, "starts_on": today(parts.clock()), "off_on_holidays": True}
        return await page(request, caller, rota_id, row, blank(**(of_layer(row) if row else empty)))

    @routes.post("/rota/plan/{rota_id}/layers/{layer}")
    async def save(request: Request, rota_id: UUID, layer: str, caller: Annotated[Caller, coordinator]) -> Response:
        row, form = await _known_layer(parts, rota_id, layer), await read_form(request, LayerForm)
        kept = windows(row.windows) if row is not None and of_windows(row.windows) is None else None

        async def change(entered: LayerForm) -> None:
            made = entered.layer(row.id if row else uuid4(), kept)
            await commands.save_layer(rota_id, made, parts.unit_of_work)

        if await done(form, change):
            return parts.pages.see_other(request, "/rota/plan", notice="plan_saved")
        return await page(request, caller, rota_id, row, form)


def _overrides(routes: APIRouter, parts: Parts) -> None:
    coordinator = Depends(parts.entrance("guidance:coordinate"))

    @routes.get("/rota/plan/{rota_id}/override")
    async def show(request: Request, rota_id: UUID, caller: Annotated[Caller, coordinator]) -> Response:
        return await _form_page(parts, request, caller, "rota_override.html", blank(), rota_id=rota_id)

    @routes.post("/rota/plan/{rota_id}/override")
    async def add(request: Request, rota_id: UUID, caller: Annotated[Caller, coordinator]) -> Response:
        form = await read_form(request, OverrideForm)

        async def change(entered: OverrideForm) -> None:
            period = Period(entered.starts_at, entered.ends_at)
            made = Override(override=uuid4(), removes=entered.removes, adds=entered.adds, period=period)
            await commands.add_override(rota_id, made, parts.unit_of_work)

        if await done(form, change):
            return parts.pages.see_other(request, "/rota/plan", notice="plan_saved")
        return await _form_page(parts, request, caller, "rota_override.html", form, rota_id=rota_id)


def _needs(routes: APIRouter, parts: Parts) -> None:
    coordinator = Depends(parts.entrance("guidance:coordinate"))

    async def page(request: Request, caller: Caller, row: Any, form: Form[Any]) -> Response:
        fit = row is None or of_windows(row.windows) is not None
        action = f"/rota/needs/{row.requirement if row else 'new'}"
        return await _form_page(parts, request, caller, "rota_need.html", form, hours_fit=fit, action=action)

    @routes.get("/rota/needs/{need}")
    async def show(request: Request, need: str, caller: Annotated[Caller, coordinator]) -> Response:
        row = await _known_need(parts, need)
        empty = {"number": 1, "starts_on": today(parts.clock()), "off_on_holidays": True}
        return await page(request, caller, row, blank(**(of_need(row) if row else empty)))

    @routes.post("/rota/needs/{need}")
    async def save(request: Request, need: str, caller: Annotated[Caller, coordinator]) -> Response:
        row, form = await _known_need(parts, need), await read_form(request, NeedForm)
        kept = row.windows if row is not None and of_windows(row.windows) is None else None

        async def change(entered: NeedForm) -> None:
            made = entered.requirement(row.requirement if row else uuid4(), kept)
            await coverage.save_requirement(made, parts.unit_of_work)

        if await done(form, change):
            return parts.pages.see_other(request, "/rota/plan", notice="plan_need_saved")
        return await page(request, caller, row, form)

    @routes.post("/rota/needs/{need}/remove", dependencies=[coordinator])
    async def remove(request: Request, need: UUID) -> Response:
        await coverage.remove_requirement(need, parts.unit_of_work)
        return parts.pages.see_other(request, "/rota/plan", notice="plan_need_saved")


async def _known_layer(parts: Parts, rota_id: UUID, layer: str) -> Any:
    """The layer's row, or None for a new one. Raises LayerUnknown."""
    if layer == "new":
        return None
    async with parts.unit_of_work.read() as connection:
        found = [row for row in await rota.layers(connection, rota_id) if str(row.id) == layer]
    if not found:
        raise LayerUnknown
    return found[0]


async def _known_need(parts: Parts, need: str) -> Any:
    """The requirement, or None for a new one. Raises RequirementUnknown."""
    if need == "new":
        return None
    async with parts.unit_of_work.read() as connection:
        found = [each for each in await cover.requirements(connection) if str(each.requirement) == need]
    if not found:
        raise RequirementUnknown
    return found[0]


async def _form_page(
    parts: Parts, request: Request, caller: Caller, template: str, form: Form[Any], **context: Any
) -> Response:
    async with parts.unit_of_work.read() as connection:
        people = await rota.people(connection)
    shown = {
        "people": [
            (each.counsellor, f"{each.display_name}, {region().get(each.municipality, each.municipality)}")
            for each in people
        ],
        "weekdays": WEEKDAYS,
        "languages": LANGUAGES,
        "municipalities": list(region().items()),
        "rows": ROWS,
        "form": form,
    }
    return parts.pages.render(request, template, status=_status(form), caller=caller, **shown, **context)


def _status(form: Form[Any]) -> int:
    return 422 if form.faults else 200
