"""Merit line by line, what is lacking for each choice, and which programmes each missing subject would open."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from admissions.adapters.rules import rules
from admissions.domain.assessing import Rules
from admissions.domain.calendar import swedish_day
from admissions.domain.eligibility import eligibility, missing_subjects, open_programmes, opened_by
from admissions.domain.explanations import scaling_said
from admissions.domain.grades import Occasion, best_of, passed_subjects
from admissions.domain.merit import Scaling, merit
from admissions.queries import applicants
from admissions.queries import eligibility as queries
from shared.auth import Caller
from shared.service import Parts

Year = Annotated[int, Query(ge=2020, le=2100)]


def router(region: str, parts: Parts) -> APIRouter:
    """The route."""
    routes = APIRouter(tags=["applicants"])
    may_read = Depends(parts.guard("admissions:read"))

    @routes.get(
        "/applicants/{applicant}/eligibility",
        summary="Merit, what is lacking for each choice, and what each missing subject would open",
    )
    async def eligible(applicant: UUID, year: Year, caller: Annotated[Caller, may_read]) -> dict[str, Any]:
        return await eligibility_of(parts, region, applicant, year, caller.municipality)

    return routes


async def eligibility_of(
    parts: Parts, region: str, applicant: UUID, year: int, municipality: str | None
) -> dict[str, Any]:
    """By all grades reported so far. Raises NoApplication and NoRules."""
    in_force, today = rules(region, year), swedish_day(parts.clock())
    async with parts.unit_of_work.read() as connection:
        judged = await queries.judged(connection, applicant, year, municipality, today=today)
        chosen = await applicants.choices(connection, applicant, year)
    return {"applicant": applicant, "intake_year": year} | _answer(judged, chosen, in_force, today)


def _answer(
    judged: queries.Judged, chosen: Sequence[applicants.Choice], in_force: Rules, today: date
) -> dict[str, Any]:
    grades = best_of([judged.grades.get(occasion, {}) for occasion in Occasion], in_force.merit.scale)
    passed = passed_subjects(grades, in_force.merit.scale) | judged.beside
    worth = merit(grades, in_force.merit, dancer=judged.dancer)
    opened = opened_by(passed, in_force.programmes, in_force.compulsory)
    return {
        "as_of": today,
        "merit": worth.tenths / 10,
        "lines": [
            {"subject": line.subject, "grade": line.grade, "points": line.tenths / 10, "counted": line.counted.value}
            for line in worth.lines
        ],
        "scaled": _scaled(worth.scaling),
        "english_exempted": judged.english_exempted,
        "equivalent": judged.equivalent,
        "completed_programme": judged.completed_programme,
        "open_programmes": [] if judged.completed_programme else open_programmes(passed, in_force.programmes),
        "would_open": [{"subject": subject, "programmes": codes} for subject, codes in opened.items()],
        "choices": [_choice(choice, passed, in_force) for choice in chosen],
    }


def _scaled(scaling: Scaling | None) -> dict[str, Any] | None:
    """What scaling a dancer's grades adds to the lines; None when there is none."""
    if scaling is None:
        return None
    said = scaling_said(scaling)
    return {"from": scaling.grades, "to": scaling.to, "points": scaling.tenths / 10, "sv": said.sv, "en": said.en}


def _choice(choice: applicants.Choice, passed: frozenset[str], in_force: Rules) -> dict[str, Any]:
    """By the grades alone: tests, introduction programmes and age are judged in the round."""
    programme = in_force.programmes.get(choice.programme or "")
    about: dict[str, Any] = {"rank": choice.rank, "offering": choice.offering, "programme": choice.programme}
    if programme is None:
        return about | {"eligible_by_grades": None, "missing_subjects": []}
    return about | {
        "eligible_by_grades": eligibility(passed, programme).eligible,
        "missing_subjects": missing_subjects(passed, programme, in_force.compulsory),
    }
