"""The register of the activity responsibility over HTTP (scope guidance:kaa; a municipality's own only; SL 29:9)."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from guidance.adapters import activity_responsibility as register
from guidance.commands import activity_responsibility as commands
from guidance.domain.activity_responsibility import (
    Ended,
    Entered,
    Entry,
    HalfYear,
    Left,
    MeasureKind,
    Occupation,
    Sex,
)
from guidance.edges.actors import today
from guidance.edges.register import figures_of, own, sheet, survey_lines_of, survey_sheet, told
from guidance.queries import activity_responsibility as listed
from shared.auth import Caller
from shared.service import Parts

Words = Annotated[str, Field(min_length=1, max_length=500)]


class NewEntry(BaseModel, extra="forbid"):
    """A person to enter."""

    person: UUID
    entered_on: date
    entered: Entered
    born_on: date | None = None
    sex: Sex | None = None
    occupation: Occupation = Occupation.UNKNOWN


class KnownNow(BaseModel, extra="forbid"):
    """What is known of the person now."""

    born_on: date | None = None
    sex: Sex | None = None
    occupation: Occupation


class NewMeasure(BaseModel, extra="forbid"):
    """A measure: what for, who does what, from when, and when it is followed up."""

    kind: MeasureKind
    goal: Words
    responsible: Words
    begins: date
    follow_up_on: date | None = None


class MeasureEnd(BaseModel, extra="forbid"):
    """When a measure ended, and why."""

    ends: date
    ended: Ended


class Leaving(BaseModel, extra="forbid"):
    """When a person left the register, and why."""

    on: date
    cause: Left


def router(parts: Parts) -> APIRouter:
    """The register and its half-year statistics."""
    routes = APIRouter(tags=["activity-responsibility"], prefix="/activity-responsibility")
    _entries(routes, parts)
    _measures(routes, parts)
    return routes


def _entries(routes: APIRouter, parts: Parts) -> None:
    officer = Depends(parts.guard("guidance:kaa"))

    @routes.get("/entries", summary="The municipality's register")
    async def entries(caller: Annotated[Caller, officer], left: bool = False) -> dict[str, Any]:
        async with parts.unit_of_work.read() as connection:
            found = await listed.entries(connection, municipality=own(caller), left=left)
        return {"entries": [asdict(entry) for entry in found]}

    @routes.post("/entries", status_code=201, summary="Enter a person")
    async def enter(new: NewEntry, caller: Annotated[Caller, officer]) -> dict[str, Any]:
        entry = Entry(entry=uuid4(), municipality=own(caller), **new.model_dump())
        await commands.enter(entry, parts.unit_of_work, today=today(parts))
        return {"entry": entry.entry}

    @routes.put("/entries/{entry}", status_code=204, summary="Write what is known now")
    async def learn(entry: UUID, known: KnownNow, caller: Annotated[Caller, officer]) -> None:
        now_known = commands.Known(**known.model_dump())
        await commands.learn(entry, now_known, parts.unit_of_work, municipality=own(caller))

    @routes.post("/entries/{entry}/leaving", status_code=204, summary="Let a person leave the register")
    async def leave(entry: UUID, said: Leaving, caller: Annotated[Caller, officer]) -> None:
        await commands.leave(
            entry, said.on, said.cause, parts.unit_of_work, municipality=own(caller), today=today(parts)
        )


def _measures(routes: APIRouter, parts: Parts) -> None:
    officer = Depends(parts.guard("guidance:kaa"))

    @routes.get("/entries/{entry}/measures", summary="The person's documented measures")
    async def measures(entry: UUID, caller: Annotated[Caller, officer]) -> dict[str, Any]:
        async with parts.unit_of_work.read() as connection:
            if await listed.entry(connection, entry, municipality=own(caller)) is None:
                raise register.EntryUnknown
            found = await listed.measures(connection, entry)
        return {"measures": [asdict(each) for each in found]}

    @routes.post("/entries/{entry}/measures", status_code=201, summary="Document a measure")
    async def add_measure(entry: UUID, new: NewMeasure, caller: Annotated[Caller, officer]) -> dict[str, Any]:
        command = commands.AddMeasure(measure=uuid4(), entry=entry, municipality=own(caller), **new.model_dump())
        await commands.add_measure(command, parts.unit_of_work)
        return {"measure": command.measure}

    @routes.post("/entries/{entry}/measures/{measure}/end", status_code=204, summary="End a measure")
    async def end_measure(entry: UUID, measure: UUID, said: MeasureEnd, caller: Annotated[Caller, officer]) -> None:
        await commands.end_measure(entry, measure, said.ends, said.ended, parts.unit_of_work, municipality=own(caller))

    @routes.get("/statistics/{half_year}", summary="A half-year's figures: 2027-1 is January to June 2027")
    async def statistics(
        half_year: str,
        caller: Annotated[Caller, officer],
        format: Annotated[Literal["json", "xlsx", "csv"], Query()] = "json",
    ) -> Response:
        found = await figures_of(parts, own(caller), HalfYear.named(half_year))
        if format == "json":
            return JSONResponse(told(found))
        return sheet(format, f"KAA-{own(caller)}-{found.half_year}", found)

    @routes.get("/statistics/{half_year}/persons", summary="What the national survey asks for, person by person")
    async def persons(
        half_year: str, caller: Annotated[Caller, officer], format: Annotated[Literal["xlsx", "csv"], Query()] = "csv"
    ) -> Response:
        asked = HalfYear.named(half_year)
        found = await survey_lines_of(parts, own(caller), asked)
        return survey_sheet(format, f"KAA-{own(caller)}-{asked}-personer", found)
