"""The pages of the activity responsibility: register, one entry, half-year statistics (scope guidance:kaa)."""

from datetime import date
from typing import Annotated, Any, Final, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from guidance.adapters import activity_responsibility as register
from guidance.adapters.agreements import follow_up_rules
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
    birthday,
)
from guidance.edges.actors import today
from guidance.edges.register import figures_of, lines, own, sheet, survey_lines_of, survey_sheet
from guidance.pages.follow_up_words import SET_WORDS, options
from guidance.pages.page_texts import PAGE_TEXTS
from guidance.pages.tools import done
from guidance.queries import activity_responsibility as listed
from shared.auth import Caller
from shared.forms import Form, blank, read_form, read_query
from shared.paging import Paging
from shared.service import Parts
from shared.sheets import Column, csv, workbook

_SIZE: Final = 50


class Wanted(BaseModel):
    """Which entries are shown."""

    left: bool = False
    page: int = Field(default=1, ge=1, le=100_000)
    format: Literal["xlsx", "csv"] | None = None


class NewEntry(BaseModel):
    """A person to enter, as typed in."""

    person: UUID
    entered_on: date
    entered: Entered
    born_on: date | None = None
    sex: Sex | None = None
    occupation: Occupation = Occupation.UNKNOWN

    def entry(self, id_: UUID, municipality: str) -> Entry:
        """The entry itself."""
        return Entry(entry=id_, municipality=municipality, **self.model_dump())


class Known(BaseModel):
    """What is known now, as typed in."""

    born_on: date | None = None
    sex: Sex | None = None
    occupation: Occupation


class NewMeasure(BaseModel):
    """A measure, as typed in."""

    kind: MeasureKind
    goal: str = Field(max_length=500)
    responsible: str = Field(max_length=500)
    begins: date
    follow_up_on: date | None = None

    def command(self, entry: UUID, municipality: str) -> commands.AddMeasure:
        """The measure itself."""
        return commands.AddMeasure(measure=uuid4(), entry=entry, municipality=municipality, **self.model_dump())


class MeasureEnd(BaseModel):
    """The end of a measure, as typed in."""

    measure: UUID
    ends: date
    ended: Ended


class Leaving(BaseModel):
    """Leaving, as typed in."""

    on: date
    cause: Left


def router(parts: Parts) -> APIRouter:
    """The register."""
    routes = APIRouter(include_in_schema=False, prefix="/register")
    _register(routes, parts)
    _statistics(routes, parts)
    _entry(routes, parts)
    _measures(routes, parts)
    return routes


def _register(routes: APIRouter, parts: Parts) -> None:
    officer = Depends(parts.entrance("guidance:kaa"))

    @routes.get("")
    async def listing(request: Request, caller: Annotated[Caller, officer]) -> Response:
        return await _page(request, caller, blank(entered_on=today(parts)))

    @routes.post("")
    async def enter(request: Request, caller: Annotated[Caller, officer]) -> Response:
        form = await read_form(request, NewEntry)
        id_, home, day = uuid4(), own(caller), today(parts)
        if await done(form, lambda said: commands.enter(said.entry(id_, home), parts.unit_of_work, today=day)):
            return parts.pages.see_other(request, f"/register/{id_}", notice="saved")
        return await _page(request, caller, form)

    async def _page(request: Request, caller: Caller, form: Form[Any]) -> Response:
        wanted = read_query(request, Wanted)
        asked, home = wanted.value or Wanted(), own(caller)
        async with parts.unit_of_work.read() as connection:
            if asked.format:
                rows = await listed.entries(connection, municipality=home, left=asked.left)
                return (workbook if asked.format == "xlsx" else csv)(f"KAA-{home}", _columns(today(parts)), rows)
            paging = Paging(asked.page, _SIZE, await listed.size(connection, municipality=home, left=asked.left))
            rows = await listed.entries(
                connection, municipality=home, left=asked.left, limit=_SIZE, offset=paging.offset
            )
        context: dict[str, Any] = {"wanted": wanted, "form": form, "rows": rows, "paging": paging} | _choices()
        context |= {"today": today(parts), "half_year": HalfYear.of(today(parts))}
        status = 422 if form.faults else 200
        return parts.pages.render(request, "register.html", status=status, caller=caller, **context)


def _statistics(routes: APIRouter, parts: Parts) -> None:
    @routes.get("/statistics/{half_year}")
    async def statistics(
        request: Request,
        half_year: str,
        caller: Annotated[Caller, Depends(parts.entrance("guidance:kaa"))],
        format: Literal["xlsx", "csv"] | None = None,
        persons: bool = False,
    ) -> Response:
        found = await figures_of(parts, own(caller), HalfYear.named(half_year))
        if format is not None and persons:
            lines_of = await survey_lines_of(parts, own(caller), found.half_year)
            return survey_sheet(format, f"KAA-{own(caller)}-{found.half_year}-personer", lines_of)
        if format is not None:
            return sheet(format, f"KAA-{own(caller)}-{found.half_year}", found)
        due = follow_up_rules().reported_by.get(str(found.half_year))
        context: dict[str, Any] = {"figures": found, "lines": lines(found), "due": due}
        return parts.pages.render(request, "register_statistics.html", caller=caller, **context)


