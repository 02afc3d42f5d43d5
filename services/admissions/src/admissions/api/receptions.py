"""Reception over HTTP: what is in force and what the rules propose, with reasons and how to appeal; decisions."""

from dataclasses import asdict
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from admissions.adapters.rules import rules
from admissions.commands import receptions as commands
from admissions.domain.reception import Ground
from admissions.domain.reception_sentences import appeal_said, ground_said
from admissions.domain.receptions import Decision, ReceptionRefused
from admissions.messages import fault
from admissions.queries import receptions as queries
from shared.auth import Caller
from shared.problems import Problem
from shared.service import Parts
from shared.texts import Text

_MOST: Final = 1000
Year = Annotated[int, Query(ge=2020, le=2100)]
Code = Annotated[str | None, Query(pattern="^[0-9]{4}$")]
Offering = Annotated[str | None, Query(pattern="^[0-9]{4}-[A-Za-z0-9-]{1,40}$")]


class ReceptionOrder(BaseModel):
    """A decision on reception. `version`: the one in force that was read, 0 when it is the rules' proposal."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    intake_year: int = Field(ge=2020, le=2100)
    ground: Ground
    reason: str = Field(min_length=1, max_length=2000, description="As the applicant gets to read it.")
    on_appeal: bool = False
    version: int = Field(ge=0)


def router(region: str, parts: Parts) -> APIRouter:
    """Reception of choices: the list, one applicant's, and decisions."""
    routes = APIRouter(tags=["reception"])
    may_decide = Depends(parts.guard("receptions:decide"))
    _add_reading(routes, region, parts)

    @routes.post(
        "/applicants/{applicant}/receptions/{offering}",
        summary="Decide on reception; in force from the next round on",
    )
    async def decide(
        applicant: UUID, offering: str, order: ReceptionOrder, caller: Annotated[Caller, may_decide]
    ) -> dict[str, Any]:
        command = commands.DecideReception(
            applicant=applicant, offering=offering, municipality=caller.municipality, by=caller.subject,
            **order.model_dump(),
        )  # fmt: skip
        try:
            return _decided(await commands.decide_reception(command, parts.unit_of_work))
        except ReceptionRefused as refused:
            raise reception_problem(refused) from None

    return routes


def reception_problem(refused: ReceptionRefused) -> Problem:
    """409 with what stands in the way."""
    said = fault(refused.code)
    return Problem.of(409, Text(sv=said.sv, en=said.en), code="reception-refused", reasons=[refused.code])


def _add_reading(routes: APIRouter, region: str, parts: Parts) -> None:
    may_read = Depends(parts.guard("admissions:read"))

    @routes.get("/receptions", summary="Reception of the choices of an intake year")
    async def receptions(
        year: Year,
        caller: Annotated[Caller, may_read],
        school: Code = None,
        offering: Offering = None,
        outsiders: bool | None = None,
        decided: bool | None = None,
        opinion: bool | None = None,
        limit: Annotated[int, Query(ge=1, le=_MOST)] = 100,
        skip: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    ) -> dict[str, Any]:
        wanted = queries.Wanted(
            intake_year=year, municipality=caller.municipality, school=school, offering=offering,
            outsiders=outsiders, decided=decided, opinion=opinion,
        )  # fmt: skip
        in_force = rules(region, year)
        async with parts.unit_of_work.read() as connection:
            found = await queries.receptions(connection, wanted, in_force, limit=limit, skip=skip)
            total = await queries.count(connection, wanted, in_force)
        return {"total": total, "receptions": [asdict(row) for row in found]}

    @routes.get(
        "/applicants/{applicant}/receptions", summary="Reception of one applicant, with reasons and how to appeal"
    )
    async def of_one(applicant: UUID, year: Year, caller: Annotated[Caller, may_read]) -> dict[str, Any]:
        return await receptions_of(parts, region, applicant, year, caller.municipality)


async def receptions_of(
    parts: Parts, region: str, applicant: UUID, year: int, municipality: str | None, *, unmasked: bool = False
) -> dict[str, Any]:
    """Each choice with the decision in force in words, every version, and the home municipality's opinion.

    `unmasked`: for applicants themselves, however protected.
    """
    in_force = rules(region, year)
    wanted = queries.Wanted(intake_year=year, municipality=municipality, applicant=applicant)
    async with parts.unit_of_work.read() as connection:
        found = await queries.receptions(connection, wanted, in_force, limit=_MOST, unmasked=unmasked)
        opinion = await queries.opinion(connection, applicant, year, municipality, in_force)
        versions = await queries.versions(connection, applicant, year) if found else []
    offerings = {row.offering for row in found if unmasked or not row.protected}
    return {
        "applicant": applicant,
        "intake_year": year,
        "opinion": asdict(opinion) if opinion and offerings else None,
        "choices": [asdict(row) | _said(row) for row in found],
        "versions": [asdict(version) for version in versions if version.offering in offerings],
    }


def _said(row: queries.Received) -> dict[str, Any]:
    """Why, and how it is appealed, in both languages; nothing for what is masked or unknown."""
    if row.ground is None:
        return {"why": None, "appeal": None}
    ground = Ground(row.ground)
    return {
        "why": asdict(ground_said(ground)),
        "appeal": asdict(appeal_said(ground, row.source, row.school_municipality or "")),
    }


def _decided(decision: Decision) -> dict[str, Any]:
    return {
        "applicant": decision.applicant,
        "intake_year": decision.intake_year,
        "offering": decision.offering,
        "version": decision.version,
        "ground": decision.ground,
        "reception": decision.hand.word,
        "reason": decision.reason,
        "source": decision.source,
        "decided_on": decision.decided_on,
        "why": asdict(ground_said(decision.ground)),
        "appeal": asdict(appeal_said(decision.ground, decision.source.value, decision.offering[:4])),
    }
