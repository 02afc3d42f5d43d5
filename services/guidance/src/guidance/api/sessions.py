"""Sessions over HTTP."""

from dataclasses import asdict, replace
from datetime import UTC
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from guidance.adapters.reference import rules
from guidance.adapters.rooms import Rooms
from guidance.api.forms import After, Limit, Moment, page, times
from guidance.commands import sessions as commands
from guidance.commands import visits
from guidance.commands.desk import Desk
from guidance.domain.availability import Channel
from guidance.domain.refusals import SlotTaken
from guidance.domain.sessions import USUAL, Session
from guidance.queries import booking as known
from guidance.queries import sessions as listed
from guidance.queries import slots
from shared.auth import Caller
from shared.service import Parts


class Booking(BaseModel, extra="forbid"):
    """Which time to book, as GET /slots gave it, and for which case. Without a counsellor: with whoever of the pool is
    free and has fewest sessions, narrowed by the last three."""

    case: UUID
    counsellor: UUID | None = None
    starts_at: Moment
    channel: Channel
    session_type: str = USUAL
    protected: bool = Field(default=False, description="protected identity: by phone only, and no messages")
    language: str | None = Field(default=None, pattern="^[a-z]{2,3}$")
    speciality: str | None = Field(default=None, pattern="^[a-z][a-z0-9_]{0,39}$")
    municipality: str | None = Field(default=None, pattern="^[0-9]{4}$", description="the counsellor's municipality")


class Move(BaseModel, extra="forbid"):
    """The new time, and if they change, counsellor and channel."""

    starts_at: Moment
    counsellor: UUID | None = None
    channel: Channel | None = None


class Outcome(BaseModel, extra="forbid"):
    """Whether the person came."""

    came: bool


def router(parts: Parts, desk: Desk, rooms: Rooms) -> APIRouter:
    """Sessions: listed, booked, moved, cancelled, settled, joined."""
    routes = APIRouter(tags=["guidance"])
    _add_lists(routes, parts)
    _add_booking(routes, parts, desk)
    _add_day_of_session(routes, parts, rooms)
    return routes


def _add_lists(routes: APIRouter, parts: Parts) -> None:
    reader = Depends(parts.guard("guidance:read"))

    @routes.get("/sessions", summary="Sessions of your municipality's applicants and counsellors, in order of time")
    async def sessions(
        caller: Annotated[Caller, reader],
        status: Literal["booked", "cancelled", "held", "no_show"] | None = None,
        after: After = None,
        limit: Limit = 100,
    ) -> dict[str, Any]:
        async with parts.unit_of_work.read() as connection:
            found = await listed.sessions(
                connection, status=status, municipality=caller.municipality, after=after, limit=limit + 1
            )
        return page("sessions", [_shown_session(row) for row in found], "session", limit)

    @routes.get("/session-types", dependencies=[reader], summary="Types of sessions: length, pauses, channels")
    async def session_types() -> dict[str, Any]:
        async with parts.unit_of_work.read() as connection:
            return {"session_types": [asdict(row) for row in await known.types(connection)]}


def _add_booking(routes: APIRouter, parts: Parts, desk: Desk) -> None:
    booker = Depends(parts.guard("guidance:book"))

    @routes.post("/sessions", status_code=201, summary="Book a time; 409 when it is taken")
    async def book(booking: Booking, caller: Annotated[Caller, booker], response: Response) -> dict[str, Any]:
        session = await _booked_with(booking, caller, parts, desk)
        response.headers["Location"] = f"/sessions/{session.session}"
        return _booked(session)

    @routes.post("/sessions/{session}/move", summary="Another time; the old one is let go once the new one is had")
    async def move(session: UUID, to: Move, caller: Annotated[Caller, booker]) -> dict[str, Any]:
        command = commands.MoveSession(
            session=session,
            starts_at=to.starts_at.astimezone(UTC),
            counsellor=to.counsellor,
            channel=to.channel,
            municipality=caller.municipality,
        )
        return _booked(await commands.move_session(command, parts.unit_of_work, rules()))

    @routes.delete("/sessions/{session}", status_code=204, summary="Cancel a session; its time is free at once")
    async def cancel(session: UUID, caller: Annotated[Caller, booker]) -> None:
        await commands.cancel_session(session, parts.unit_of_work, rules(), municipality=caller.municipality)


def _add_day_of_session(routes: APIRouter, parts: Parts, rooms: Rooms) -> None:
    counsellor = Depends(parts.guard("guidance:counsel"))

    @routes.post("/sessions/{session}/outcome", summary="Say that it was held, or that the person did not come")
    async def outcome(session: UUID, told: Outcome, caller: Annotated[Caller, counsellor]) -> dict[str, Any]:
        settled = await commands.settle_session(
            session, parts.unit_of_work, came=told.came, municipality=caller.municipality
        )
        return _booked(settled)

    @routes.post("/sessions/{session}/admission", summary="Let the person in from the lobby; gives your own address")
    async def admit(session: UUID, caller: Annotated[Caller, counsellor]) -> dict[str, str]:
        address = await visits.admit(session, parts.unit_of_work, rules(), rooms, municipality=caller.municipality)
        return {"address": address}


async def _booked_with(booking: Booking, caller: Caller, parts: Parts, desk: Desk) -> Session:
    """With the counsellor asked for, or with the first of the pool that can be had."""
    command = commands.BookSession(
        session=uuid4(),
        case=booking.case,
        counsellor=booking.counsellor or UUID(int=0),
        starts_at=booking.starts_at.astimezone(UTC),
        channel=booking.channel,
        municipality=caller.municipality,
        session_type=booking.session_type,
        protected=booking.protected,
    )
    if booking.counsellor is not None:
        return await desk.book(command.order())
    wish = slots.Wish(
        channel=booking.channel.value,
        language=booking.language,
        speciality=booking.speciality,
        municipality=booking.municipality,
        session_type=booking.session_type,
    )
    async with parts.unit_of_work.read() as connection:
        pool = await slots.free_at(connection, command.starts_at, wish, rules(), now=parts.clock())
    for counsellor in pool:
        try:
            return await desk.book(replace(command, counsellor=counsellor).order())
        except SlotTaken:
            continue  # another was quicker; the next of the pool
    raise SlotTaken


def _shown_session(row: listed.SessionRow) -> dict[str, Any]:
    content = asdict(row)
    named = {"session": content.pop("id"), "case": content.pop("case_id")}
    return named | content | times(row.starts_at, row.ends_at)


def _booked(session: Session) -> dict[str, Any]:
    content = asdict(session)
    for name in ("time", "room"):  # the room is told at the door only
        del content[name]
    return content | times(session.time.starts_at, session.time.ends_at)
