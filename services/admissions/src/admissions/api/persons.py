"""The register of persons over HTTP. Identity numbers are asked for in the body only: never in an address."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from admissions.commands import persons as commands
from admissions.domain.persons import LEVELS, Person
from admissions.queries import lookups as queries
from shared.auth import Caller
from shared.service import Parts

MAY_SEE_PROTECTED: Final = "admissions:protected"
_MOST: Final = 500
Revision = Annotated[int, Field(ge=1, le=2_147_483_647, description="higher than that of what it corrects")]


class _Order(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class LookUpOrder(_Order):
    """Whom to look up, by one of the two, and why."""

    applicant: UUID | None = None
    identity: str | None = Field(default=None, pattern="^[0-9]{8}-?[0-9A-Z]{4}$")
    purpose: str = Field(min_length=5, max_length=500, description="Why; it is kept in a log that only grows.")

    @model_validator(mode="after")
    def _one(self) -> "LookUpOrder":
        if (self.applicant is None) == (self.identity is None):
            raise ValueError("give either applicant or identity")
        return self


class MoveOrder(_Order):
    """A person's new home municipality."""

    to: str = Field(pattern="^[0-9]{4}$")
    moved_on: date
    revision: Revision = 1


class ProtectionOrder(_Order):
    """How a person's details are protected."""

    level: Literal["none", "secrecy_marking", "protected_registration"]
    revision: Revision = 1


class HomeShown(BaseModel):
    """A home municipality; null: since before the application, or still."""

    municipality: str
    valid_from: date | None
    valid_until: date | None


class PersonShown(BaseModel):
    """A person. Masked, the identity is null and no homes are told."""

    applicant: UUID
    identity: str | None
    protection: str
    masked: bool
    homes: list[HomeShown]


def router(parts: Parts) -> APIRouter:
    """Look-ups, moves and protection, and the log of look-ups."""
    routes = APIRouter(prefix="/persons", tags=["persons"])
    may = Depends(parts.guard("admissions:persons"))
    _add_log(routes, parts)

    @routes.post("/look-up", summary="Look a person up by id or identity number; every look-up is logged")
    async def look_up(order: LookUpOrder, caller: Annotated[Caller, may]) -> list[PersonShown]:
        command = commands.LookUp(
            applicant=order.applicant, identity=order.identity, purpose=order.purpose, reader=reader(caller)
        )
        return [_shown(person) for person in await commands.look_up(command, parts.unit_of_work)]

    @routes.post("/{applicant}/moves", status_code=204, summary="Record that a person has moved")
    async def move(applicant: UUID, order: MoveOrder, caller: Annotated[Caller, may]) -> None:
        command = commands.RecordMove(applicant=applicant, reader=reader(caller), **order.model_dump())
        await commands.record_move(command, parts.unit_of_work)

    @routes.put("/{applicant}/protection", status_code=204, summary="Record how a person's details are protected")
    async def protect(applicant: UUID, order: ProtectionOrder, caller: Annotated[Caller, may]) -> None:
        command = commands.RecordProtection(
            applicant=applicant, level=LEVELS[order.level], revision=order.revision, reader=reader(caller)
        )
        await commands.record_protection(command, parts.unit_of_work)

    return routes


def _add_log(routes: APIRouter, parts: Parts) -> None:
    may_audit = Depends(parts.guard("admissions:audit"))

    @routes.get("/look-ups", summary="Who looked whom up, when and why; the latest first")
    async def log(
        caller: Annotated[Caller, may_audit],
        applicant: UUID | None = None,
        before: Annotated[int | None, Query(ge=1)] = None,
        limit: Annotated[int, Query(ge=1, le=_MOST)] = 100,
    ) -> dict[str, Any]:
        async with parts.unit_of_work.read() as connection:
            found = await queries.lookups(
                connection, municipality=caller.municipality, applicant=applicant, before=before, limit=limit
            )
        return {"look_ups": [asdict(row) for row in found]}


def reader(caller: Caller) -> commands.Reader:
    """The caller as the log names them."""
    return commands.Reader(
        subject=caller.subject, municipality=caller.municipality, sees_protected=MAY_SEE_PROTECTED in caller.scopes
    )


def _shown(person: Person) -> PersonShown:
    return PersonShown(
        applicant=UUID(person.applicant),
        identity=person.identity,
        protection=person.protection.word,
        masked=person.masked,
        homes=[HomeShown(**asdict(home)) for home in person.homes],
    )
