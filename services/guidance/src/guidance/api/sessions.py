"""Sessions over HTTP."""

from dataclasses import asdict
from datetime import UTC
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from guidance.adapters.reference import rules
from guidance.api.forms import After, Limit, Moment, page, times
from guidance.commands import sessions as commands
from guidance.domain.availability import Channel
from guidance.domain.sessions import Session
from guidance.queries import sessions as listed
from shared.auth import Caller
from shared.service import Parts


class Booking(BaseModel, extra="forbid"):
    """Which time to book, as GET /slots gave it, and for which case."""

    case: UUID
    counsellor: UUID
    starts_at: Moment
    channel: Channel


def router(parts: Parts) -> APIRouter:
    """Sessions: listed, booked, cancelled."""
    routes = APIRouter(tags=["guidance"])
    reader = Depends(parts.guard("guidance:read"))
    booker = Depends(parts.guard("guidance:book"))

    @routes.get("/sessions", summary="Sessions of your municipality's applicants and counsellors, in order of time")
    async def sessions(
        caller: Annotated[Caller, reader],
        status: Literal["booked", "cancelled"] | None = None,
        after: After = None,
        limit: Limit = 100,
    ) -> dict[str, Any]:
        async with parts.unit_of_work.read() as connection:
            found = await listed.sessions(
                connection, status=status, municipality=caller.municipality, after=after, limit=limit + 1
            )
        return page("sessions", [_shown_session(row) for row in found], "session", limit)

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
        await commands.cancel_session(session, parts.unit_of_work, rules(), municipality=caller.municipality)

    return routes


def _shown_session(row: listed.SessionRow) -> dict[str, Any]:
    content = asdict(row)
    named = {"session": content.pop("id"), "case": content.pop("case_id")}
    return named | content | times(row.starts_at, row.ends_at)


def _booked(session: Session) -> dict[str, Any]:
    content = asdict(session)
    del content["time"]
    return content | times(session.time.starts_at, session.time.ends_at)
