"""Adult education over HTTP: translates, nothing else."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query

from admissions.commands import adult as commands
from admissions.domain.adult.applications import Status
from admissions.domain.adult.sentences import appeal, reason
from admissions.queries import adult as queries
from shared.auth import Caller
from shared.service import Parts

_MOST: Final = 1000
Course = Annotated[str, Path(pattern="^[0-9]{4}-[A-Za-z0-9-]{1,40}$", description="the course, as it was reported")]
Limit = Annotated[int, Query(ge=1, le=_MOST)]


def router(parts: Parts) -> APIRouter:
    """Applications, starts and selections of adult education."""
    routes = APIRouter(prefix="/adult", tags=["adult education"])
    may_decide = Depends(parts.guard("adult:decide"))
    _add_reading(routes, parts)

    @routes.post("/courses/{course}/starts/{starts_on}/select", summary="Decide all applications that are ready")
    async def select(course: Course, starts_on: date, caller: Annotated[Caller, may_decide]) -> dict[str, Any]:
        command = commands.SelectForStart(
            course=course, starts_on=starts_on, municipality=caller.municipality, by=caller.subject
        )
        return asdict(await commands.select_for_start(command, parts.unit_of_work))

    return routes


def _add_reading(routes: APIRouter, parts: Parts) -> None:
    may_read = Depends(parts.guard("admissions:read"))

    @routes.get("/applications", summary="Applications of your municipality, as home or as organiser")
    async def applications(
        caller: Annotated[Caller, may_read],
        course: str | None = None,
        status: Status | None = None,
        after: UUID | None = None,
        limit: Limit = 100,
    ) -> dict[str, Any]:
        async with parts.unit_of_work.read() as connection:
            found = await queries.applications(
                connection,
                municipality=caller.municipality,
                course=course,
                status=status.value if status else None,
                after=after,
                limit=limit + 1,
            )
        shown = [asdict(row) for row in found[:limit]]
        return {"applications": shown, "next": shown[-1]["application"] if len(found) > limit else None}

    @routes.get("/applications/{application}", summary="One application with its decisions in plain words")
    async def application(application: UUID, caller: Annotated[Caller, may_read]) -> dict[str, Any]:
        async with parts.unit_of_work.read() as connection:
            found = await queries.application(connection, application, municipality=caller.municipality)
            decided = await queries.decisions(connection, application)
        return asdict(found) | {"decisions": [_explained(decision, found.organiser) for decision in decided]}

    @routes.get("/starts", summary="Starts of courses, with where their applications stand")
    async def starts(
        _: Annotated[Caller, may_read],
        organiser: Annotated[str | None, Query(pattern="^[0-9]{4}$")] = None,
        limit: Limit = 100,
    ) -> dict[str, Any]:
        async with parts.unit_of_work.read() as connection:
            return {
                "starts": [asdict(row) for row in await queries.starts(connection, organiser=organiser, limit=limit)]
            }


def _explained(decision: queries.Decision, organiser: str) -> dict[str, Any]:
    """The decision, its reason and how it is appealed, in both languages."""
    content = asdict(decision)
    if decision.status == Status.WITHDRAWN:
        return content
    why, how = reason(decision.status, decision.reason, decision.queue), appeal(decision.status, organiser)
    return content | {"why": why._asdict(), "appeal": how._asdict()}
