"""Statistics over HTTP: JSON, or a file for a spreadsheet. What is withheld is null, and an empty cell in files."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from pydantic import BaseModel

from admissions.domain.statistics import COUNTS, HOME_COUNTS, Line
from admissions.queries import statistics as queries
from shared.auth import Caller
from shared.language import Language, asked_for, say
from shared.service import Parts
from shared.sheets import Column, csv, workbook
from shared.texts import Text

Year = Annotated[int, Path(ge=2020, le=2100)]
Round = Annotated[str, Path(max_length=20)]
Table = Literal["offerings", "homes"]

LABELS: Final[Mapping[str, Text]] = {
    "first_choice": Text(sv="Förstahandsval", en="First choice"),
    "applicants": Text(sv="Sökande", en="Applicants"),
    "first_hand": Text(sv="Mottagna i första hand", en="Received in first hand"),
    "eligible": Text(sv="Behöriga", en="Eligible"),
    "admitted": Text(sv="Antagna", en="Admitted"),
    "reserves": Text(sv="Reserver", en="Reserves"),
    "first_choice_admitted": Text(sv="Antagna till förstahandsval", en="Admitted to first choice"),
}


TOTALS: Final[Mapping[str, Text]] = {
    "group": Text(sv="Summa för kommunen", en="Total of the municipality"),
    "whole": Text(sv="Totalt", en="Total"),
}


class LineShown(BaseModel):
    """One line; `kind` is offering, home, group (a municipality's total) or whole. Null is withheld.

    Merit values have one decimal. `lowest` is null too where seats are left: then there is no limit.
    """

    key: str
    group: str
    kind: str
    seats: int
    counts: dict[str, int | None]
    vacant: int | None
    lowest: float | None
    median: float | None
    about: dict[str, str | None]


class StatisticsShown(BaseModel):
    """The published figures of one run."""

    run: UUID
    round: str
    intake_year: int
    decided_at: datetime
    binding: bool
    offerings: list[LineShown]
    homes: list[LineShown]


def router(parts: Parts) -> APIRouter:
    """Statistics of rounds."""
    routes = APIRouter(prefix="/statistics", tags=["statistics"])
    may_read = Depends(parts.guard("admissions:read"))

    @routes.get("/{intake_year}/{round}", summary="Figures of a round, small groups withheld")
    async def figures(intake_year: Year, round: Round, _: Annotated[Caller, may_read]) -> StatisticsShown:
        async with parts.unit_of_work.read() as connection:
            found = await queries.statistics(connection, intake_year, round)
        return StatisticsShown(
            run=found.run,
            round=found.round,
            intake_year=found.intake_year,
            decided_at=found.decided_at,
            binding=found.binding,
            offerings=[_shown(line) for line in found.offerings],
            homes=[_shown(line) for line in found.homes],
        )

    @routes.get(
        "/{intake_year}/{round}/{table}.{kind}",
        summary="The same as a file for a spreadsheet",
        responses={200: {"content": {"text/csv": {}}}},
    )
    async def file(
        request: Request,
        intake_year: Year,
        round: Round,
        table: Table,
        kind: Literal["csv", "xlsx"],
        _: Annotated[Caller, may_read],
    ) -> Response:
        async with parts.unit_of_work.read() as connection:
            found = await queries.statistics(connection, intake_year, round)
        return await asyncio.to_thread(spreadsheet, found, table, kind, asked_for(request, otherwise="sv"))

    return routes


def spreadsheet(found: queries.Statistics, table: Table, kind: Literal["csv", "xlsx"], language: Language) -> Response:
    """One table as a file, the run it comes from on every line."""
    name = f"{table}-{found.intake_year}-{found.round}"
    lines: Sequence[Line] = found.offerings if table == "offerings" else found.homes
    columns = [*_columns(table, language), Column(Text(sv="Körning", en="Run"), lambda _: str(found.run), 38)]
    return (csv if kind == "csv" else workbook)(name, columns, lines, language=language)


def _columns(table: Table, language: Language) -> list[Column]:
    def _key(line: Line) -> str:
        return say(TOTALS[line.kind], language) if line.kind in TOTALS else line.key

    if table == "homes":
        return [Column(Text(sv="Hemkommun", en="Home"), _key), *(_count(name) for name in HOME_COUNTS)]
    return [
        Column(Text(sv="Utbildning", en="Offering"), _key, 24),
        Column(Text(sv="Kommun", en="Municipality"), lambda line: line.group),
        Column(Text(sv="Program", en="Programme"), lambda line: line.about.get("programme")),
        Column(Text(sv="Skola", en="School"), lambda line: line.about.get("school_name"), 28),
        Column(Text(sv="Platser", en="Seats"), lambda line: line.seats),
        *(_count(name) for name in COUNTS),
        Column(Text(sv="Lediga platser", en="Vacant"), lambda line: line.vacant),
        Column(Text(sv="Antagningsgräns", en="Lowest merit"), lambda line: _points(line.lowest)),
        Column(Text(sv="Median", en="Median"), lambda line: _points(line.median)),
    ]


def _count(name: str) -> Column:
    return Column(LABELS[name], lambda line: line.counts[name])


def _points(tenths: float | None) -> float | None:
    return None if tenths is None else round(tenths) / 10


def _shown(line: Line) -> LineShown:
    content: dict[str, Any] = asdict(line)
    return LineShown(**content | {"lowest": _points(line.lowest), "median": _points(line.median)})
