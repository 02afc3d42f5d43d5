"""The survey after a session, and a student's agreement: pages for the holder of a signed link, without log-in."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field, create_model
from starlette.requests import Request
from starlette.responses import Response

from guidance.adapters import evaluation
from guidance.adapters.agreements import survey
from guidance.adapters.links import Links
from guidance.commands import evaluation as commands
from guidance.commands import study_plans as plan_commands
from guidance.domain.evaluation import AlreadyAnswered
from guidance.domain.study_plans import NotNewest, Party
from guidance.edges.study_plans import linked, plan_of, version_of
from guidance.pages.gate import Gate
from guidance.pages.tools import done
from shared.forms import Form, blank, read_form
from shared.service import Parts


class Agreed(BaseModel):
    """Nothing is entered: the link says it all."""


def router(parts: Parts, links: Links, gate: Gate) -> APIRouter:
    """Pages behind links."""
    routes = APIRouter(include_in_schema=False, route_class=gate.routes())
    _survey(routes, parts, links)
    _agreement(routes, parts, links)
    return routes


def _survey(routes: APIRouter, parts: Parts, links: Links) -> None:
    asked = survey()
    model = _model([question.scale for question in asked.questions])

    @routes.get("/survey/{text}")
    async def show(request: Request, text: str) -> Response:
        link = commands.read_link(text, links)
        async with parts.unit_of_work.read() as connection:
            used = await evaluation.used(connection, link.number)
        return _page(request, blank(), "used" if used else "open")

    @routes.post("/survey/{text}")
    async def answer(request: Request, text: str) -> Response:
        link = commands.read_link(text, links)
        form = await read_form(request, model)
        if form.value is None:
            return _page(request, form, "open")
        answers = [getattr(form.value, f"q{number}") for number in range(len(asked.questions))]
        try:
            await commands.answer_survey(link, answers, asked, parts.unit_of_work)
        except AlreadyAnswered:
            return _page(request, blank(), "used")
        return _page(request, blank(), "thanks")

    def _page(request: Request, form: Form[Any], state: str) -> Response:
        context: dict[str, Any] = {"form": form, "state": state, "questions": asked.questions}
        return parts.pages.render(request, "survey.html", status=422 if form.faults else 200, **context)


def _model(scales: list[int]) -> type[BaseModel]:
    """A form with a number for each question."""
    fields: dict[str, Any] = {f"q{n}": (int, Field(ge=1, le=most)) for n, most in enumerate(scales)}
    return create_model("Answers", **fields)


def _agreement(routes: APIRouter, parts: Parts, links: Links) -> None:
    @routes.get("/agree/{text}")
    async def show(request: Request, text: str) -> Response:
        return await _page(request, text, blank())

    @routes.post("/agree/{text}")
    async def agree(request: Request, text: str) -> Response:
        form = await read_form(request, Agreed)
        plan, number = linked(text, links)
        if await done(form, lambda _: plan_commands.agree(plan, number, Party.STUDENT, parts.unit_of_work)):
            return parts.pages.see_other(request, f"/agree/{text}", notice="agreed")
        return await _page(request, text, form)

    async def _page(request: Request, text: str, form: Form[Any]) -> Response:
        plan, number = linked(text, links)
        known = await plan_of(parts, plan, None)
        version = version_of(known, number)
        if version is not known.newest and not form.faults:
            raise NotNewest
        status = 422 if form.faults else 200
        return parts.pages.render(request, "agree.html", status=status, form=form, version=version, text=text)
