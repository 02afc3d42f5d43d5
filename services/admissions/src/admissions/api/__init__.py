"""The HTTP doors of admissions."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from admissions import commands, queries
from admissions.api import adult, draws, eligibility, explanations, own, persons, receptions, simulations, statistics
from admissions.commands import rounds
from admissions.domain.deciding import RunNotPublished
from admissions.domain.rounds import RoundCannotRun
from admissions.messages.refusals import CANNOT_RUN
from shared.auth import Caller
from shared.problems import Problem
from shared.service import Parts

Year = Annotated[int, Path(ge=2020, le=2100, description="The year the education starts.")]
RoundName = Annotated[str, Path(description="preliminary, final, reserve-1, reserve-2, …", max_length=20)]
Kind = Literal["offerings", "applicants", "choices", "decisions"]


class Run(BaseModel):
    """A published run with its figures and what is needed to replay it."""

    run: UUID
    intake_year: int
    round: str
    binding: bool
    decided_at: Any
    seed: int
    commitment: str | None
    salt: str | None
    engine: str
    rules: str
    input_hash: str
    decisions_hash: str
    offerings: int
    seats: int
    applicants: int
    admitted: int
    reserves: int
    ineligible: int


class Closed(BaseModel):
    """How many unanswered offers were closed."""

    closed: int


def routers(region: str) -> Callable[[Parts], Sequence[APIRouter]]:
    """The routes for a region's rounds."""

    def build(parts: Parts) -> Sequence[APIRouter]:
        return [
            _changing(region, parts),
            draws.router(region, parts),
            explanations.router(parts),
            _reading(parts),
            adult.router(parts),
            eligibility.router(region, parts),
            own.router(region, parts),
            persons.router(parts),
            receptions.router(region, parts),
            statistics.router(parts),
            simulations.router(region, parts),
        ]

    return build


def _changing(region: str, parts: Parts) -> APIRouter:
    router = APIRouter(tags=["rounds"])
    may_run = Depends(parts.guard("rounds:run"))

    @router.post(
        "/rounds/{intake_year}/close-replies", summary="Close the replies: silence becomes what the region says"
    )
    async def close_replies(intake_year: Year, _: Annotated[Caller, may_run]) -> Closed:
        order = commands.CloseReplies(region=region, intake_year=intake_year)
        return Closed(closed=await commands.close_replies(order, parts.unit_of_work))

    @router.post("/rounds/{intake_year}/{round}/run", summary="Run, verify and publish a round")
    async def run(intake_year: Year, round: RoundName, caller: Annotated[Caller, may_run]) -> Run:
        command = rounds.RunRound(region=region, intake_year=intake_year, round=round, by=caller.subject)
        try:
            run_id = await rounds.run(command, parts.unit_of_work)
        except RunNotPublished as fault:
            raise not_published(fault) from None
        except RoundCannotRun as error:
            raise Problem.of(409, CANNOT_RUN[error.why], code="round-cannot-run", reasons=[error.why]) from None
        async with parts.unit_of_work.read() as connection:
            return Run.model_validate(dict(await queries.run(connection, run_id)))

    return router


def _reading(parts: Parts) -> APIRouter:
    router = APIRouter(tags=["rounds"])
    may_read = Depends(parts.guard("admissions:read"))

    @router.get("/rounds/{intake_year}", summary="The runs of an intake year")
    async def runs(intake_year: Year, _: Annotated[Caller, may_read]) -> list[Run]:
        async with parts.unit_of_work.read() as connection:
            return [Run.model_validate(dict(row)) for row in await queries.runs(connection, intake_year)]

    @router.get(
        "/rounds/{intake_year}/{round}/{kind}",
        summary="The latest run of a round, as JSON or (Accept: text/csv) as CSV",
        responses={200: {"content": {"text/csv": {}}}},
    )
    async def export(
        intake_year: Year,
        round: RoundName,
        kind: Kind,
        caller: Annotated[Caller, may_read],
        accept: Annotated[str, Header()] = "*/*",
    ) -> Response:
        async with parts.unit_of_work.read() as connection:
            columns, rows = await queries.export(connection, kind, intake_year, round, caller.municipality)
        if "text/csv" in accept:
            return Response(_csv(columns, rows), media_type="text/csv; charset=utf-8")
        return JSONResponse([{name: _json(row[name]) for name in columns} for row in rows])

    return router


def not_published(fault: RunNotPublished) -> Problem:
    """409 with what the verifier found."""
    reasons = [str(verdict) for verdict in fault.verdicts[:100]]
    return Problem.of(409, CANNOT_RUN["not_verified"], code="run-not-published", reasons=reasons)


def _csv(columns: Sequence[str], rows: Sequence[queries.Row]) -> str:
    """Comma-separated, one header row; lists are separated by spaces, what is lacking is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row[name]) for name in columns] for row in rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    value = _json(value)
    return " ".join(value) if isinstance(value, list) else value


def _json(value: Any) -> Any:
    """Merit values come as exact decimals and leave with one decimal."""
    if isinstance(value, UUID):
        return str(value)
    if hasattr(value, "quantize"):
        return float(value)
    return value
