"""Links for people without an account, over HTTP."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field, model_validator
from starlette.responses import Response

from guidance.adapters.reference import rules
from guidance.commands import invitations as commands
from guidance.commands.post import Post
from guidance.domain.invitations import Invitation
from guidance.edges.booking import EMAIL, PHONE
from guidance.messages.times import utc
from shared.auth import Caller
from shared.service import Parts


class Invitee(BaseModel, extra="forbid"):
    """Whom to invite: a follow-up case, or a person without one, of a home municipality (none: the caller's own).

    The link is sent by e-mail, else by SMS, where an address is given and the identity is not protected.
    """

    case: UUID | None = None
    home_municipality: str | None = Field(default=None, pattern="^[0-9]{4}$")
    protected: bool = Field(default=False, description="protected identity: by phone only, and no messages")
    session_type: str | None = Field(default=None, description="the only type that the link may book; none: any public")
    email: str | None = Field(default=None, pattern=EMAIL, description="where the link is sent; erased on schedule")
    phone: str | None = Field(default=None, pattern=PHONE, description="where the link is sent, if not by e-mail")
    language: Literal["sv", "en"] = "sv"

    @model_validator(mode="after")
    def _one_or_the_other(self) -> "Invitee":
        if self.case is not None and self.home_municipality is not None:
            raise ValueError("either case or home_municipality")
        return self


def router(parts: Parts, post: Post) -> APIRouter:
    """Invitations: made, renewed, ended."""
    routes = APIRouter(tags=["guidance"])
    booker = Depends(parts.guard("guidance:book"))

    @routes.post("/invitations", status_code=201, summary="Give a person one link to book, move, cancel and join")
    async def invite(invitee: Invitee, caller: Annotated[Caller, booker], response: Response) -> dict[str, Any]:
        post.links.require()
        command = commands.Invite(**invitee.model_dump(), municipality=caller.municipality)
        invitation = await commands.invite(command, parts.unit_of_work, rules())
        way = None if invitation.protected else post.way(email=invitee.email, phone=invitee.phone)
        return _shown(invitation, post, response) | {"sent_by": way}

    @routes.post("/invitations/{invitation}/renewal", summary="Void the links given so far and get a new one")
    async def renew(invitation: UUID, caller: Annotated[Caller, booker], response: Response) -> dict[str, Any]:
        post.links.require()
        renewed = await commands.renew(invitation, parts.unit_of_work, municipality=caller.municipality)
        return _shown(renewed, post, response)

    @routes.delete("/invitations/{invitation}", status_code=204, summary="End an invitation; booked sessions stand")
    async def revoke(invitation: UUID, caller: Annotated[Caller, booker]) -> None:
        await commands.revoke(invitation, parts.unit_of_work, municipality=caller.municipality)

    return routes


def _shown(invitation: Invitation, post: Post, response: Response) -> dict[str, Any]:
    response.headers["Cache-Control"] = "no-store"  # the link is as good as a key
    return {
        "invitation": invitation.invitation,
        "link": f"{post.public_url}/book/{post.link(invitation)}",
        "protected": invitation.protected,
        "expires_at": utc(invitation.expires_at.replace(microsecond=0)),
    }
