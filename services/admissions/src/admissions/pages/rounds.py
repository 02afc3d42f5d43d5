"""The office's pages of rounds: the year's calendar, one round with what it waits for, a run under way."""

from collections.abc import Sequence
from secrets import randbelow, token_hex
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from admissions import commands
from admissions.commands import round_requests, rounds
from admissions.commands.round_requests import NoRequest
from admissions.domain.assessing import Rules
from admissions.domain.placement import LOTTERY_BITS
from admissions.domain.rounds import Round, RoundCannotRun, Stage, check_may_run, named
from admissions.messages.refusals import CANNOT_RUN
from admissions.pages.calendar_picture import picture
from admissions.pages.tools import SHOWN, rules_of, today, unchanged, year_of, years_of
from admissions.queries import pages_rounds as queries
from shared.auth import Caller
from shared.forms import Form, blank, read_form
from shared.service import Parts
from shared.texts import Text

_SALT_BYTES: Final = 16
_SURE: Final = Text(
    sv="Kryssa för att du vet att en bindande omgång publiceras och inte kan göras om.",
    en="Tick that you know that a binding round is published and can't be done over.",
)


class Run(BaseModel):
    """The order to run; `sure` is asked of binding rounds."""

    sure: bool = False


def router(region: str, parts: Parts) -> APIRouter:
    """Rounds."""
    routes = APIRouter(include_in_schema=False, prefix="/office")
    _year(routes, region, parts)
    _one(routes, region, parts)
    _steps(routes, region, parts)
    _progress(routes, parts)
    return routes


def _year(routes: APIRouter, region: str, parts: Parts) -> None:
    @routes.get("/rounds")
    async def year(request: Request, caller: Annotated[Caller, Depends(parts.entrance("admissions:read"))]) -> Response:
        async with parts.unit_of_work.read() as connection:
            intake_year = await year_of(connection, request, parts)
            context: dict[str, Any] = {
                "years": await years_of(connection, parts),
                "runs": await queries.runs_of(connection, intake_year),
                "unanswered": await queries.unanswered(connection, intake_year),
                "under_way": await queries.under_way(connection, intake_year),
            }
        in_force = rules_of(region, intake_year)
        context["picture"] = picture(in_force.calendar, today(parts)) if in_force else None
        context["rounds"] = [
            {"name": this.name, "binding": this.binding, "on": _planned(this, in_force), "run": _latest(this, context)}
            for this in _rounds(context["runs"])
        ]
        return parts.pages.render(request, "rounds.html", caller=caller, year=intake_year, **SHOWN, **context)


def _rounds(runs: Sequence[Any]) -> list[Round]:
    """The rounds of the year: those run, and the next that can come."""
    highest = max((named(run["round"]).number for run in runs), default=0)
    reserves = [Round(Stage.RESERVE, number) for number in range(1, highest + 2)]
    return [Round(Stage.PRELIMINARY), Round(Stage.FINAL), *reserves]


def _planned(this: Round, in_force: Rules | None) -> Any:
    if in_force is None:
        return None
    calendar = in_force.calendar
    by_stage = {Stage.PRELIMINARY: calendar.preliminary, Stage.FINAL: calendar.final}
    return by_stage.get(this.stage, calendar.reserve_from)


def _latest(this: Round, context: dict[str, Any]) -> Any:
    return next((run for run in context["runs"] if run["round"] == this.name), None)


def _one(routes: APIRouter, region: str, parts: Parts) -> None:
    @routes.get("/rounds/{year}/{round}")
    async def one(
        request: Request,
        year: int,
        round: str,
        caller: Annotated[Caller, Depends(parts.entrance("admissions:read"))],
    ) -> Response:
        return await _round_page(parts, region, request, caller, year, round, blank())


