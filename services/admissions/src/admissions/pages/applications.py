"""The office's pages of applications: the list with filters and files, and one application."""

import asyncio
from datetime import date
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from admissions.adapters.names import municipalities
from admissions.pages import receptions
from admissions.pages.application_view import seen
from admissions.pages.application_words import APPLICATION_WORDS as WORDS
from admissions.pages.tools import SHOWN, rules_of, today, year_of, years_of
from admissions.queries import applicants as queries
from admissions.queries.explanations import NothingDecided
from shared.auth import Caller
from shared.forms import Form, blank, read_query
from shared.language import asked_for
from shared.paging import Paging
from shared.service import Parts
from shared.sheets import Column, csv, workbook

_SIZE: Final = 50
_MOST: Final = 200_000
_STATES: Final = ("offered", "accepted", "vacated", "no_place", "ineligible")


class Wanted(BaseModel):
    """Which applications are shown."""

    year: int | None = Field(default=None, ge=2020, le=2100)
    applicant: UUID | None = None
    home: str | None = Field(default=None, pattern="^[0-9]{4}$")
    programme: str | None = Field(default=None, max_length=10)
    offering: str | None = Field(default=None, max_length=50)
    state: Literal["offered", "accepted", "vacated", "no_place", "ineligible"] | None = None
    submitted_after: date | None = None
    protected: bool | None = None
    page: int = Field(default=1, ge=1, le=100_000)
    format: Literal["xlsx", "csv"] | None = None


COLUMNS: Final = [
    Column(WORDS["applicant_id"], lambda row: str(row.applicant), 38),
    Column(WORDS["home"], lambda row: municipalities().get(row.home_municipality, row.home_municipality)),
    Column(WORDS["protected"], lambda row: row.protected),
    Column(WORDS["submitted"], lambda row: row.submitted_at, 18),
    Column(WORDS["revision"], lambda row: row.revision),
    Column(WORDS["choices_number"], lambda row: row.choices),
    Column(WORDS["first"], lambda row: row.first_choice, 24),
    Column(WORDS["merit"], lambda row: row.merit),
    Column(WORDS["place"], lambda row: row.place, 24),
    Column(WORDS["place_status"], lambda row: _state(row), 20),
]


def router(region: str, parts: Parts) -> APIRouter:
    """Applications."""
    routes = APIRouter(include_in_schema=False, prefix="/office/applications")
    may_read = Depends(parts.entrance("admissions:read"))

    @routes.get("")
    async def listed(request: Request, caller: Annotated[Caller, may_read]) -> Response:
        form = read_query(request, Wanted)
        said = form.value or Wanted()
        async with parts.unit_of_work.read() as connection:
            year = said.year or await year_of(connection, request, parts)
            wanted = _wanted(said, year, caller, today(parts))
            if said.format:
                rows = await queries.applications(connection, wanted, limit=_MOST)
                made, language = (csv if said.format == "csv" else workbook), asked_for(request, otherwise="sv")
                return await asyncio.to_thread(made, f"ansokningar-{year}", COLUMNS, rows, language=language)
            paging = Paging(said.page, _SIZE, await queries.count(connection, wanted))
            context: dict[str, Any] = {
                "rows": await queries.applications(connection, wanted, limit=_SIZE, skip=paging.offset),
                "years": await years_of(connection, parts),
            }
        form.entered["year"] = str(year)
        in_force = rules_of(region, year)
        context |= {
            "form": form,
            "year": year,
            "year_options": [(each, str(each)) for each in context["years"]],
            "paging": paging,
            "homes": list(municipalities().items()) if caller.municipality is None else [],
            "programmes": [(code, f"{code} {p.name}") for code, p in in_force.programmes.items()] if in_force else [],
            "states": [(name, WORDS[f"state_{name}"]) for name in _STATES],
        }
        return parts.pages.render(request, "applications.html", caller=caller, **SHOWN, **context)

    @routes.get("/{applicant}")
    async def one(request: Request, applicant: UUID, caller: Annotated[Caller, may_read]) -> Response:
        return await application_page(region, parts, request, caller, applicant, blank())

    receptions.add(routes, region, parts, application_page)
    return routes


async def application_page(
    region: str, parts: Parts, request: Request, caller: Caller, applicant: UUID, form: Form[Any]
) -> Response:
    """The page of one application, with a form that has faults as it was sent. Raises NothingDecided."""
    async with parts.unit_of_work.read() as connection:
        year = await year_of(connection, request, parts)
        in_force = rules_of(region, year)
        wanted = _wanted(Wanted(applicant=applicant), year, caller, today(parts))
        found = await seen(connection, in_force, wanted, applicant)
        if found is None:
            raise NothingDecided
        more = await receptions.shown(connection, found, caller, in_force)
    context = {"seen": found, "form": form, "year": year, "programmes": in_force.programmes if in_force else {}}
    status = 422 if form.faults else 200
    return parts.pages.render(request, "application.html", status=status, caller=caller, **SHOWN, **context, **more)


def _wanted(said: Wanted, year: int, caller: Caller, day: date) -> queries.Wanted:
    return queries.Wanted(
        intake_year=year,
        municipality=caller.municipality,
        today=day,
        applicant=said.applicant,
        home=said.home,
        programme=said.programme,
        offering=said.offering,
        state=said.state,
        submitted_after=said.submitted_after,
        protected=said.protected,
    )


def _state(row: queries.Listed) -> str | None:
    state = row.place_status or row.unplaced_because
    return WORDS[f"state_{state}"].sv if state else None
