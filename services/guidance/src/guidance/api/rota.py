"""The rota over HTTP: what coordinators lay out and every counsellor may read."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any, Final
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from guidance.adapters import coverage as cover
from guidance.api.forms import Moment, times
from guidance.api.rota_forms import LayerBody, Name, RequirementBody
from guidance.commands import coverage
from guidance.commands.rota import layers as commands
from guidance.domain.rota.schedule import Override
from guidance.domain.times import Period
from guidance.queries import coverage as gap_rows
from guidance.queries import rota as rows
from shared.auth import Caller
from shared.service import Parts

_WIDEST: Final = timedelta(days=92)


class RotaBody(BaseModel, extra="forbid"):
    """A rota by name."""

    name: Name


class OverrideBody(BaseModel, extra="forbid"):
    """For a certain time: `removes` is off duty, `adds` is on; with both, the one takes over from the other."""

    removes: UUID | None = None
    adds: UUID | None = None
    starts_at: Moment
    ends_at: Moment


class Span(BaseModel, extra="forbid"):
    """Which time to show; two weeks from now, unless told otherwise, and at most 92 days."""

    begins: Moment | None = Field(default=None, alias="from")
    ends: Moment | None = Field(default=None, alias="to")

    def period(self, now: datetime) -> Period:
        """The time, never wider than allowed."""
        begins = self.begins or now
        ends = self.ends or begins + timedelta(days=14)
        return Period(begins, min(max(ends, begins), begins + _WIDEST))


def router(parts: Parts) -> APIRouter:
    """Rotas, layers, overrides, shifts and cover."""
    routes = APIRouter(tags=["rota"])
    _reading(routes, parts)
    _layers(routes, parts)
    _cover(routes, parts)
    return routes


def _reading(routes: APIRouter, parts: Parts) -> None:
    reader = [Depends(parts.guard("guidance:read"))]

    @routes.get("/rotas", dependencies=reader, summary="All rotas, with their layers and overrides to come")
    async def rotas() -> dict[str, Any]:
        async with parts.unit_of_work.read() as connection:
            found = [
                {"rota": each.id, "name": each.name, "version": each.version, "planned_until": each.planned_until}
                | {
                    "layers": [
                        {"layer": row.id} | LayerBody.of(row).model_dump()
                        for row in await rows.layers(connection, each.id)
                    ]
                }
                | {
                    "overrides": [
                        _override(row) for row in await rows.overrides(connection, each.id, now=parts.clock())
                    ]
                }
                for each in await rows.rotas(connection)
            ]
        return {"rotas": found}

    @routes.get("/rotas/{rota}/shifts", dependencies=reader, summary="Who is on duty, in order of time")
    async def shifts(rota: UUID, span: Annotated[Span, Query()]) -> dict[str, Any]:
        async with parts.unit_of_work.read() as connection:
            found = await rows.shifts(connection, span.period(parts.clock()), rota=rota)
        return {"shifts": [shown_shift(row) for row in found]}


def _layers(routes: APIRouter, parts: Parts) -> None:
    coordinator = [Depends(parts.guard("guidance:coordinate"))]

    @routes.post("/rotas", status_code=201, dependencies=coordinator, summary="Make a rota without layers")
    async def add(body: RotaBody, response: Response) -> dict[str, Any]:
        rota = uuid4()
        await commands.add_rota(commands.AddRota(rota=rota, name=body.name), parts.unit_of_work)
        response.headers["Location"] = f"/rotas/{rota}"
        return {"rota": rota, "name": body.name}

    @routes.put(
        "/rotas/{rota}/layers/{layer}", status_code=204, dependencies=coordinator, summary="Add or replace a layer"
    )
    async def save_layer(rota: UUID, layer: UUID, body: LayerBody) -> None:
        await commands.save_layer(rota, body.layer(layer), parts.unit_of_work)

    @routes.delete(
        "/rotas/{rota}/layers/{layer}", status_code=204, dependencies=coordinator, summary="Take a layer out"
    )
    async def remove_layer(rota: UUID, layer: UUID) -> None:
        await commands.remove_layer(rota, layer, parts.unit_of_work)

    @routes.post(
        "/rotas/{rota}/overrides", status_code=201, dependencies=coordinator, summary="Decide who is on duty for a time"
    )
    async def add_override(rota: UUID, body: OverrideBody) -> dict[str, Any]:
        period = Period(body.starts_at, body.ends_at)
        made = Override(override=uuid4(), removes=body.removes, adds=body.adds, period=period)
        await commands.add_override(rota, made, parts.unit_of_work)
        return {"override": made.override} | body.model_dump()

    @routes.delete(
        "/rotas/{rota}/overrides/{override}", status_code=204, dependencies=coordinator, summary="Take an override back"
    )
    async def remove_override(rota: UUID, override: UUID) -> None:
        await commands.remove_override(rota, override, parts.unit_of_work)


def _cover(routes: APIRouter, parts: Parts) -> None:
    reader = Depends(parts.guard("guidance:read"))
    coordinator = [Depends(parts.guard("guidance:coordinate"))]

    @routes.get(
        "/coverage-gaps", summary="Gaps in cover within seven days: your municipality's and the region's, or all"
    )
    async def gaps(caller: Annotated[Caller, reader]) -> dict[str, Any]:
        async with parts.unit_of_work.read() as connection:
            found = await gap_rows.gaps(connection, now=parts.clock(), municipality=caller.municipality)
        return {"gaps": [_gap(row) for row in found]}

    @routes.get("/cover-requirements", dependencies=[reader], summary="Which hours must be covered, and by how many")
    async def requirements() -> dict[str, Any]:
        async with parts.unit_of_work.read() as connection:
            found = await cover.requirements(connection)
        return {
            "requirements": [
                {"requirement": each.requirement} | RequirementBody.of(each).model_dump() for each in found
            ]
        }

    @routes.put(
        "/cover-requirements/{requirement}",
        status_code=204,
        dependencies=coordinator,
        summary="Add or replace a requirement",
    )
    async def save(requirement: UUID, body: RequirementBody) -> None:
        await coverage.save_requirement(body.requirement(requirement), parts.unit_of_work)

    @routes.delete(
        "/cover-requirements/{requirement}",
        status_code=204,
        dependencies=coordinator,
        summary="Take a requirement away",
    )
    async def remove(requirement: UUID) -> None:
        await coverage.remove_requirement(requirement, parts.unit_of_work)


def shown_shift(row: rows.ShiftRow) -> dict[str, Any]:
    """A shift as it is answered."""
    content = asdict(row)
    return {"shift": content.pop("id")} | content | times(row.starts_at, row.ends_at)


def _override(row: Any) -> dict[str, Any]:
    return {"override": row.id, "removes": row.removes, "adds": row.adds} | times(row.starts_at, row.ends_at)


def _gap(row: gap_rows.GapRow) -> dict[str, Any]:
    content = asdict(row)
    return {"gap": content.pop("id")} | content | times(row.starts_at, row.ends_at)
