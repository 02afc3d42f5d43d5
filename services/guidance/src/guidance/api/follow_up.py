"""Follow-up over HTTP: one case with its paths and timeline, contacts, next steps, hand-over and closing."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from guidance.adapters import cases
from guidance.api.forms import Moment
from guidance.commands import follow_up as commands
from guidance.domain.activity_responsibility import Entered, Sex
from guidance.domain.cases import Case, Outcome
from guidance.domain.following import Contact, Next, Reached, Step, Way
from guidance.edges.actors import actor, today
from guidance.edges.paths import paths_of
from guidance.queries import following as listed
from shared.auth import Caller
from shared.service import Parts

Reason = Annotated[str | None, Field(max_length=200, description="a few words; nothing confidential")]


class NextStep(BaseModel, extra="forbid"):
    """What comes next, and the last day for it."""

    step: Step
    due: date


class Contacted(BaseModel, extra="forbid"):
    """Somebody was contacted, or it was tried."""

    at: Moment
    way: Way
    reached: Reached
    next: NextStep | None = None


class Planned(BaseModel, extra="forbid"):
    """The next step; null when there is none."""

    next: NextStep | None


class HandedOver(BaseModel, extra="forbid"):
    """Who is to be in charge."""

    counsellor: UUID
    reason: Reason = None


class ToRegister(BaseModel, extra="forbid"):
    """What the register of the activity responsibility is told (SL 29:9)."""

    entered: Entered = Entered.NEVER_STARTED
    born_on: date | None = None
    sex: Sex | None = None


class Closed(BaseModel, extra="forbid"):
    """How the case ended. `register` belongs to `handed_over`."""

    outcome: Outcome
    reason: Reason = None
    register_entry: ToRegister | None = Field(default=None, alias="register")


def router(parts: Parts) -> APIRouter:
    """Follow-up."""
    routes = APIRouter(tags=["follow-up"])
    _one(routes, parts)
    _steps(routes, parts)
    _ends(routes, parts)
    return routes


def _one(routes: APIRouter, parts: Parts) -> None:
    reader = Depends(parts.guard("guidance:read"))

    @routes.get("/cases/{case}", summary="One case: what is missing, open paths with their rules, timeline; no notes")
    async def one(case: UUID, caller: Annotated[Caller, reader]) -> dict[str, Any]:
        async with parts.unit_of_work.read() as connection:
            known = await cases.get(connection, case, municipality=caller.municipality)
            offered = await listed.offered_programmes(connection, known.intake_year)
            lines = await listed.timeline(connection, case)
        ways = paths_of(known, offered, today(parts))
        return shown(known) | {"paths": [asdict(each) for each in ways], "timeline": [asdict(each) for each in lines]}


def _steps(routes: APIRouter, parts: Parts) -> None:
    counsel = Depends(parts.guard("guidance:counsel"))

    @routes.post("/cases/{case}/contacts", status_code=204, summary="Log a contact, and what comes next")
    async def contacted(case: UUID, said: Contacted, caller: Annotated[Caller, counsel]) -> None:
        contact = Contact(contact=uuid4(), at=said.at, way=said.way, reached=said.reached)
        by = await actor(parts, caller)
        await commands.log_contact(case, contact, _next(said.next), parts.unit_of_work, by=by, today=today(parts))

    @routes.put("/cases/{case}/next", status_code=204, summary="Set what comes next, or that nothing does")
    async def planned(case: UUID, said: Planned, caller: Annotated[Caller, counsel]) -> None:
        by = await actor(parts, caller)
        await commands.plan_next(case, _next(said.next), parts.unit_of_work, by=by, today=today(parts))

    @routes.put("/cases/{case}/counsellor", status_code=204, summary="Hand the case over, or take one that nobody has")
    async def handed_over(case: UUID, said: HandedOver, caller: Annotated[Caller, counsel]) -> None:
        by = await actor(parts, caller)
        await commands.hand_over(case, said.counsellor, parts.unit_of_work, by=by, reason=said.reason)


def _ends(routes: APIRouter, parts: Parts) -> None:
    counsel, coordinate = Depends(parts.guard("guidance:counsel")), Depends(parts.guard("guidance:coordinate"))

    @routes.post("/cases/{case}/close", status_code=204, summary="Close the case with its outcome")
    async def closed(case: UUID, said: Closed, caller: Annotated[Caller, counsel]) -> None:
        register = said.register_entry
        command = commands.CloseCase(
            case=case,
            outcome=said.outcome,
            by=await actor(parts, caller),
            reason=said.reason,
            hand_over=None if register is None else commands.HandOver(**register.model_dump()),
        )
        await commands.close_case(command, parts.unit_of_work, today=today(parts))

    @routes.post("/cases/share-out", summary="Give cases that nobody has to their municipality's counsellors, fairly")
    async def share_out(caller: Annotated[Caller, coordinate]) -> dict[str, int]:
        async with parts.unit_of_work() as work:
            return {"assigned": await commands.share_out(work, municipality=caller.municipality)}


def shown(case: Case) -> dict[str, Any]:
    """A case as it is told."""
    said = case.unplaced
    return {
        "case": case.case,
        "applicant": case.applicant,
        "home_municipality": case.home_municipality,
        "intake_year": case.intake_year,
        "status": case.status,
        "cause": None if said is None else said.cause,
        "missing_subjects": [] if said is None else said.missing_subjects,
        "open_programmes": [] if said is None else said.open_programmes,
        "opened_at": case.opened_at,
        "closed_at": case.closed_at,
        "outcome": case.outcome,
        "counsellor": case.counsellor,
        "guided_at": case.guided_at,
    }


def _next(said: NextStep | None) -> Next | None:
    return None if said is None else Next(said.step, said.due)
