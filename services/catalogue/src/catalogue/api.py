"""The catalogue over HTTP: translates, nothing else."""

import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from catalogue import queries
from shared.problems import Problem
from shared.service import Parts
from shared.texts import Text

_MOST = 1000
_PLACE = re.compile(r"([0-9]{4})/([0-9]{4}-[A-Za-z0-9-]{1,40})")
_NOT_A_PLACE = Text(
    sv="after ska vara värdet i next från föregående sida; läs om från början om det är borta.",
    en="after must be the value of next from the page before; read from the beginning if you have lost it.",
)


def router(parts: Parts) -> APIRouter:
    """What the catalogue answers over HTTP."""
    routes = APIRouter(tags=["catalogue"])

    @routes.get(
        "/offerings",
        dependencies=[Depends(parts.guard("catalogue:read"))],
        summary="The offerings that can be applied for, a page at a time",
    )
    async def offerings(
        intake_year: Annotated[int | None, Query(ge=2020, le=2100, description="2027 means August 2027")] = None,
        municipality: Annotated[str | None, Query(pattern="^[0-9]{4}$", description="municipality code")] = None,
        after: Annotated[str | None, Query(max_length=60, description="`next` of the page before")] = None,
        limit: Annotated[int, Query(ge=1, le=_MOST)] = 100,
    ) -> dict[str, Any]:
        async with parts.unit_of_work.read() as connection:
            found = await queries.offerings(
                connection,
                intake_year=intake_year,
                municipality=municipality,
                after=_place(after),
                limit=limit + 1,  # one more tells whether a page follows
            )
        return _page(found, limit)

    return routes


def _place(after: str | None) -> tuple[int, str]:
    if after is None:
        return 0, ""
    match = _PLACE.fullmatch(after)
    if match is None:
        raise Problem.of(422, _NOT_A_PLACE, code="not-a-page")
    return int(match[1]), match[2]


def _page(found: Sequence[queries.OfferingRow], limit: int) -> dict[str, Any]:
    shown = found[:limit]
    more = len(found) > limit
    return {
        "offerings": [asdict(row) for row in shown],
        "next": f"{shown[-1].intake_year}/{shown[-1].offering}" if more else None,
    }