async def _round_page(
    parts: Parts, region: str, request: Request, caller: Caller, year: int, name: str, form: Form[Any]
) -> Response:
    this = named(name)
    async with parts.unit_of_work.read() as connection:
        runs = await queries.runs_of(connection, year)
        seeds = await queries.committed(connection, year)
        waiting = await queries.unanswered(connection, year)
        under_way = await queries.under_way(connection, year)
    context = {
        "year": year,
        "this": this,
        "runs": [run for run in runs if run["round"] == this.name],
        "seed": seeds.get(this.name),
        "unanswered": waiting,
        "under_way": under_way,
        "why_not": _why_not(this, rules_of(region, year), runs, waiting, parts),
        "planned": _planned(this, rules_of(region, year)),
        "may_run": "rounds:run" in caller.scopes,
        "form": form,
    }
    status = 422 if form.faults else 200
    return parts.pages.render(request, "round.html", status=status, caller=caller, **SHOWN, **context)


def _why_not(this: Round, in_force: Rules | None, runs: Sequence[Any], waiting: int, parts: Parts) -> Text | None:
    if in_force is None:
        return CANNOT_RUN["no_rules"]
    published = {run["round"] for run in runs}
    try:
        check_may_run(this, published, waiting, today=today(parts), hand_over=in_force.calendar.hand_over)
    except RoundCannotRun as fault:
        return CANNOT_RUN[fault.why]
    return None


def _steps(routes: APIRouter, region: str, parts: Parts) -> None:
    may_run = Depends(parts.entrance("rounds:run"))

    @routes.post("/rounds/{year}/{round}/seed")
    async def lock_seed(request: Request, year: int, round: str, caller: Annotated[Caller, may_run]) -> Response:
        command = rounds.CommitSeed(
            region=region,
            intake_year=year,
            round=round,
            by=caller.subject,
            seed=None,
            draw=lambda: randbelow(2**LOTTERY_BITS),
            salt=lambda: token_hex(_SALT_BYTES),
        )
        await rounds.commit_seed(command, parts.unit_of_work)
        return parts.pages.see_other(request, f"/office/rounds/{year}/{round}", notice="seed_locked")

    @routes.post("/rounds/{year}/{round}/run")
    async def run(request: Request, year: int, round: str, caller: Annotated[Caller, may_run]) -> Response:
        form = await read_form(request, Run)
        if named(round).binding and not (form.value and form.value.sure):
            form.fault("sure", _SURE)
            return await _round_page(parts, region, request, caller, year, round, form)
        command = round_requests.AskForRound(region=region, intake_year=year, round=round, by=caller.subject)
        asked = await round_requests.ask(command, parts.unit_of_work)
        return parts.pages.see_other(request, f"/office/requests/{asked}")

    @routes.post("/rounds/{year}/close-replies")
    async def close(request: Request, year: int, caller: Annotated[Caller, may_run]) -> Response:  # noqa: ARG001
        await commands.close_replies(commands.CloseReplies(region=region, intake_year=year), parts.unit_of_work)
        return parts.pages.see_other(request, f"/office/rounds?year={year}", notice="replies_closed")


def _progress(routes: APIRouter, parts: Parts) -> None:
    may_read = Depends(parts.entrance("admissions:read"))

    @routes.get("/requests/{request_id}")
    async def progress(request: Request, request_id: UUID, caller: Annotated[Caller, may_read]) -> Response:
        async with parts.unit_of_work.read() as connection:
            context = await _asked(connection, request_id)
        return parts.pages.render(request, "request.html", caller=caller, **SHOWN, **context)

    @routes.get("/requests/{request_id}/state")
    async def state(
        request: Request, request_id: UUID, caller: Annotated[Caller, may_read], seen: str = ""
    ) -> Response:
        async with parts.unit_of_work.read() as connection:
            context = await _asked(connection, request_id)
        if seen == context["at"]:
            return unchanged()
        return parts.pages.render(request, "request_state.html", caller=caller, **SHOWN, **context)


async def _asked(connection: AsyncConnection, request_id: UUID) -> dict[str, Any]:
    asked = await queries.request(connection, request_id)
    if asked is None:
        raise NoRequest
    run = await queries.run(connection, asked["run"]) if asked["run"] else None
    refusal = CANNOT_RUN[asked["refusal"]["code"]] if asked["refusal"] else None
    at = f"{asked['status']}-{asked['step']}"
    return {"asked": asked, "run": run, "refusal": refusal, "steps": round_requests.STEPS, "at": at}
