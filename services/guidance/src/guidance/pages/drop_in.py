"""The drop-in queue: the public page, the visitor's ticket, and the counsellor's side."""

from secrets import token_urlsafe
from typing import Annotated, Any, Final, Literal
from uuid import uuid4

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from guidance.adapters import drop_ins
from guidance.adapters.calendars.vault import Vault
from guidance.adapters.limits import Limit, network_of
from guidance.adapters.on_duty import on_duty
from guidance.adapters.reference import region
from guidance.adapters.rooms import NoRooms, Rooms
from guidance.commands import drop_in as commands
from guidance.domain.calendars import Unreadable
from guidance.domain.drop_in import Channel, NobodyWaits, Outcome, Visit
from guidance.domain.rota.refusals import TicketUnknown
from guidance.edges.rota import (
    JOIN_MOST,
    JOIN_WITHIN,
    LOOK_MOST,
    LOOK_WITHIN,
    SECRET_BYTES,
    own,
    phone_of,
    room_of,
)
from guidance.pages.drop_in_words import DROP_IN_WORDS
from guidance.pages.rota_tools import done
from guidance.pages.rota_words import LANGUAGES
from guidance.queries.rota import next_open
from guidance.settings import Secrets
from shared.auth import Caller
from shared.entrance import same_site
from shared.forms import Form, blank, read_form
from shared.service import Parts

# Narrow and short-lived: it is sent to these pages only and gone when the browser closes.
_COOKIE: Final = "drop_in"
_PATH: Final = "/drop-in"
_ROOM_BYTES: Final = 24
_CHANNELS: Final = [(channel.value, DROP_IN_WORDS[f"drop_in_{channel.value}"]) for channel in Channel]


class Joining(BaseModel):
    """What a visitor tells: where at home, which language, and how to talk. No name."""

    municipality: str = Field(pattern="^[0-9]{4}$")
    language: str = Field(pattern="^[a-z]{2,3}$")
    channel: Channel
    phone: str | None = Field(default=None, pattern=r"^[+0-9][0-9 ()\-]{4,20}$")


class Ending(BaseModel):
    """How a visit ended."""

    outcome: Literal["helped", "no_show"]


class Queue:
    """What the pages of the queue need."""

    def __init__(self, parts: Parts, secrets: Secrets) -> None:
        self.parts = parts
        self.vault, self.rooms = Vault(secrets.calendar_keys), Rooms(secrets.rooms)
        self.phone = secrets.drop_in_phone
        self.joins = Limit(JOIN_MOST, JOIN_WITHIN, parts.clock)
        self.looks = Limit(LOOK_MOST, LOOK_WITHIN, parts.clock)

    def room(self, visit: Visit, *, host: bool) -> str | None:
        """The meeting's address; None by phone, and when no meeting can be had."""
        try:
            return room_of(visit, self.vault, self.rooms, host=host)
        except (NoRooms, Unreadable):
            return None


def router(parts: Parts, secrets: Secrets) -> APIRouter:
    """The pages under /drop-in and /queue."""
    routes = APIRouter(include_in_schema=False)
    queue = Queue(parts, secrets)
    _public(routes, queue)
    _ticket(routes, queue)
    _desk(routes, queue)
    return routes


def _network(request: Request) -> str:
    return network_of(request.client.host if request.client else None)


