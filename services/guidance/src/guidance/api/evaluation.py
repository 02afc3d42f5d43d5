"""Methods, surveys, goals and figures over HTTP."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from guidance.adapters.agreements import follow_up_rules
from guidance.adapters.links import Links
from guidance.commands import evaluation as commands
from guidance.domain.evaluation import Goal, Measured, Progress, Span
from guidance.edges.evaluation import progress, report_of
from guidance.edges.sheets import figures_sheet
from guidance.queries.accounts import own_counsellor
from shared.auth import Caller
from shared.service import Parts

Day = Annotated[date, Query()]


class Method(BaseModel, extra="forbid"):
    """The method of a session type, in both languages."""

    sv: str | None = Field(default=None, max_length=10_000)
    en: str | None = Field(default=None, max_length=10_000)


class GoalIn(BaseModel, extra="forbid"):
    """What is to be reached. Shares are between 0 and 1, satisfaction between 1 and 5."""

    measured: Measured
    begins: date
    ends: date
    target: float = Field(ge=0, le=100_000)
    municipality: str | None = Field(default=None, pattern="^[0-9]{4}$")

    def goal(self) -> Goal:
        """Raises PeriodBackwards."""
        return Goal(
            measured=self.measured,
            span=Span(self.begins, self.ends),
            target=self.target,
            municipality=self.municipality,
        )


class Answers(BaseModel, extra="forbid"):
    """One number for each question, in order."""

    answers: list[int] = Field(min_length=1, max_length=20)


def router(parts: Parts, links: Links) -> APIRouter:
    """Evaluation."""
    routes = APIRouter(tags=["evaluation"])
    counsel, coordinate = Depends(parts.guard("guidance:counsel")), Depends(parts.guard("guidance:coordinate"))

    @routes.put("/session-types/{code}/method", status_code=204, summary="Change the method of a session type")
    async def method(code: str, text: Method, caller: Annotated[Caller, coordinate]) -> None:  # noqa: ARG001
        await commands.change_method(code, text.sv, text.en, parts.unit_of_work)

    @routes.post("/sessions/{session}/survey", status_code=201, summary="A link to the survey about a held session")
    async def give(session: UUID, caller: Annotated[Caller, counsel]) -> dict[str, str]:
        async with parts.unit_of_work.read() as connection:
            counsellor = await own_counsellor(connection, caller.subject)
        valid = follow_up_rules().survey_link
        text = await commands.give_survey(session, parts.unit_of_work, links, counsellor=counsellor, valid=valid)
        return {"path": f"/survey/{text}"}

    @routes.get("/goals", summary="The goals, and where they stand now")
    async def goals(caller: Annotated[Caller, coordinate]) -> dict[str, Any]:
        shown = await progress(parts, caller.municipality)
        return {"goals": [{"goal": id_, **_told(each)} for id_, each in shown]}

    @routes.put("/goals", status_code=201, summary="Set a goal; one for the same measure and period is replaced")
    async def set_goal(goal: GoalIn, caller: Annotated[Caller, coordinate]) -> dict[str, Any]:
        home = caller.municipality
        return {"goal": await commands.set_goal(goal.goal(), parts.unit_of_work, municipality=home)}

    @routes.delete("/goals/{goal}", status_code=204, summary="Take a goal away")
    async def drop_goal(goal: UUID, caller: Annotated[Caller, coordinate]) -> None:
        await commands.drop_goal(goal, parts.unit_of_work, municipality=caller.municipality)

    @routes.get("/statistics", summary="Figures of a period by municipality, channel, type and month")
    async def statistics(
        caller: Annotated[Caller, coordinate],
        begins: Day,
        ends: Day,
        format: Annotated[Literal["json", "xlsx", "csv"], Query()] = "json",
    ) -> Response:
        span = Span(begins, ends)
        figures = await report_of(parts, span, caller.municipality)
        if format == "json":
            return JSONResponse(_json(asdict(figures)))
        return figures_sheet(format, f"vagledning-{span.begins}-{span.ends}", figures)

    return routes


def _told(each: Progress) -> dict[str, Any]:
    goal = each.goal
    return {
        "measured": goal.measured,
        "municipality": goal.municipality,
        "begins": goal.span.begins,
        "ends": goal.span.ends,
        "target": goal.target,
        "actual": each.actual,
        "reached": each.reached,
    }


def _json(content: dict[str, Any]) -> dict[str, Any]:
    months = [[month.isoformat(), cases, waited] for month, cases, waited in content["by_month"]]
    return content | {"by_month": months}
