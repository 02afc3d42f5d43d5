"""Free times over HTTP."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from guidance.adapters.reference import rules
from guidance.api.forms import MOST, Moment, times
from guidance.domain.availability import Channel
from guidance.domain.sessions import USUAL
from guidance.domain.slots import window
from guidance.queries import booking as known
from guidance.queries import slots as free
from shared.service import Parts

_USUAL_WINDOW: Final = timedelta(days=14)


class Search(BaseModel, extra="forbid"):
    """Which times to look for, among the counsellors of all municipalities."""

    begins: Moment | None = Field(default=None, alias="from", description="now, unless told otherwise")
    ends: Moment | None = Field(
        default=None, alias="to", description="14 days after `from`, unless told otherwise; at most six weeks after it"
    )
    channel: Channel | None = None
    language: str | None = Field(default=None, pattern="^[a-z]{2,3}$", description="language code, such as sv")
    municipality: str | None = Field(default=None, pattern="^[0-9]{4}$", description="the counsellor's municipality")
    speciality: str | None = Field(default=None, pattern="^[a-z][a-z0-9_]{0,39}$", description="such as komvux")
    counsellor: UUID | None = None
    same_as: UUID | None = Field(default=None, description="a case: only the counsellor that its applicant met last")
    session_type: str = Field(default=USUAL, pattern="^[a-z][a-z0-9_]{0,39}$")
    limit: int = Field(default=100, ge=1, le=MOST)


def router(parts: Parts) -> APIRouter:
    """Free times."""
    routes = APIRouter(tags=["guidance"])
    reader = Depends(parts.guard("guidance:read"))

    @routes.get("/slots", dependencies=[reader], summary="Times that can be booked, soonest first, then by fair load")
    async def slots(search: Annotated[Search, Query()]) -> dict[str, Any]:
        now = parts.clock()
        begins = search.begins or now
        within = window(begins, search.ends or begins + _USUAL_WINDOW, rules(), now=now)
        async with parts.unit_of_work.read() as connection:
            same = await known.last_counsellor(connection, case=search.same_as) if search.same_as else None
            wish = free.Wish(
                channel=search.channel,
                language=search.language,
                speciality=search.speciality,
                municipality=search.municipality,
                counsellor=same or search.counsellor,
                session_type=search.session_type,
            )
            found = await free.free_slots(connection, within, wish, rules(), now=now, limit=search.limit)
        return {"slots": [asdict(slot) | times(slot.starts_at, slot.ends_at) for slot in found]}

    return routes
