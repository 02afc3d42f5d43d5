"""What all booking pages have in common: whose link it is, what is theirs, and what every page of theirs shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from guidance.adapters import invitations as kept
from guidance.adapters.links import Links
from guidance.adapters.reference import region
from guidance.adapters.rooms import Rooms
from guidance.commands import invitations as commands
from guidance.commands.desk import Desk
from guidance.domain.invitations import Contact, Invitation
from guidance.domain.slots import Rules
from guidance.pages.booking_choice import Reached
from guidance.pages.booking_clock import When, when
from guidance.queries import booking
from guidance.queries.booking import OwnSession
from shared.language import Language, asked_for
from shared.service import Parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """What it takes to serve somebody who comes with a link."""

    parts: Parts
    links: Links
    rooms: Rooms
    desk: Desk
    rules: Rules

    async def whose(self, request: Request) -> Invitation:
        """Whose link leads here. Raises LinkInvalid."""
        text = request.path_params["text"]
        return await commands.read(text, self.links, self.parts.unit_of_work, now=self.parts.clock())

    async def own(self, connection: AsyncConnection, who: Invitation) -> list[OwnSession]:
        """The person's sessions, booked or on offer, until their doors are shut."""
        since = self.parts.clock() - self.rules.door_closes_after
        return list(await booking.own_sessions(connection, who.person, since=since))

    async def one(self, connection: AsyncConnection, who: Invitation, session: UUID | None) -> OwnSession | None:
        """One of them that is booked; None when it is not there."""
        found = await self.own(connection, who)
        return next((each for each in found if each.id == session and each.status == "booked"), None)

    def page(self, request: Request, template: str, who: Invitation, *, status: int = 200, **context: Any) -> Response:
        """A page of this person's."""
        base = home(request)
        kept = self.rules.contacts_kept.days
        shown: dict[str, Any] = {"base": base, "home": base, "who": who, "region": region(), "kept_days": kept}
        return self.parts.pages.render(request, template, status=status, **shown | context)

    def back(self, request: Request, notice: str | None = None) -> Response:
        """To the first page of this person's."""
        return self.parts.pages.see_other(request, home(request), notice=notice)

    async def contact(self, connection: AsyncConnection, who: Invitation) -> Contact:
        """How the person is reached as far as is known. The pages tell only whether it is."""
        known = await kept.contact(connection, who.invitation)
        return known or Contact(email=None, phone=None, language="sv")


def home(request: Request) -> str:
    """The first page behind the link at hand."""
    return f"/book/{request.path_params['text']}"


def language_of(request: Request) -> Language:
    """What the reader reads."""
    return asked_for(request, otherwise="sv")


def given(entered: Reached, request: Request) -> Contact:
    """How the person now says to be reached."""
    return Contact(email=entered.email, phone=entered.phone_number, language=language_of(request))


def in_words(session: OwnSession, request: Request) -> When:
    """When it is."""
    return when(session.starts_at, session.ends_at, language_of(request))


def has_begun(session: OwnSession, now: datetime) -> bool:
    """Whether it can no longer be moved or cancelled."""
    return session.starts_at <= now
