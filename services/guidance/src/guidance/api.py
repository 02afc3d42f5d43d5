"""Guidance over HTTP: translates, nothing else."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime, BaseModel, Field

from guidance import commands, queries
from guidance.adapters.reference import rules
from guidance.domain.availability import Channel
from guidance.domain.sessions import Session
from guidance.domain.slots import window
from guidance.domain.times import local
from guidance.messages import utc
from shared.auth import Caller
from shared.service import Parts

_MOST: Final = 1000
_USUAL_WINDOW: Final = timedelta(days=14)

After = Annotated[UUID | None, Query(description="`next` of the page before")]
# Far enough for any year of school, near enough for reckoning with time zones.
Moment = Annotated[AwareDatetime, Field(ge=datetime(2020, 1, 1, tzinfo=UTC), lt=datetime(2101, 1, 1, tzinfo=UTC))]
Limit = Annotated[int, Query(ge=1, le=_MOST)]


class Booking(BaseModel, extra="forbid"):
    """Which time to book, as GET /slots gave it, and for which case."""

    case: UUID
    counsellor: UUID
    starts_at: Moment
    channel: Channel


class Search(BaseModel, extra="forbid"):
    """Which times to look for, among the counsellors of all municipalities."""

    begins: Moment | None = Field(default=None, alias="from", description="now, unless told otherwise")
    ends: Moment | None = Field(
        default=None, alias="to", description="14 days after `from`, unless told otherwise; at most six weeks after it"
    )
    channel: Channel | None = None
    language: str | None = Field(default=None, pattern="^[a-z]{2,3}$", description="language code, such as sv")
    municipality: str | None = Field(default=None, pattern="^[0-9]{4}$", description="the counsellor's municipality")
    limit: int = Field(default=100, ge=1, le=_MOST)


def routers(parts: Parts) -> Sequence[APIRouter]:
    """What guidance answers over HTTP."""
    return [_reading(parts), _booking(parts)]


def _reading(parts: Parts) -> APIRouter:
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
            found = await queries.cases(
                connection, status=status, municipality=caller.municipality, after=after, limit=limit + 1
            )
        return _page("cases", [_shown_case(row) for row in found], "case", limit)

    @routes.get("/sessions", summary="Sessions of your municipality's applicants and counsellors, in order of time")
    async def sessions(
        caller: Annotated[Caller, reader],
        status: Literal["booked", "cancelled"] | None = None,
        after: After = None,
        limit: Limit = 100,
    ) -> dict[str, Any]:
        async with parts.unit_of_work.read() as connection:
            found = await queries.sessions(
                connection, status=status, municipality=caller.municipality, after=after, limit=limit + 1
            )
        return _page("sessions", [_shown_session(row) for row in found], "session", limit)

    @routes.get("/slots", dependencies=[reader], summary="Times that can be booked, soonest first, then by fair load")
    async def slots(search: Annotated[Search, Query()]) -> dict[str, Any]:
        now = parts.clock()
        begins = search.begins or now
        within = window(begins, search.ends or begins + _USUAL_WINDOW, rules(), now=now)
        wish = queries.Wish(channel=search.channel, language=search.language, municipality=search.municipality)
        async with parts.unit_of_work.read() as connection:
            found = await queries.free_slots(connection, within, wish, rules(), now=now, limit=search.limit)
        return {"slots": [asdict(slot) | _times(slot.starts_at, slot.ends_at) for slot in found]}

    return routes


def _booking(parts: Parts) -> APIRouter:
    routes = APIRouter(tags=["guidance"])
    booker = Depends(parts.guard("guidance:book"))

    @routes.post("/sessions", status_code=201, summary="Book a time; 409 when it is taken")
    async def book(booking: Booking, caller: Annotated[Caller, booker], response: Response) -> dict[str, Any]:
        command = commands.BookSession(
            session=uuid4(),
            case=booking.case,
            counsellor=booking.counsellor,
            starts_at=booking.starts_at.astimezone(UTC),
            channel=booking.channel,
            municipality=caller.municipality,
        )
        session = await commands.book_session(command, parts.unit_of_work, rules())
        response.headers["Location"] = f"/sessions/{session.session}"
        return _booked(session)

    @routes.delete("/sessions/{session}", status_code=204, summary="Cancel a session; its time is free at once")
    async def cancel(session: UUID, caller: Annotated[Caller, booker]) -> None:
        await commands.cancel_session(session, parts.unit_of_work, municipality=caller.municipality)

    return routes


def _page(name: str, shown: Sequence[dict[str, Any]], key: str, limit: int) -> dict[str, Any]:
    """One row more than the limit was asked for; it only tells whether a page follows."""
    return {name: shown[:limit], "next": shown[limit - 1][key] if len(shown) > limit else None}


def _times(starts_at: datetime, ends_at: datetime) -> dict[str, str]:
    """A time in UTC, and as a Swedish clock shows it."""
    shown = {"starts_at_local": local(starts_at).isoformat(), "ends_at_local": local(ends_at).isoformat()}
    return {"starts_at": utc(starts_at), "ends_at": utc(ends_at)} | shown


def _shown_case(row: queries.CaseRow) -> dict[str, Any]:
    content = asdict(row)
    return {"case": content.pop("id")} | content | {"outcome": "placed" if row.status == "closed" else None}


def _shown_session(row: queries.SessionRow) -> dict[str, Any]:
    content = asdict(row)
    named = {"session": content.pop("id"), "case": content.pop("case_id")}
    return named | content | _times(row.starts_at, row.ends_at)


def _booked(session: Session) -> dict[str, Any]:
    content = asdict(session)
    del content["time"]
    return content | _times(session.time.starts_at, session.time.ends_at)
