"""Reception on the page of one application: its history, the opinion, and a decision otherwise than the rules."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from admissions.commands.receptions import DecideReception, decide_reception
from admissions.domain.assessing import Rules
from admissions.domain.reception import Ground
from admissions.domain.reception_sentences import appeal_said, ground_said
from admissions.domain.receptions import ReceptionRefused
from admissions.messages import fault
from admissions.pages.application_view import Seen
from admissions.pages.application_words import APPLICATION_WORDS as WORDS
from admissions.queries import receptions as queries
from shared.auth import Caller
from shared.forms import Form, read_form
from shared.service import Parts
from shared.texts import Text
from shared.work import ConcurrentChange

Page = Callable[[str, Parts, Request, Caller, UUID, Form[Any]], Awaitable[Response]]
_MOST_REASON: Final = 2_000
GROUNDS: Final = [(ground.value, WORDS[f"ground_{ground.value}"]) for ground in Ground]


class Decided(BaseModel):
    """A decision as entered. `version`: the one that was read, so that nobody decides over another's head."""

    year: int = Field(ge=2020, le=2100)
    offering: str = Field(max_length=50)
    ground: Ground
    reason: str = Field(min_length=1, max_length=_MOST_REASON)
    on_appeal: bool = False
    version: int = Field(ge=0)

    def command(self, applicant: UUID, caller: Caller) -> DecideReception:
        """The decision itself."""
        return DecideReception(
            applicant=applicant,
            intake_year=self.year,
            offering=self.offering,
            ground=self.ground,
            reason=self.reason,
            on_appeal=self.on_appeal,
            version=self.version,
            municipality=caller.municipality,
            by=caller.subject,
        )


def add(routes: APIRouter, region: str, parts: Parts, page: Page) -> None:
    """Let those who may write decide on the page of an application."""

    @routes.post("/{applicant}/reception")
    async def decide(
        request: Request, applicant: UUID, caller: Annotated[Caller, Depends(parts.entrance("receptions:decide"))]
    ) -> Response:
        form = await read_form(request, Decided)
        if form.value is not None:
            year = form.value.year
            try:
                await decide_reception(form.value.command(applicant, caller), parts.unit_of_work)
            except ReceptionRefused as refused:
                form.fault("", _refused(refused))
            except ConcurrentChange:
                form.fault("", _CHANGED)
            else:
                there = f"/office/applications/{applicant}?year={year}"
                return parts.pages.see_other(request, there, notice="reception_decided")
        return await page(region, parts, request, caller, applicant, form)


async def shown(connection: AsyncConnection, found: Seen, caller: Caller, rules: Rules | None) -> dict[str, Any]:
    """What the page tells of reception: each version with its ground, and the home municipality's opinion."""
    applicant, year = found.about.applicant, found.intake_year
    hidden = found.about.protected
    opinion = await queries.opinion(connection, applicant, year, caller.municipality, rules) if rules else None
    return {
        # a ground tells where somebody lives, so who is protected shows none
        "versions": [] if hidden else await queries.versions(connection, applicant, year),
        "opinion": opinion,
        "grounds": GROUNDS,
        "ground_said": lambda ground: ground_said(Ground(ground)),
        "appeal_said": lambda ground, source, organiser: appeal_said(Ground(ground), source, organiser),
        "may_decide": "receptions:decide" in caller.scopes,
    }


def _refused(refused: ReceptionRefused) -> Text:
    found = fault(refused.code)
    return Text(sv=found.sv, en=found.en)


_CHANGED: Final = Text(
    sv="Någon annan har beslutat om mottagandet sedan du öppnade sidan. Läs beslutet och skicka igen om det behövs.",
    en="Somebody else has decided on the reception since you opened the page. Read it and send again if needed.",
)
