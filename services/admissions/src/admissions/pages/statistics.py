"""The figures of a round, with charts and files; small groups are withheld."""

from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from admissions.adapters.names import municipalities
from admissions.domain.statistics import Line
from admissions.pages.own_words import OWN_WORDS
from admissions.pages.round_words import ROUND_WORDS
from admissions.pages.tools import SHOWN, short, year_of, years_of
from admissions.queries import NoRun, pages_rounds
from admissions.queries import statistics as queries
from admissions.queries.statistics import Statistics
from shared.auth import Caller
from shared.forms import read_query
from shared.language import asked_for
from shared.service import Parts
from shared.sheets import Column, csv, workbook

_WORDS: Final = {**ROUND_WORDS, **OWN_WORDS}


class Wanted(BaseModel):
    """Which round's figures, and which list as a file."""

    round: str | None = Field(default=None, max_length=20)
    sheet: Literal["offerings", "homes"] | None = None
    format: Literal["xlsx", "csv"] = "xlsx"


def router(parts: Parts) -> APIRouter:
    """Statistics."""
    routes = APIRouter(include_in_schema=False, prefix="/office/statistics")

    @routes.get("")
    async def statistics(
        request: Request, caller: Annotated[Caller, Depends(parts.entrance("admissions:read"))]
    ) -> Response:
        wanted = read_query(request, Wanted).value or Wanted()
        async with parts.unit_of_work.read() as connection:
            year = await year_of(connection, request, parts)
            years = await years_of(connection, parts)
            rounds = list(dict.fromkeys(run["round"] for run in await pages_rounds.runs_of(connection, year)))
            found = await _figures(connection, year, wanted.round or (rounds[0] if rounds else None))
        if found and wanted.sheet:
            made = csv if wanted.format == "csv" else workbook
            name = f"statistik-{wanted.sheet}-{year}-{found.round}-{short(found.run)}"
            lines = found.offerings if wanted.sheet == "offerings" else found.homes
            columns = _columns(wanted.sheet, found)
            return made(name, columns, lines, language=asked_for(request, otherwise="sv"))
        context = {"year": year, "years": years, "rounds": rounds, "found": found, **_charts(found)}
        return parts.pages.render(request, "statistics.html", caller=caller, **SHOWN, **context)

    return routes


async def _figures(connection: Any, year: int, round_: str | None) -> Statistics | None:
    if round_ is None:
        return None
    try:
        return await queries.statistics(connection, year, round_)
    except NoRun:
        return None


def _charts(found: Statistics | None) -> dict[str, Any]:
    """Rows of the charts; what is withheld is not drawn."""
    if found is None:
        return {}
    names = municipalities()
    groups = [
        line
        for line in found.offerings
        if line.kind == "group" and line.seats and line.counts["first_choice"] is not None
    ]
    homes = [line for line in found.homes if line.kind == "home" and line.counts["admitted"]]
    return {
        "pressure": [(names.get(g.key, g.key), round((g.counts["first_choice"] or 0) / g.seats, 1)) for g in groups],
        "homes": [(names.get(h.key, h.key), h.counts["admitted"]) for h in homes],
    }


def _columns(sheet: str, found: Statistics) -> Sequence[Column]:
    def count(name: str) -> Column:
        return Column(_WORDS[name], lambda line: line.counts[name])

    run = Column(_WORDS["run"], lambda _: str(found.run), 38)
    if sheet == "homes":
        named = [count(name) for name in ("applicants", "eligible", "admitted", "first_choice_admitted")]
        return [Column(_WORDS["school_municipality"], _home, 24), *named, run]
    return [
        Column(_WORDS["offering"], _offering, 28),
        Column(_WORDS["school_municipality"], lambda line: municipalities().get(line.group, line.group)),
        Column(_WORDS["programme"], lambda line: line.about.get("programme")),
        Column(_WORDS["school"], lambda line: line.about.get("school_name"), 24),
        Column(_WORDS["seats"], lambda line: line.seats),
        *(count(name) for name in ("first_choice", "applicants", "first_hand", "eligible", "admitted", "reserves")),
        Column(_WORDS["vacant"], lambda line: line.vacant),
        Column(_WORDS["lowest"], lambda line: None if line.lowest is None else line.lowest / 10),
        Column(_WORDS["median"], lambda line: None if line.median is None else round(line.median / 10, 1)),
        run,
    ]


def _offering(line: Line) -> str:
    return line.key if line.kind == "offering" else f"{municipalities().get(line.key, line.key)} Σ".strip()


def _home(line: Line) -> str:
    return municipalities().get(line.key, line.key) or "Σ"
