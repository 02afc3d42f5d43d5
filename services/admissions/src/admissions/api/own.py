"""What applicants read of themselves: the token's subject is their id, and nothing else can be asked for."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from admissions.api.eligibility import eligibility_of
from admissions.api.explanations import Explanation, explained
from admissions.api.receptions import receptions_of
from admissions.queries.explanations import NothingDecided
from shared.auth import Caller
from shared.service import Parts

Year = Annotated[int, Query(ge=2020, le=2100)]


def router(region: str, parts: Parts) -> APIRouter:
    """The doors of the scope `admissions:own`."""
    routes = APIRouter(prefix="/me", tags=["applicants"])
    own = Depends(parts.guard("admissions:own"))

    @routes.get("/explanation", summary="Why each of your choices ended as it did")
    async def explanation(year: Year, caller: Annotated[Caller, own]) -> Explanation:
        return await explained(parts, applicant_of(caller), year, None)

    @routes.get("/eligibility", summary="Your merit, what you lack, and what each missing subject would open")
    async def eligible(year: Year, caller: Annotated[Caller, own]) -> dict[str, Any]:
        return await eligibility_of(parts, region, applicant_of(caller), year, None)

    @routes.get("/receptions", summary="How you are received at each of your choices, and how to appeal")
    async def receptions(year: Year, caller: Annotated[Caller, own]) -> dict[str, Any]:
        return await receptions_of(parts, region, applicant_of(caller), year, None, unmasked=True)

    return routes


def applicant_of(caller: Caller) -> UUID:
    """The applicant that the caller is. Raises NothingDecided for a subject that is no applicant's id."""
    try:
        return UUID(caller.subject)
    except ValueError:
        raise NothingDecided from None
