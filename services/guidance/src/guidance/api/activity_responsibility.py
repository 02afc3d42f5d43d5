"""The register of the activity responsibility over HTTP (scope guidance:kaa; a municipality's own only; SL 29:9)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from guidance.adapters import activity_responsibility as register
from guidance.adapters.agreements import follow_up_rules
from guidance.api.actors import today
from guidance.commands import activity_responsibility as commands
from guidance.domain.activity_responsibility import (
    Ended,
    Entered,
    Entry,
    Figures,
    HalfYear,
    Left,
    MeasureKind,
    Occupation,
    Sex,
    figures,
)
from guidance.queries import activity_responsibility as listed
from shared.auth import Caller
from shared.problems import Problem
from shared.service import Parts
from shared.sheets import Column, csv, workbook
from shared.texts import Text

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


def own(caller: Caller) -> str:
    """The municipality whose register it is. Raises Problem 403 when the token speaks for none."""
    if caller.municipality is None:
        detail = Text(
            sv="Registret är en kommuns eget; logga in för en kommun.",
            en="The register is a municipality's own; log in for a municipality.",
        )
        raise Problem.of(403, detail)
    return caller.municipality


async def figures_of(parts: Parts, municipality: str, half_year: HalfYear) -> Figures:
    """The municipality's half-year."""
    async with parts.unit_of_work.read() as connection:
        entries = await register.covered(connection, municipality, half_year.begins, half_year.ends)
    return figures(entries, half_year)


def lines(found: Figures) -> Sequence[tuple[str, str, int]]:
    """The figures as lines: what is counted, of which kind, how many."""
    counted: list[tuple[str, Mapping[Any, int]]] = [
        ("entered", found.entered),
        ("left", found.left),
        ("age", found.by_age),
        ("sex", found.by_sex),
        ("occupation", found.by_occupation),
        ("measure", found.measures),
    ]
    plain = [
        ("at_start", "", found.at_start),
        ("covered", "", found.covered),
        ("at_end", "", found.at_end),
        ("with_measure", "", found.with_measure),
    ]
    return plain + [
        (what, "unknown" if kind is None else str(kind), number)
        for what, numbers in counted
        for kind, number in sorted(numbers.items(), key=lambda pair: str(pair[0]))
    ]


def told(found: Figures) -> dict[str, Any]:
    """The figures as JSON, with the days and, where it is known, the last day to report."""
    due = follow_up_rules().reported_by.get(str(found.half_year))
    return {
        "half_year": str(found.half_year),
        "begins": found.half_year.begins.isoformat(),
        "ends": found.half_year.ends.isoformat(),
        "reported_by": None if due is None else due.isoformat(),
        "figures": [{"what": what, "kind": kind, "number": number} for what, kind, number in lines(found)],
    }


def sheet(format: Literal["xlsx", "csv"], name: str, found: Figures) -> Response:
    """The figures as a file."""
    columns = [
        Column(Text("Uppgift", "Figure"), lambda line: line[0], 24),
        Column(Text("Slag", "Kind"), lambda line: line[1], 28),
        Column(Text("Antal", "Number"), lambda line: line[2]),
    ]
    return (workbook if format == "xlsx" else csv)(name, columns, lines(found))
