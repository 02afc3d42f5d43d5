"""The coordinator's view: figures with charts, goals, how often notes were read, and the methods of sessions."""

from datetime import date
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from guidance.adapters.agreements import survey
from guidance.adapters.reference import region
from guidance.commands import evaluation as commands
from guidance.domain.evaluation import Goal, Measured, Span
from guidance.edges.actors import COORDINATE, today
from guidance.edges.evaluation import progress, report_of
from guidance.edges.sheets import figures_sheet
from guidance.pages.follow_up_words import SET_WORDS, options
from guidance.pages.tools import done, municipalities, school_year
from guidance.queries import evaluation as found
from guidance.queries import note_log
from shared.auth import Caller
from shared.forms import Form, blank, read_form, read_query
from shared.service import Parts

# Entered and shown in percent, kept as shares.
_SHARES: Final = frozenset({Measured.COVERAGE, Measured.NO_SHOW, Measured.ACROSS_BORDERS, Measured.CLOSED_WITH_PATH})


class Period(BaseModel):
    """Which days."""

    begins: date | None = None
    ends: date | None = None
    format: Literal["xlsx", "csv"] | None = None


class NewGoal(BaseModel):
    """A goal, as typed in."""

    measured: Measured
    begins: date
    ends: date
    target: float = Field(ge=0, le=100_000)
    home: str | None = Field(default=None, pattern="^[0-9]{4}$")

    def goal(self) -> Goal:
        """Raises PeriodBackwards."""
        target = self.target / 100 if self.measured in _SHARES else self.target
        return Goal(measured=self.measured, span=Span(self.begins, self.ends), target=target, municipality=self.home)


class Method(BaseModel):
    """A method, as typed in."""

    method_sv: str | None = Field(default=None, max_length=10_000)
    method_en: str | None = Field(default=None, max_length=10_000)


def router(parts: Parts) -> APIRouter:
    """The coordinator's pages."""
    routes = APIRouter(include_in_schema=False)
    _view(routes, parts)
    _goals(routes, parts)
    _methods(routes, parts)
    return routes


def _view(routes: APIRouter, parts: Parts) -> None:
    @routes.get("/coordinator")
    async def view(request: Request, caller: Annotated[Caller, Depends(parts.entrance(COORDINATE))]) -> Response:
        asked = read_query(request, Period).value or Period()
        usual = school_year(today(parts))
        span = Span(asked.begins or usual[0], asked.ends or usual[1])
        if asked.format is not None:
            figures = await report_of(parts, span, caller.municipality)
            return figures_sheet(asked.format, f"vagledning-{span.begins}-{span.ends}", figures)
        return await _page(parts, request, caller, blank(begins=span.begins, ends=span.ends), span)


def _goals(routes: APIRouter, parts: Parts) -> None:
    coordinate = Depends(parts.entrance(COORDINATE))

    @routes.post("/coordinator/goals")
    async def set_goal(request: Request, caller: Annotated[Caller, coordinate]) -> Response:
        form = await read_form(request, NewGoal)

        async def kept(said: NewGoal) -> None:
            await commands.set_goal(said.goal(), parts.unit_of_work, municipality=caller.municipality)

        if await done(form, kept):
            return parts.pages.see_other(request, "/coordinator#goals", notice="saved")
        return await _page(parts, request, caller, form, Span(*school_year(today(parts))))

    @routes.post("/coordinator/goals/{goal}/drop")
    async def drop(request: Request, goal: UUID, caller: Annotated[Caller, coordinate]) -> Response:
        await commands.drop_goal(goal, parts.unit_of_work, municipality=caller.municipality)
        return parts.pages.see_other(request, "/coordinator#goals", notice="saved")


async def _page(parts: Parts, request: Request, caller: Caller, form: Form[Any], span: Span) -> Response:
    home = caller.municipality
    async with parts.unit_of_work.read() as connection:
        notes = await note_log.counted(connection, begins=span.begins, ends=span.ends, municipality=home)
    context: dict[str, Any] = {
        "period": blank(begins=span.begins, ends=span.ends),
        "span": span,
        "figures": await report_of(parts, span, home),
        "goals": await progress(parts, home),
        "shares": _SHARES,
        "notes": notes,
        "form": form,
        "names": region(),
        "questions": survey().questions,
        "measures": options("measured", Measured),
        "homes": [each for each in municipalities() if home in (None, each[0])],
        "own": home,
        "outcome_words": {name: SET_WORDS[f"outcome_{name}"] for name in _outcomes()},
    }
    status = 422 if form.faults else 200
    return parts.pages.render(request, "coordinator.html", status=status, caller=caller, **context)


def _outcomes() -> list[str]:
    return [name.removeprefix("outcome_") for name in SET_WORDS if name.startswith("outcome_")]


def _methods(routes: APIRouter, parts: Parts) -> None:
    coordinate = Depends(parts.entrance(COORDINATE))

    @routes.get("/methods")
    async def methods(
        request: Request, caller: Annotated[Caller, Depends(parts.entrance("guidance:read"))]
    ) -> Response:
        async with parts.unit_of_work.read() as connection:
            types = await found.session_types(connection)
        may = COORDINATE in caller.scopes
        return parts.pages.render(request, "methods.html", caller=caller, types=types, may_edit=may, blank=blank)

    @routes.post("/methods/{code}")
    async def change(request: Request, code: str, caller: Annotated[Caller, coordinate]) -> Response:  # noqa: ARG001
        said = (await read_form(request, Method)).value or Method()
        await commands.change_method(code, said.method_sv, said.method_en, parts.unit_of_work)
        return parts.pages.see_other(request, f"/methods#{code}", notice="saved")
