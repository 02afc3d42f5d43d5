"""How every choice is received: the list with filters and files. Decided on the page of the application."""

import asyncio
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from admissions.adapters.names import municipalities
from admissions.domain.assessing import Rules
from admissions.messages.refusals import CANNOT_RUN
from admissions.pages.application_words import APPLICATION_WORDS as WORDS
from admissions.pages.tools import SHOWN, rules_of, year_of, years_of
from admissions.queries import receptions as queries
from shared.auth import Caller
from shared.forms import read_query
from shared.language import Language, asked_for, say
from shared.paging import Paging
from shared.problems import Problem
from shared.service import Parts
from shared.sheets import Column, csv, workbook

_SIZE: Final = 50
_MOST: Final = 1_000_000
_WHOSE: Final = (("outsiders", WORDS["whose_outsiders"]), ("residents", WORDS["whose_residents"]))
_HOW: Final = (("decided", WORDS["how_decided"]), ("rules", WORDS["how_rules"]))
_OPINION: Final = (("given", WORDS["opinion_given"]), ("waiting", WORDS["opinion_waiting"]))


class Wanted(BaseModel):
    """Which choices are shown."""

    year: int | None = Field(default=None, ge=2020, le=2100)
    school: str | None = Field(default=None, pattern="^[0-9]{4}$")
    offering: str | None = Field(default=None, max_length=50)
    whose: Literal["outsiders", "residents"] | None = None
    how: Literal["decided", "rules"] | None = None
    opinion: Literal["given", "waiting"] | None = None
    page: int = Field(default=1, ge=1, le=100_000)
    format: Literal["xlsx", "csv"] | None = None

    def query(self, year: int, caller: Caller) -> queries.Wanted:
        """As it is asked of the database."""
        return queries.Wanted(
            intake_year=year,
            municipality=caller.municipality,
            school=self.school,
            offering=self.offering,
            outsiders=None if self.whose is None else self.whose == "outsiders",
            decided=None if self.how is None else self.how == "decided",
            opinion=None if self.opinion is None else self.opinion == "given",
        )


def router(region: str, parts: Parts) -> APIRouter:
    """Reception."""
    routes = APIRouter(include_in_schema=False, prefix="/office/receptions")

    @routes.get("")
    async def listed(
        request: Request, caller: Annotated[Caller, Depends(parts.entrance("admissions:read"))]
    ) -> Response:
        form = read_query(request, Wanted)
        said = form.value or Wanted()
        async with parts.unit_of_work.read() as connection:
            year = said.year or await year_of(connection, request, parts)
            years = await years_of(connection, parts)
            in_force, wanted = _known(region, year), said.query(year, caller)
            if said.format:
                rows = await queries.receptions(connection, wanted, in_force, limit=_MOST)
                made, language = (csv if said.format == "csv" else workbook), asked_for(request, otherwise="sv")
                columns = _columns(language)
                return await asyncio.to_thread(made, f"mottagande-{year}", columns, rows, language=language)
            paging = Paging(said.page, _SIZE, await queries.count(connection, wanted, in_force))
            rows = await queries.receptions(connection, wanted, in_force, limit=_SIZE, skip=paging.offset)
        form.entered["year"] = str(year)
        context: dict[str, Any] = {
            "form": form,
            "year": year,
            "year_options": [(each, str(each)) for each in years],
            "rows": rows,
            "paging": paging,
            "schools": list(municipalities().items()),
            "whose": _WHOSE,
            "how": _HOW,
            "opinions": _OPINION,
        }
        return parts.pages.render(request, "receptions.html", caller=caller, **SHOWN, **context)

    return routes


def _known(region: str, year: int) -> Rules:
    in_force = rules_of(region, year)
    if in_force is None:
        raise Problem.of(409, CANNOT_RUN["no_rules"])
    return in_force


def _columns(language: Language) -> list[Column]:
    def word(name: str) -> str:
        return say(WORDS[name], language)

    def home(row: queries.Received) -> str:
        code = row.home_municipality
        return municipalities().get(code, code) if code else word("protected")

    return [
        Column(WORDS["applicant_id"], lambda row: str(row.applicant), 38),
        Column(WORDS["home"], home),
        Column(WORDS["rank"], lambda row: row.rank),
        Column(WORDS["offering_chosen"], lambda row: row.offering, 24),
        Column(WORDS["reception"], lambda row: word(f"hand_{row.hand}") if row.hand else None),
        Column(WORDS["ground"], lambda row: word(f"ground_{row.ground}") if row.ground else None, 24),
        Column(WORDS["by_rules"], lambda row: word(f"ground_{row.proposed}") if row.proposed else None, 24),
        Column(WORDS["how"], lambda row: word(f"source_{row.source}"), 22),
        Column(WORDS["decided_on"], lambda row: row.decided_on),
        Column(WORDS["opinion"], lambda row: word("opinion_given" if row.opinion_given else "opinion_waiting"), 18),
    ]
