"""The drop-in queue over HTTP, for the counsellor on duty. Visitors use the page, which needs no account."""

from secrets import token_urlsafe
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from guidance.adapters import drop_ins
from guidance.adapters.calendars.vault import Vault
from guidance.adapters.rooms import Rooms
from guidance.commands import drop_in as commands
from guidance.domain.drop_in import Outcome, Visit
from guidance.domain.rota.refusals import VisitUnknown
from guidance.edges.rota import own, phone_of, room_of
from shared.auth import Caller
from shared.service import Parts

_ROOM_BYTES = 24


class EndBody(BaseModel, extra="forbid"):
    """How the visit ended."""

    outcome: Literal["helped", "no_show"]


def router(parts: Parts, vault: Vault, rooms: Rooms) -> APIRouter:
    """The queue, and the visit under way."""
    routes = APIRouter(tags=["drop-in"])
    reader = [Depends(parts.guard("guidance:read"))]
    counsellor = Depends(parts.guard("guidance:counsel"))

    @routes.get(
        "/drop-in/queue", dependencies=reader, summary="Who waits, first come first; nothing tells who they are"
    )
    async def queue() -> dict[str, Any]:
        async with parts.unit_of_work.read() as connection:
            return {"waiting": [_shown(visit) for visit in await drop_ins.waiting(connection)]}

    @routes.post("/drop-in/next", summary="Call the next whose language you speak; you must be on duty")
    async def take(caller: Annotated[Caller, counsellor]) -> dict[str, Any]:
        whose = await own(parts, caller)
        visit = await commands.take_next(whose, token_urlsafe(_ROOM_BYTES), parts.unit_of_work, vault)
        return _under_way(visit)

    @routes.get("/drop-in/visit", summary="The visit you have under way")
    async def visit(caller: Annotated[Caller, counsellor]) -> dict[str, Any]:
        whose = await own(parts, caller)
        async with parts.unit_of_work.read() as connection:
            found = await drop_ins.own(connection, whose)
        if found is None:
            raise VisitUnknown
        return _under_way(found)

    @routes.post("/drop-in/visit/end", status_code=204, summary="End it; what the visitor had left is erased")
    async def end(body: EndBody, caller: Annotated[Caller, counsellor]) -> None:
        await commands.end_visit(await own(parts, caller), Outcome(body.outcome), parts.unit_of_work)

    def _under_way(visit: Visit) -> dict[str, Any]:
        room = room_of(visit, vault, rooms, host=True)
        return _shown(visit) | {"room": room, "phone": phone_of(visit, vault)}

    return routes


def _shown(visit: Visit) -> dict[str, Any]:
    return {
        "visit": visit.visit,
        "number": visit.number,
        "municipality": visit.municipality,
        "language": visit.language,
        "channel": visit.channel,
        "joined_at": visit.joined_at,
        "called_at": visit.called_at,
    }