def _entry(routes: APIRouter, parts: Parts) -> None:
    officer = Depends(parts.entrance("guidance:kaa"))

    @routes.get("/{entry}")
    async def one(request: Request, entry: UUID, caller: Annotated[Caller, officer]) -> Response:
        return await entry_page(parts, request, caller, entry)

    @routes.post("/{entry}")
    async def learn(request: Request, entry: UUID, caller: Annotated[Caller, officer]) -> Response:
        form = await read_form(request, Known)

        async def learnt(said: Known) -> None:
            known = commands.Known(**said.model_dump())
            await commands.learn(entry, known, parts.unit_of_work, municipality=own(caller))

        if await done(form, learnt):
            return parts.pages.see_other(request, f"/register/{entry}", notice="saved")
        return await entry_page(parts, request, caller, entry, known=form)

    @routes.post("/{entry}/leaving")
    async def leave(request: Request, entry: UUID, caller: Annotated[Caller, officer]) -> Response:
        form = await read_form(request, Leaving)

        async def left(said: Leaving) -> None:
            home, day = own(caller), today(parts)
            await commands.leave(entry, said.on, said.cause, parts.unit_of_work, municipality=home, today=day)

        if await done(form, left):
            return parts.pages.see_other(request, f"/register/{entry}", notice="saved")
        return await entry_page(parts, request, caller, entry, leaving=form)


def _measures(routes: APIRouter, parts: Parts) -> None:
    officer = Depends(parts.entrance("guidance:kaa"))

    @routes.post("/{entry}/measures")
    async def add(request: Request, entry: UUID, caller: Annotated[Caller, officer]) -> Response:
        form = await read_form(request, NewMeasure)
        home = own(caller)
        if await done(form, lambda said: commands.add_measure(said.command(entry, home), parts.unit_of_work)):
            return parts.pages.see_other(request, f"/register/{entry}", notice="saved")
        return await entry_page(parts, request, caller, entry, measure=form)

    @routes.post("/{entry}/measures/end")
    async def end(request: Request, entry: UUID, caller: Annotated[Caller, officer]) -> Response:
        form = await read_form(request, MeasureEnd)

        async def ended(said: MeasureEnd) -> None:
            home, work = own(caller), parts.unit_of_work
            await commands.end_measure(entry, said.measure, said.ends, said.ended, work, municipality=home)

        if await done(form, ended):
            return parts.pages.see_other(request, f"/register/{entry}", notice="saved")
        return await entry_page(parts, request, caller, entry, ending=form)


async def entry_page(parts: Parts, request: Request, caller: Caller, entry: UUID, **forms: Form[Any]) -> Response:
    """One person's page, with a form that has faults as it was sent. Raises EntryUnknown."""
    async with parts.unit_of_work.read() as connection:
        row = await listed.entry(connection, entry, municipality=own(caller))
        if row is None:
            raise register.EntryUnknown
        measures = await listed.measures(connection, entry)
    running = [(each.id, SET_WORDS[f"measure_{each.kind}"]) for each in measures if each.ended is None]
    context: dict[str, Any] = {"entry": row, "measures": measures, "running": running} | _choices()
    context |= {
        "known": forms.get("known") or blank(born_on=row.born_on, sex=row.sex, occupation=row.occupation),
        "measure": forms.get("measure") or blank(begins=today(parts)),
        "ending": forms.get("ending") or blank(ends=today(parts)),
        "leaving": forms.get("leaving") or blank(on=today(parts)),
    }
    status = 422 if any(form.faults for form in forms.values()) else 200
    return parts.pages.render(request, "register_entry.html", status=status, caller=caller, **context)


def _choices() -> dict[str, Any]:
    return {
        "entereds": options("entered", Entered),
        "sexes": options("sex", Sex),
        "occupations": options("occupation", Occupation),
        "kinds": options("measure", MeasureKind),
        "ends": options("ended", Ended),
        "causes": options("left", Left),
    }


def _columns(day: date) -> list[Column]:
    """Ages and not birth dates; neither goals nor who does what."""
    return [
        Column(PAGE_TEXTS["person"], lambda row: str(row.person), 38),
        Column(SET_WORDS["counted_age"], lambda row: _age(row.born_on, row.left_on or day)),
        Column(PAGE_TEXTS["sex"], lambda row: SET_WORDS[f"sex_{row.sex or 'unknown'}"].sv),
        Column(PAGE_TEXTS["entered_on"], lambda row: row.entered_on),
        Column(PAGE_TEXTS["entered"], lambda row: SET_WORDS[f"entered_{row.entered}"].sv, 24),
        Column(PAGE_TEXTS["occupation"], lambda row: SET_WORDS[f"occupation_{row.occupation}"].sv, 24),
        Column(PAGE_TEXTS["measures_running"], lambda row: row.measures),
        Column(PAGE_TEXTS["left_on"], lambda row: row.left_on),
        Column(PAGE_TEXTS["left"], lambda row: row.left_cause and SET_WORDS[f"left_{row.left_cause}"].sv, 24),
    ]


def _age(born: date | None, on: date) -> int | None:
    if born is None:
        return None
    years = on.year - born.year
    return years - (birthday(born, years) > on)
