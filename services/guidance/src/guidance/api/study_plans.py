"""Individual study plans over HTTP: drawn up, revised, compared, agreed on by both."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from guidance.adapters import study_plans as kept
from guidance.adapters.links import LinkInvalid, Links
from guidance.commands import study_plans as commands
from guidance.domain import study_plans as decide
from guidance.domain.study_plans import Content, Goal, Party, Plan
from guidance.edges.study_plans import CourseIn, link_of, plan_of, version_of
from guidance.queries import study_plans as listed
from guidance.queries.accounts import own_counsellor
from shared.auth import Caller
from shared.service import Parts


class ContentIn(BaseModel, extra="forbid"):
    """What is agreed on. `extent_points`: verksamhetspoäng in all, 20 a week of full-time study (VF 2:2)."""

    goal: Goal
    aim: str = Field(min_length=1, max_length=1000)
    extent_points: int = Field(ge=1, le=10_000)
    pace_percent: int = Field(default=100, ge=5, le=150)
    courses: list[CourseIn] = Field(max_length=60)

    def content(self) -> Content:
        """As it is kept."""
        courses = tuple(course.course() for course in self.courses)
        return Content(
            goal=self.goal,
            aim=self.aim,
            extent_points=self.extent_points,
            pace_percent=self.pace_percent,
            courses=courses,
        )


class NewPlan(ContentIn):
    """A plan for a student of a municipality; that of the token unless it speaks for the region."""

    student: UUID
    home_municipality: str = Field(pattern="^[0-9]{4}$")


class Agreement(BaseModel, extra="forbid"):
    """Which version is agreed to."""

    version: int = Field(ge=1)


def router(parts: Parts, links: Links) -> APIRouter:
    """Study plans."""
    routes = APIRouter(tags=["study-plans"], prefix="/study-plans")
    _plans(routes, parts)
    _agreements(routes, parts, links)
    return routes


def _plans(routes: APIRouter, parts: Parts) -> None:
    reader, counsel = Depends(parts.guard("guidance:read")), Depends(parts.guard("guidance:counsel"))

    @routes.get("", summary="Plans of your municipality, those revised last first")
    async def plans(caller: Annotated[Caller, reader]) -> dict[str, Any]:
        async with parts.unit_of_work.read() as connection:
            found = await listed.plans(connection, municipality=caller.municipality)
        return {"study_plans": [asdict(plan) for plan in found]}

    @routes.post("", status_code=201, summary="Draw up a plan")
    async def draw_up(new: NewPlan, caller: Annotated[Caller, counsel]) -> dict[str, Any]:
        if caller.municipality not in (None, new.home_municipality):
            raise kept.PlanUnknown
        async with parts.unit_of_work.read() as connection:
            counsellor = await own_counsellor(connection, caller.subject)
        plan = decide.draw_up(uuid4(), new.student, new.home_municipality, counsellor, new.content(), now=parts.clock())
        await commands.draw_up(plan, parts.unit_of_work)
        return shown(plan)

    @routes.get("/{plan}", summary="A plan with all its versions")
    async def one(plan: UUID, caller: Annotated[Caller, reader]) -> dict[str, Any]:
        return shown(await plan_of(parts, plan, caller.municipality))

    @routes.post("/{plan}/versions", status_code=201, summary="Revise: a new version, to be agreed on anew")
    async def revise(plan: UUID, content: ContentIn, caller: Annotated[Caller, counsel]) -> dict[str, Any]:
        revised = await commands.revise(plan, content.content(), parts.unit_of_work, municipality=caller.municipality)
        return shown(revised)

    @routes.get("/{plan}/changes", summary="What differs between two versions")
    async def changes(plan: UUID, before: int, after: int, caller: Annotated[Caller, reader]) -> dict[str, Any]:
        known = await plan_of(parts, plan, caller.municipality)
        return asdict(decide.compare(version_of(known, before).content, version_of(known, after).content))


def _agreements(routes: APIRouter, parts: Parts, links: Links) -> None:
    counsel, student = Depends(parts.guard("guidance:counsel")), Depends(parts.guard("guidance:own"))

    @routes.post("/{plan}/agreement", summary="The counsellor agrees to the newest version")
    async def agree(plan: UUID, said: Agreement, caller: Annotated[Caller, counsel]) -> dict[str, Any]:
        agreed = await commands.agree(
            plan, said.version, Party.COUNSELLOR, parts.unit_of_work, municipality=caller.municipality
        )
        return shown(agreed)

    @routes.post(
        "/{plan}/link", status_code=201, summary="A link through which the student agrees to the newest version"
    )
    async def link(plan: UUID, caller: Annotated[Caller, counsel]) -> dict[str, str]:
        known = await plan_of(parts, plan, caller.municipality)
        return {"path": f"/agree/{link_of(known, links, parts)}"}

    @routes.post("/{plan}/own-agreement", summary="The student, logged in, agrees to the newest version")
    async def own_agreement(plan: UUID, said: Agreement, caller: Annotated[Caller, student]) -> dict[str, Any]:
        who = _uuid(caller.subject)
        return shown(await commands.agree(plan, said.version, Party.STUDENT, parts.unit_of_work, student=who))


def shown(plan: Plan) -> dict[str, Any]:
    """A plan as it is told."""
    content = asdict(plan)
    for told, version in zip(content["versions"], plan.versions, strict=True):
        told["agreed_at"] = version.agreed_at
    return content


def _uuid(subject: str) -> UUID:
    try:
        return UUID(subject)
    except ValueError:
        raise LinkInvalid from None
