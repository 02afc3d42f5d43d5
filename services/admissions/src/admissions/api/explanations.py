"""Why each choice of an applicant ended as it did."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from admissions.domain.calendar import swedish_day
from admissions.domain.explanations import Facts, explanation
from admissions.queries import explanations as queries
from shared.auth import Caller
from shared.service import Parts

_ABOUT = (
    "outcome", "reason", "merit", "last_merit", "queue", "quota", "queue_before", "ahead_admitted", "ahead_left",
)  # fmt: skip


class Sentences(BaseModel):
    """The same sentences in Swedish and English."""

    sv: list[str]
    en: list[str]


class Choice(BaseModel):
    """One choice: the codes of what decided, and the sentences made of them."""

    rank: int
    offering: str
    outcome: str
    reason: str
    quota: str | None
    queue: int | None
    merit: float
    last_merit: float | None
    why: Sentences


class Round(BaseModel):
    """What one round decided of the applicant's choices."""

    run: UUID
    round: str
    decided_at: datetime
    missing_subjects: list[str]
    choices: list[Choice]


class Explanation(BaseModel):
    """Every round of an intake year, oldest first."""

    applicant: UUID
    intake_year: int
    rounds: list[Round]


def router(parts: Parts) -> APIRouter:
    """The route."""
    routes = APIRouter(tags=["applicants"])
    may_read = Depends(parts.guard("admissions:read"))

    @routes.get(
        "/applicants/{applicant}/explanation",
        summary="Why each choice of an applicant ended as it did, in every round, in Swedish and English",
    )
    async def explain(
        applicant: UUID, year: Annotated[int, Query(ge=2020, le=2100)], caller: Annotated[Caller, may_read]
    ) -> Explanation:
        return await explained(parts, applicant, year, caller.municipality)

    return routes


async def explained(parts: Parts, applicant: UUID, year: int, municipality: str | None) -> Explanation:
    """Raises NothingDecided, also for another municipality's applicant."""
    today = swedish_day(parts.clock())
    async with parts.unit_of_work.read() as connection:
        rows = await queries.decided(connection, applicant, year, municipality, today=today)
    return Explanation(applicant=applicant, intake_year=year, rounds=rounds(rows))


def rounds(rows: Sequence[Any]) -> list[Round]:
    """The rows put together by round, with their sentences."""
    return [
        Round(**_about(choices[0]), choices=[_choice(row) for row in choices])
        for _, of_one in groupby(rows, key=lambda row: row["run"])
        if (choices := list(of_one))
    ]


def _about(row: Any) -> dict[str, Any]:
    return {name: row[name] for name in ("run", "round", "decided_at", "missing_subjects")}


def _choice(row: Any) -> Choice:
    sentences = explanation(Facts(**{name: row[name] for name in _ABOUT}))
    return Choice(
        **{name: row[name] for name in ("rank", "offering", "outcome", "reason", "quota", "queue")},
        merit=row["merit"] / 10,
        last_merit=None if row["last_merit"] is None else row["last_merit"] / 10,
        why=Sentences(sv=[text.sv for text in sentences], en=[text.en for text in sentences]),
    )
