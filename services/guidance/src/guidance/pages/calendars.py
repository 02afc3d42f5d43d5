"""A counsellor's calendars: the private feed that goes out, and the sources that come in."""

from secrets import token_urlsafe
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field, SecretStr
from starlette.requests import Request
from starlette.responses import Response

from guidance.adapters.calendars.vault import Vault
from guidance.commands.calendars import feeds, sources
from guidance.domain.calendars import SourceKind
from guidance.edges.rota import SECRET_BYTES, feed_path, own
from guidance.pages.drop_in_words import DROP_IN_WORDS
from guidance.pages.rota_tools import done
from guidance.queries import calendars
from guidance.settings import Secrets
from shared.auth import Caller
from shared.forms import Form, blank, read_form
from shared.service import Parts

_KINDS = [(kind.value, DROP_IN_WORDS[f"source_{kind.value}"]) for kind in SourceKind]


class Adding(BaseModel):
    """A calendar as entered."""

    kind: SourceKind
    address: str = Field(max_length=2000)
    user: str | None = Field(default=None, max_length=200)
    password: SecretStr | None = Field(default=None, max_length=200)


def router(parts: Parts, secrets: Secrets) -> APIRouter:
    """The pages under /calendars."""
    routes = APIRouter(include_in_schema=False)
    _feed(routes, parts, secrets.public_url)
    _sources(routes, parts, Vault(secrets.calendar_keys))
    return routes


async def _page(
    parts: Parts, request: Request, caller: Caller, form: Form[Any], *, address: str | None = None
) -> Response:
    whose = await own(parts, caller)
    async with parts.unit_of_work.read() as connection:
        context = {
            "feed": await calendars.feed_row(connection, whose),
            "sources": await calendars.sources(connection, whose, now=parts.clock()),
        }
    form.entered.pop("password", None)  # never sent back
    status = 422 if form.faults else 200
    shown = {"form": form, "address": address, "kinds": _KINDS}
    return parts.pages.render(request, "calendars.html", status=status, caller=caller, **shown, **context)


def _feed(routes: APIRouter, parts: Parts, public_url: str) -> None:
    counsellor = Depends(parts.entrance("guidance:counsel"))

    @routes.get("/calendars")
    async def show(request: Request, caller: Annotated[Caller, counsellor]) -> Response:
        return await _page(parts, request, caller, blank(kind="ics"))

    @routes.post("/calendars/feed")
    async def give(request: Request, caller: Annotated[Caller, counsellor]) -> Response:
        secret = token_urlsafe(SECRET_BYTES)
        await feeds.give_address(await own(parts, caller), secret, parts.unit_of_work)
        # shown in this very answer, since it is nowhere to be read afterwards
        address = (public_url or str(request.base_url)).rstrip("/") + feed_path(secret)
        return await _page(parts, request, caller, blank(kind="ics"), address=address)

    @routes.post("/calendars/feed/revoke")
    async def revoke(request: Request, caller: Annotated[Caller, counsellor]) -> Response:
        await feeds.revoke_address(await own(parts, caller), parts.unit_of_work)
        return parts.pages.see_other(request, "/calendars", notice="feed_revoked")


def _sources(routes: APIRouter, parts: Parts, vault: Vault) -> None:
    counsellor = Depends(parts.entrance("guidance:counsel"))

    @routes.post("/calendars/sources")
    async def add(request: Request, caller: Annotated[Caller, counsellor]) -> Response:
        form, whose = await read_form(request, Adding), await own(parts, caller)

        async def keep(entered: Adding) -> None:
            command = sources.AddSource(
                source=uuid4(),
                counsellor=whose,
                kind=entered.kind,
                address=entered.address,
                user=entered.user,
                password=entered.password.get_secret_value() if entered.password else None,
            )
            await sources.add_source(command, parts.unit_of_work, vault)

        if await done(form, keep):
            return parts.pages.see_other(request, "/calendars", notice="source_added")
        return await _page(parts, request, caller, form)

    @routes.post("/calendars/sources/{source}/read")
    async def read(request: Request, source: UUID, caller: Annotated[Caller, counsellor]) -> Response:
        await sources.read_soon(source, await own(parts, caller), parts.unit_of_work)
        return parts.pages.see_other(request, "/calendars", notice="source_will_read")

    @routes.post("/calendars/sources/{source}/remove")
    async def remove(request: Request, source: UUID, caller: Annotated[Caller, counsellor]) -> Response:
        await sources.remove_source(source, await own(parts, caller), parts.unit_of_work)
        return parts.pages.see_other(request, "/calendars", notice="source_removed")