def _public(routes: APIRouter, queue: Queue) -> None:
    parts = queue.parts

    async def page(request: Request, form: Form[Any]) -> Response:
        now = parts.clock()
        async with parts.unit_of_work.read() as connection:
            context: dict[str, Any] = {
                "open": await on_duty(connection, now=now),
                "opens": await next_open(connection, now=now),
                "waiting": len(await drop_ins.waiting(connection)),
            }
        channels = [each for each in _CHANNELS if each[0] != Channel.CALL_IN.value or queue.phone]
        context |= {"municipalities": list(region().items()), "languages": LANGUAGES, "channels": channels}
        status = 422 if form.faults else 200
        return parts.pages.render(request, "drop_in.html", status=status, form=form, **context)

    @routes.get("/drop-in")
    async def show(request: Request) -> Response:
        return await page(request, blank(language="sv"))

    @routes.post("/drop-in")
    async def join(request: Request) -> Response:
        same_site(request)
        form, secret = await read_form(request, Joining), token_urlsafe(SECRET_BYTES)

        async def stand(entered: Joining) -> None:
            queue.joins.count(_network(request))
            command = commands.JoinQueue(
                visit=uuid4(),
                secret=secret,
                municipality=entered.municipality,
                language=entered.language,
                channel=entered.channel,
                phone=entered.phone,
            )
            await commands.join_queue(command, parts.unit_of_work, queue.vault)

        if not await done(form, stand):
            return await page(request, form)
        response = parts.pages.see_other(request, "/drop-in/ticket")
        secure = request.url.scheme == "https"
        response.set_cookie(_COOKIE, secret, path=_PATH, httponly=True, samesite="lax", secure=secure)
        return response


def _ticket(routes: APIRouter, queue: Queue) -> None:
    parts = queue.parts

    async def shown(request: Request, template: str) -> Response:
        queue.looks.count(_network(request))
        visit = await commands.look(_secret(request), parts.unit_of_work)
        room = queue.room(visit, host=False) if visit.status == "called" else None
        return parts.pages.render(request, template, visit=visit, room=room, phone=queue.phone)

    @routes.get("/drop-in/ticket")
    async def ticket(request: Request) -> Response:
        try:
            return await shown(request, "drop_in_ticket.html")
        except TicketUnknown:
            return parts.pages.see_other(request, "/drop-in")

    @routes.get("/drop-in/ticket/state")
    async def state(request: Request) -> Response:
        return await shown(request, "drop_in_state.html")

    @routes.post("/drop-in/leave")
    async def leave(request: Request) -> Response:
        same_site(request)
        await commands.leave_queue(_secret(request), parts.unit_of_work)
        return parts.pages.see_other(request, "/drop-in/ticket")


def _secret(request: Request) -> str:
    secret = request.cookies.get(_COOKIE)
    if not secret:
        raise TicketUnknown
    return secret


async def _desk_page(queue: Queue, request: Request, caller: Caller, template: str) -> Response:
    parts = queue.parts
    whose, now = await own(parts, caller), parts.clock()
    async with parts.unit_of_work.read() as connection:
        visit = await drop_ins.own(connection, whose)
        context: dict[str, Any] = {
            "waiting": await drop_ins.waiting(connection),
            "on": await on_duty(connection, now=now, counsellor=whose),
        }
    context |= {"visit": visit, "now": now, "region": region(), "languages": dict(LANGUAGES)}
    if visit is not None:
        context |= {"room": queue.room(visit, host=True), "number": phone_of(visit, queue.vault)}
    return parts.pages.render(request, template, caller=caller, **context)


def _desk(routes: APIRouter, queue: Queue) -> None:
    parts = queue.parts
    counsellor = Depends(parts.entrance("guidance:counsel"))

    @routes.get("/queue")
    async def desk(request: Request, caller: Annotated[Caller, counsellor]) -> Response:
        return await _desk_page(queue, request, caller, "queue.html")

    @routes.get("/queue/state")
    async def state(request: Request, caller: Annotated[Caller, counsellor]) -> Response:
        return await _desk_page(queue, request, caller, "queue_state.html")

    @routes.post("/queue/next")
    async def take(request: Request, caller: Annotated[Caller, counsellor]) -> Response:
        whose = await own(parts, caller)
        try:
            await commands.take_next(whose, token_urlsafe(_ROOM_BYTES), parts.unit_of_work, queue.vault)
        except NobodyWaits:
            return parts.pages.see_other(request, "/queue", notice="queue_none")
        return parts.pages.see_other(request, "/queue", notice="queue_taken")

    @routes.post("/queue/end")
    async def end(request: Request, caller: Annotated[Caller, counsellor]) -> Response:
        form = await read_form(request, Ending)
        if form.value is not None:
            await commands.end_visit(await own(parts, caller), Outcome(form.value.outcome), parts.unit_of_work)
        return parts.pages.see_other(request, "/queue", notice="queue_ended")
