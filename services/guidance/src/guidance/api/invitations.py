"""Links for people without an account, over HTTP."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field, model_validator

from guidance.adapters.reference import rules
from guidance.commands import invitations as commands
from guidance.commands.post import Post
from guidance.domain.invitations import Invitation
from guidance.messages.times import utc
from shared.auth import Caller
from shared.service import Parts

EMAIL = r"^[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,180}\.[^@\s\x00-\x1f.]{2,24}$"
PHONE = r"^\+?[0-9][0-9 -]{4,19}$"


class Invitee(BaseModel, extra="forbid"):
    """Whom to invite: a follow-up case, or a person without one, of a home municipality."""

    case: UUID | None = None
    home_municipality: str | None = Field(default=None, pattern="^[0-9]{4}$")
    protected: bool = Field(default=False, description="protected identity: by phone only, and no messages")
    session_type: str | None = Field(default=None, description="the only type that the link may book; none: any public")
    email: str | None = Field(default=None, pattern=EMAIL, description="where the link is sent; erased on schedule")
    phone: str | None = Field(default=None, pattern=PHONE, description="where the link is sent, if not by e-mail")
    language: Literal["sv", "en"] = "sv"

    @model_validator(mode="after")
    def _one_or_the_other(self) -> "Invitee":
        if (self.case is None) == (self.home_municipality is None):
            raise ValueError("either case or home_municipality")
        return self


def router(parts: Parts, post: Post) -> APIRouter:
    """Invitations: made, renewed, ended."""
    routes = APIRouter(tags=["guidance"])
    booker = Depends(parts.guard("guidance:book"))

    @routes.post("/invitations", status_code=201, summary="Give a person one link to book, move, cancel and join")
    async def invite(invitee: Invitee, caller: Annotated[Caller, booker]) -> dict[str, Any]:
        command = commands.Invite(**invitee.model_dump(), municipality=caller.municipality)
        return _shown(await commands.invite(command, parts.unit_of_work, rules()), post)

    @routes.post("/invitations/{invitation}/renewal", summary="Void the links given so far and get a new one")
    async def renew(invitation: UUID, caller: Annotated[Caller, booker]) -> dict[str, Any]:
        return _shown(await commands.renew(invitation, parts.unit_of_work, municipality=caller.municipality), post)

    @routes.delete("/invitations/{invitation}", status_code=204, summary="End an invitation; booked sessions stand")
    async def revoke(invitation: UUID, caller: Annotated[Caller, booker]) -> None:
        await commands.revoke(invitation, parts.unit_of_work, municipality=caller.municipality)

    return routes


def _shown(invitation: Invitation, post: Post) -> dict[str, Any]:
    return {
        "invitation": invitation.invitation,
        "link": f"{post.public_url}/book/{post.link(invitation)}",
        "protected": invitation.protected,
        "expires_at": utc(invitation.expires_at.replace(microsecond=0)),
    }
