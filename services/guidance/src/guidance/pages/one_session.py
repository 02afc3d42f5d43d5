"""One session of a counsellor's own: to join, move, cancel, and say how it went."""

from datetime import timedelta
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from guidance.adapters import cases
from guidance.adapters import sessions as kept
from guidance.adapters.reference import region, rules
from guidance.adapters.rooms import Rooms
from guidance.adapters.sessions import SessionUnknown
from guidance.commands import sessions as commands
from guidance.commands import visits
from guidance.domain.availability import Channel
from guidance.domain.cases import Case
from guidance.domain.notes import may_read
from guidance.domain.sessions import Session, SessionStatus
from guidance.domain.times import Period, day_of
from guidance.domain.visits import Door, closes_at, door, opens_at
from guidance.edges.rota import own
from guidance.pages.diary_tools import RULES, SAID, free_slots, zone
from guidance.pages.tools import Nothing, done
from guidance.pages.week import CHANNELS
from guidance.queries import booking
from guidance.queries.slots import Wish
from guidance.settings import Secrets
from shared.auth import Caller
from shared.forms import Form, blank, read_form
from shared.service import Parts

_MOVES_WITHIN: Final = timedelta(days=14)


class Moved(BaseModel):
    """A new time as entered."""

    starts_at: AwareDatetime
    channel: Channel


class Settled(BaseModel):
    """Whether the person came."""

    came: bool


def router(parts: Parts, secrets: Secrets) -> APIRouter:
    """The pages under /week/sessions."""
    routes = APIRouter(include_in_schema=False, prefix="/week/sessions")
    _show(routes, parts)
    _join(routes, parts, Rooms(secrets.rooms))
    _change(routes, parts)
    return routes


def _show(routes: APIRouter, parts: Parts) -> None:
    counsellor = Depends(parts.entrance("guidance:counsel"))

    @routes.get("/{session}")
    async def show(request: Request, session: UUID, caller: Annotated[Caller, counsellor]) -> Response:
        return await _page(parts, request, caller, session)

    @routes.post("/{session}/outcome")
    async def settle(request: Request, session: UUID, caller: Annotated[Caller, counsellor]) -> Response:
        form, known = await read_form(request, Settled), await _own(parts, caller, session)

        async def do(said: Settled) -> None:
            await commands.settle_session(
                session, parts.unit_of_work, came=said.came, municipality=known.counsellor_municipality
            )

        if await done(form, do, RULES, SAID):
            return parts.pages.see_other(request, f"/week/sessions/{session}", notice="one_settled")
        return await _page(parts, request, caller, session, settling=form)


def _join(routes: APIRouter, parts: Parts, rooms: Rooms) -> None:
    counsellor = Depends(parts.entrance("guidance:counsel"))

    @routes.post("/{session}/join")
    async def join(request: Request, session: UUID, caller: Annotated[Caller, counsellor]) -> Response:
        form, known = await read_form(request, Nothing), await _own(parts, caller, session)
        addresses: list[str] = []

        async def do(_: Nothing) -> None:
            mine = known.counsellor_municipality
            addresses.append(await visits.admit(session, parts.unit_of_work, rules(), rooms, municipality=mine))

        await done(form, do, RULES, SAID)
        return await _page(parts, request, caller, session, addresses=addresses, joining=form)


def _change(routes: APIRouter, parts: Parts) -> None:
    booker = Depends(parts.entrance("guidance:book"))

    @routes.post("/{session}/move")
    async def move(request: Request, session: UUID, caller: Annotated[Caller, booker]) -> Response:
        form, known = await read_form(request, Moved), await _own(parts, caller, session)

        async def do(to: Moved) -> None:
            command = commands.MoveSession(
                session=session,
                starts_at=to.starts_at,
                channel=to.channel,
                municipality=known.counsellor_municipality,
            )
            await commands.move_session(command, parts.unit_of_work, rules())

        if await done(form, do, RULES, SAID):
            return parts.pages.see_other(request, f"/week/sessions/{session}", notice="one_moved")
        return await _page(parts, request, caller, session, moving=form)

    @routes.post("/{session}/cancel")
    async def cancel(request: Request, session: UUID, caller: Annotated[Caller, booker]) -> Response:
        form, known = await read_form(request, Nothing), await _own(parts, caller, session)

        async def do(_: Nothing) -> None:
            mine = known.counsellor_municipality
            await commands.cancel_session(session, parts.unit_of_work, rules(), municipality=mine)

        if await done(form, do, RULES, SAID):
            day = day_of(known.time.starts_at)
            return parts.pages.see_other(request, f"/week?from={day}", notice="one_cancelled")
        return await _page(parts, request, caller, session, cancelling=form)


async def _own(parts: Parts, caller: Caller, session: UUID) -> Session:
    """The session, if it is the caller's own. Raises NotACounsellor and SessionUnknown."""
    whose = await own(parts, caller)
    async with parts.unit_of_work.read() as connection:
        known = await kept.get(connection, session, municipality=None)
    if known.counsellor != whose:
        raise SessionUnknown
    return known


async def _case(connection: AsyncConnection, session: Session, caller: Caller) -> Case | None:
    """The session's case, if the caller may see it: helping another municipality's applicant gives no right to it."""
    if session.case is None or caller.municipality not in (None, session.home_municipality):
        return None
    return await cases.get(connection, session.case, municipality=caller.municipality)


async def _page(
    parts: Parts,
    request: Request,
    caller: Caller,
    session: UUID,
    *,
    addresses: list[str] | None = None,
    **forms: Form[Any],
) -> Response:
    known, now = await _own(parts, caller, session), parts.clock()
    day = Period(known.time.starts_at, known.time.starts_at + timedelta(seconds=1))
    ahead = known.status is SessionStatus.BOOKED and known.time.starts_at > now
    async with parts.unit_of_work.read() as connection:
        rows = await booking.week(connection, known.counsellor, day, now=now)
        wish = Wish(counsellor=known.counsellor, session_type=known.session_type)
        within = Period(now, now + _MOVES_WITHIN)
        free = await free_slots(connection, within, wish, now=now) if ahead else []
        case = await _case(connection, known, caller)
    shown = {name: forms.get(name) or blank() for name in ("joining", "moving", "cancelling", "settling")}
    shown["moving"] = forms.get("moving") or blank(channel=known.channel)
    context: dict[str, Any] = {
        "session": known,
        "case": case,
        "may_read": case is not None and may_read(case, known.counsellor),
        "row": next((row for row in rows if row.id == session), None),
        "door": door(known, rules(), now=now),
        "doors": Door,
        "opens": opens_at(known, rules()),
        "closes": closes_at(known, rules()),
        "ahead": ahead,
        "begun": known.time.starts_at <= now and known.status is not SessionStatus.CANCELLED,
        "free": free,
        "zone": zone,
        "channels": [each for each in CHANNELS if any(each[0] in slot.channels for slot in free)],
        "address": next(iter(addresses or []), None),
        "region": region(),
    }
    status = 422 if any(form.faults for form in forms.values()) else 200
    return parts.pages.render(request, "week_session.html", status=status, caller=caller, **context, **shown)
