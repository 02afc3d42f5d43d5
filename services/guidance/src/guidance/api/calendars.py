"""Calendars over HTTP: the private feed, invitations, and sources of busy times."""

from dataclasses import asdict
from secrets import token_urlsafe
from typing import Annotated, Any, Final
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Header, Path, Response
from pydantic import BaseModel, Field, SecretStr

from guidance.adapters.calendars.vault import Vault
from guidance.adapters.calendars.writing import MEDIA_TYPE, feed, invitation, tag
from guidance.commands.calendars import feeds, sources
from guidance.domain.calendars import (
    AddressWrong,
    CalendarsOff,
    Entry,
    FeedUnknown,
    NotForCalendars,
    SourceKind,
    SourceUnknown,
    TooManySources,
)
from guidance.edges.rota import SECRET_BYTES, feed_path, own
from guidance.queries import calendars as rows
from shared.auth import Caller
from shared.service import Parts

STATUSES: Final[dict[type[Exception], int]] = {
    FeedUnknown: 404,
    SourceUnknown: 404,
    TooManySources: 409,
    AddressWrong: 422,
    CalendarsOff: 503,
    NotForCalendars: 409,
}
# Nobody answers an invitation by mail to us: a session is moved or cancelled by its link, a shift on the rota's pages.
_ORGANIZER: Final = "no-reply@samverk.invalid"
_ATTENDEE: Final = "invited@samverk.invalid"


class SourceBody(BaseModel, extra="forbid"):
    """A calendar that says when you are busy. It is only read; a CalDAV account needs user name and password."""

    kind: SourceKind
    address: str = Field(min_length=1, max_length=2000)
    user: str | None = Field(default=None, max_length=200)
    password: SecretStr | None = Field(default=None, max_length=200)


def router(parts: Parts, vault: Vault) -> APIRouter:
    """Feed, invitations, sources."""
    routes = APIRouter(tags=["calendars"])
    _feed(routes, parts)
    _invitations(routes, parts)
    _sources(routes, parts, vault)
    return routes


def _feed(routes: APIRouter, parts: Parts) -> None:
    counsellor = Depends(parts.guard("guidance:counsel"))

    @routes.get("/calendars/feeds/{secret}.ics", summary="A counsellor's calendar; its address is the key to it")
    async def read(
        secret: Annotated[str, Path(min_length=40, max_length=50)],
        if_none_match: Annotated[str | None, Header()] = None,
    ) -> Response:
        async with parts.unit_of_work.read() as connection:
            whose = await rows.owner(connection, secret)
            content = feed("Samverk – jour och samtal", await rows.entries(connection, whose, now=parts.clock()))
        await feeds.note_reading(secret, parts.unit_of_work)
        headers = {"ETag": tag(content), "Cache-Control": "private, max-age=300", "X-Robots-Tag": "noindex"}
        if if_none_match is not None and tag(content) in if_none_match:
            return Response(status_code=304, headers=headers)
        return Response(content, media_type=MEDIA_TYPE, headers=headers)

    @routes.post("/my/calendar-feed", status_code=201, summary="A new secret address; the one before is void")
    async def give(caller: Annotated[Caller, counsellor]) -> dict[str, str]:
        secret = token_urlsafe(SECRET_BYTES)
        await feeds.give_address(await own(parts, caller), secret, parts.unit_of_work)
        return {"path": feed_path(secret)}

    @routes.delete("/my/calendar-feed", status_code=204, summary="Make the secret address void")
    async def revoke(caller: Annotated[Caller, counsellor]) -> None:
        await feeds.revoke_address(await own(parts, caller), parts.unit_of_work)


def _invitations(routes: APIRouter, parts: Parts) -> None:
    counsellor = Depends(parts.guard("guidance:counsel"))
    reader = Depends(parts.guard("guidance:read"))

    @routes.get("/sessions/{session}/invitation.ics", summary="A session as invitation, update or cancellation")
    async def of_session(session: UUID, caller: Annotated[Caller, reader]) -> Response:
        async with parts.unit_of_work.read() as connection:
            return _file(await rows.session_entry(connection, session, municipality=caller.municipality))

    @routes.get("/my/shifts/{shift}/invitation.ics", summary="A shift of yours as invitation, update or cancellation")
    async def of_shift(shift: UUID, caller: Annotated[Caller, counsellor]) -> Response:
        whose = await own(parts, caller)
        async with parts.unit_of_work.read() as connection:
            return _file(await rows.shift_entry(connection, shift, whose))


def _sources(routes: APIRouter, parts: Parts, vault: Vault) -> None:
    counsellor = Depends(parts.guard("guidance:counsel"))

    @routes.get("/my/calendar-sources", summary="Calendars that say when you are busy, and how reading them goes")
    async def listed(caller: Annotated[Caller, counsellor]) -> dict[str, Any]:
        whose = await own(parts, caller)
        async with parts.unit_of_work.read() as connection:
            found = await rows.sources(connection, whose, now=parts.clock())
        return {"sources": [_shown(row) for row in found]}

    @routes.post("/my/calendar-sources", status_code=201, summary="Add one; it is read at once, and never written to")
    async def add(body: SourceBody, caller: Annotated[Caller, counsellor]) -> dict[str, Any]:
        password = body.password.get_secret_value() if body.password else None
        command = sources.AddSource(
            source=uuid4(),
            counsellor=await own(parts, caller),
            kind=body.kind,
            address=body.address,
            user=body.user,
            password=password,
        )
        await sources.add_source(command, parts.unit_of_work, vault)
        return {"source": command.source}

    @routes.post("/my/calendar-sources/{source}/read", status_code=202, summary="Read it again as soon as can be")
    async def again(source: UUID, caller: Annotated[Caller, counsellor]) -> None:
        await sources.read_soon(source, await own(parts, caller), parts.unit_of_work)

    @routes.delete("/my/calendar-sources/{source}", status_code=204, summary="Forget it and all that it said")
    async def remove(source: UUID, caller: Annotated[Caller, counsellor]) -> None:
        await sources.remove_source(source, await own(parts, caller), parts.unit_of_work)


def _file(entry: Entry) -> Response:
    content = invitation(entry, organizer=_ORGANIZER, attendee=_ATTENDEE, name="Inbjuden")
    method = "CANCEL" if entry.cancelled else "REQUEST"
    return Response(content, media_type=f"{MEDIA_TYPE}; method={method}", headers={"Cache-Control": "no-store"})


def _shown(row: rows.SourceRow) -> dict[str, Any]:
    content = asdict(row)
    return {"source": content.pop("id")} | content
