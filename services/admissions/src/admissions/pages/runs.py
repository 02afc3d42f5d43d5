"""One run: its record, its figures, its offerings with limits, and its replay."""

from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from admissions.commands import rounds
from admissions.commands.rounds import CannotReplay
from admissions.pages.round_words import ROUND_WORDS as WORDS
from admissions.pages.tools import SHOWN, short
from admissions.queries import pages_rounds as queries
from shared.auth import Caller
from shared.language import asked_for
from shared.service import Parts
from shared.sheets import Column, csv, workbook

COLUMNS: Final = [
    Column(WORDS["offering"], lambda row: row["offering"], 24),
    Column(WORDS["school_municipality"], lambda row: row["municipality"]),
    Column(WORDS["programme"], lambda row: row["programme"]),
    Column(WORDS["seats"], lambda row: row["seats"]),
    Column(WORDS["first_choice"], lambda row: row["first_choice"]),
    Column(WORDS["first_hand"], lambda row: row["first_hand"]),
    Column(WORDS["eligible"], lambda row: row["eligible"]),
    Column(WORDS["admitted"], lambda row: row["admitted"]),
    Column(WORDS["reserves"], lambda row: row["reserves"]),
    Column(WORDS["vacant"], lambda row: row["vacant"]),
    Column(WORDS["limit"], lambda row: None if row["vacant"] else row["lowest_merit"]),
    Column(WORDS["run"], lambda row: str(row["run"]), 38),
]


def router(parts: Parts) -> APIRouter:
    """Runs."""
    routes = APIRouter(include_in_schema=False, prefix="/office/runs")
    may_read = Depends(parts.entrance("admissions:read"))

    @routes.get("/{run}")
    async def one(
        request: Request,
        run: UUID,
        caller: Annotated[Caller, may_read],
        format: Literal["xlsx", "csv"] | None = None,
    ) -> Response:
        async with parts.unit_of_work.read() as connection:
            record = await queries.run(connection, run)
            if record is None:
                raise CannotReplay
            offerings = [dict(row) | {"run": run} for row in await queries.offerings(connection, run)]
            others = [row for row in await queries.runs_of(connection, record["intake_year"]) if row["run"] != run]
        if format:
            name = f"utbildningar-{record['intake_year']}-{record['round']}-{short(run)}"
            made = workbook if format == "xlsx" else csv
            return made(name, COLUMNS, offerings, language=asked_for(request, otherwise="sv"))
        context: dict[str, Any] = {"run": record, "offerings": offerings, "others": others}
        return parts.pages.render(request, "run.html", caller=caller, **SHOWN, **context)

    @routes.post("/{run}/replay")
    async def replay(request: Request, run: UUID, caller: Annotated[Caller, may_read]) -> Response:  # noqa: ARG001
        found = await rounds.replay(run, parts.unit_of_work)
        notice = "replay_same" if found.same else "replay_other"
        return parts.pages.see_other(request, f"/office/runs/{run}", notice=notice)

    return routes
