"""Follow-up cases over HTTP."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends

from guidance.api.forms import After, Limit, page
from guidance.queries import cases as listed
from shared.auth import Caller
from shared.service import Parts


def router(parts: Parts) -> APIRouter:
    """Follow-up cases."""
    routes = APIRouter(tags=["guidance"])
    reader = Depends(parts.guard("guidance:read"))

    @routes.get("/cases", summary="Follow-up cases of your municipality (the region's staff: of all), oldest first")
    async def cases(
        caller: Annotated[Caller, reader],
        status: Literal["open", "closed"] | None = None,
        after: After = None,
        limit: Limit = 100,
    ) -> dict[str, Any]:
        async with parts.unit_of_work.read() as connection:
            found = await listed.cases(
                connection, status=status, municipality=caller.municipality, after=after, limit=limit + 1
            )
        return page("cases", [_shown_case(row) for row in found], "case", limit)

    return routes


def _shown_case(row: listed.CaseRow) -> dict[str, Any]:
    content = asdict(row)
    return {"case": content.pop("id")} | content
