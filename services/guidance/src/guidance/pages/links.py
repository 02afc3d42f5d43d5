"""Giving people a link to book with, and the links that have been given (scope guidance:book)."""

from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import AfterValidator, BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from guidance.adapters.cases import CaseUnknown
from guidance.adapters.links import LinkInvalid, links_of
from guidance.adapters.reference import region, rules
from guidance.commands import invitations as commands
from guidance.commands.post import Post, post_of
from guidance.domain.invitations import HomeMissing, Invitation, NotYourMunicipality
from guidance.domain.refusals import LinkTypeClosed, TypeUnknown
from guidance.edges.booking import valid_email, valid_phone
from guidance.pages.booking_clock import day_name
from guidance.pages.booking_counter import language_of
from guidance.pages.booking_words import text_of
from guidance.pages.links_words import LINKS_WORDS
from guidance.queries import booking
from guidance.queries.invitations import given_links, number_of_links
from guidance.settings import Secrets
from shared.auth import Caller
from shared.forms import Form, blank, read_form, read_query
from shared.paging import Paging
from shared.service import Parts

_SIZE: Final = 50
# What the one who gives the link can mend in the form.
_RULES: Final = (HomeMissing, NotYourMunicipality, TypeUnknown, LinkTypeClosed)


class Wanted(BaseModel):
    """Which page of the list, and for which case a link is to be given."""

    page: int = Field(default=1, ge=1, le=100_000)
    case: UUID | None = None


class Invitee(BaseModel):
    """Whom to invite, as entered."""

    case: UUID | None = None
    home_municipality: str | None = Field(default=None, pattern="^[0-9]{4}$")
    session_type: str | None = Field(default=None, max_length=40)
    email: Annotated[str, AfterValidator(valid_email)] | None = None
    phone_number: Annotated[str, AfterValidator(valid_phone)] | None = None
    invite_language: Literal["sv", "en"] = "sv"
    protected: bool = False

    def command(self, municipality: str | None) -> commands.Invite:
        """What is asked; who gives a case has said where at home."""
        return commands.Invite(
            case=self.case,
            home_municipality=None if self.case else self.home_municipality,
            municipality=municipality,
            protected=self.protected,
            session_type=self.session_type,
            email=self.email,
            phone=self.phone_number,
            language=self.invite_language,
        )


def router(parts: Parts, secrets: Secrets) -> APIRouter:
    """The pages under /links."""
    routes, post = APIRouter(include_in_schema=False), post_of(secrets, links_of(secrets))
    _giving(routes, parts, post)
    _given(routes, parts, post)
    return routes


def _giving(routes: APIRouter, parts: Parts, post: Post) -> None:
    booker = Depends(parts.entrance("guidance:book"))

    @routes.get("/links")
    async def show(request: Request, caller: Annotated[Caller, booker]) -> Response:
        wanted = read_query(request, Wanted).value or Wanted()
        return await _page(parts, request, caller, blank(case=wanted.case, invite_language="sv"), wanted.page)

    @routes.post("/links")
    async def give(request: Request, caller: Annotated[Caller, booker]) -> Response:
        post.links.require()
        form = await read_form(request, Invitee)
        made = await _invited(form, caller, parts)
        if made is None or form.value is None:
            return await _page(parts, request, caller, form, 1)
        entered = form.value
        way = None if made.protected else post.way(email=entered.email, phone=entered.phone_number)
        return _made(parts, request, post, made, way)


async def _invited(form: Form[Invitee], caller: Caller, parts: Parts) -> Invitation | None:
    """The invitation that the form asks for; None when the form is faulty."""
    if form.value is None:
        return None
    try:
        return await commands.invite(form.value.command(caller.municipality), parts.unit_of_work, rules())
    except CaseUnknown:
        form.fault("case", LINKS_WORDS["links_case_unknown"])
    except _RULES as rule:
        form.fault("", text_of(rule))
    return None


def _given(routes: APIRouter, parts: Parts, post: Post) -> None:
    booker = Depends(parts.entrance("guidance:book"))

    @routes.post("/links/{invitation}/renewal")
    async def renew(request: Request, invitation: UUID, caller: Annotated[Caller, booker]) -> Response:
        post.links.require()
        try:
            renewed = await commands.renew(invitation, parts.unit_of_work, municipality=caller.municipality)
        except LinkInvalid:
            return parts.pages.see_other(request, "/links", notice="links_gone")
        return _made(parts, request, post, renewed, None)

    @routes.post("/links/{invitation}/end")
    async def end(request: Request, invitation: UUID, caller: Annotated[Caller, booker]) -> Response:
        try:
            await commands.revoke(invitation, parts.unit_of_work, municipality=caller.municipality)
        except LinkInvalid:
            return parts.pages.see_other(request, "/links", notice="links_gone")
        return parts.pages.see_other(request, "/links", notice="links_ended")


async def _page(parts: Parts, request: Request, caller: Caller, form: Form[Any], page: int) -> Response:
    now, of = parts.clock(), caller.municipality
    async with parts.unit_of_work.read() as connection:
        total = await number_of_links(connection, municipality=of, now=now)
        paging = Paging(page=page, size=_SIZE, total=total)
        given = await given_links(connection, municipality=of, now=now, limit=_SIZE, offset=(paging.page - 1) * _SIZE)
        types = await booking.types(connection, public=True)
    context: dict[str, Any] = {
        "form": form,
        "given": given,
        "paging": paging,
        "region": region(),
        "municipalities": None if of else list(region().items()),
        "types": [(each.code, each.name) for each in types],
    }
    return parts.pages.render(request, "links.html", status=422 if form.faults else 200, **context)


def _made(parts: Parts, request: Request, post: Post, made: Invitation, way: str | None) -> Response:
    """The link is shown here once; it is as good as a key, so no page keeps it."""
    base = post.public_url or str(request.base_url).rstrip("/")
    until = day_name(made.expires_at, language_of(request))
    address = f"{base}/book/{post.link(made)}"
    return parts.pages.render(request, "link_made.html", made=made, way=way, address=address, until=until)
