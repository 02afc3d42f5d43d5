"""The applicant's own page: choices, merit sum, explanations, place in queues, and the reply to an offer."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from admissions.commands.replies import AnswerOffer, answer_offer, receipt
from admissions.domain.reception import Ground
from admissions.domain.reception_sentences import appeal_said, ground_said
from admissions.domain.replies import Answer, ReplyRefused
from admissions.domain.rounds import named, reply_by
from admissions.messages import fault
from admissions.pages.application_view import Seen, seen
from admissions.pages.own_words import OWN_WORDS as WORDS
from admissions.pages.tools import SHOWN, rules_of, today
from admissions.queries import pages_application as queries
from admissions.queries.applicants import Wanted
from shared.auth import Caller
from shared.forms import Form, blank, read_form
from shared.problems import Problem
from shared.service import Parts
from shared.texts import Text
from shared.work import ConcurrentChange

ANSWERS: Final = (Answer.ACCEPT, Answer.ACCEPT_AND_STAY, Answer.DECLINE)


class Reply(BaseModel):
    """The reply as entered. `revision`: one more than the last reply that the page knew of."""

    answer: Answer
    year: int = Field(ge=2020, le=2100)
    revision: int = Field(ge=1)

    def command(self, region: str, applicant: UUID) -> AnswerOffer:
        """The reply itself."""
        return AnswerOffer(
            region=region, applicant=applicant, intake_year=self.year, answer=self.answer, revision=self.revision
        )


def router(region: str, parts: Parts) -> APIRouter:
    """The applicant's own page; the subject of the token is the applicant's id."""
    routes = APIRouter(include_in_schema=False, prefix="/my")
    own = Depends(parts.entrance("admissions:own"))

    @routes.get("")
    async def mine(request: Request, caller: Annotated[Caller, own]) -> Response:
        return await _page(region, parts, request, caller, blank())

    @routes.post("/reply")
    async def reply(request: Request, caller: Annotated[Caller, own]) -> Response:
        form = await read_form(request, Reply)
        if form.value is None:
            form.faults = {"answer": [WORDS["choose_answer"]]}
            return await _page(region, parts, request, caller, form)
        try:
            await answer_offer(form.value.command(region, _applicant(caller)), parts.unit_of_work)
        except ReplyRefused as refused:
            found = fault(refused.code)
            form.fault("", Text(sv=found.sv, en=found.en))
        except ConcurrentChange:
            form.fault("", _ANSWERED)
        else:
            return parts.pages.see_other(request, "/my", notice="replied")
        return await _page(region, parts, request, caller, form)

    return routes


def _applicant(caller: Caller) -> UUID:
    try:
        return UUID(caller.subject)
    except ValueError:
        raise Problem.of(403, _NOT_AN_APPLICANT) from None


async def _page(region: str, parts: Parts, request: Request, caller: Caller, form: Form[Any]) -> Response:
    applicant, found, in_force = _applicant(caller), None, None
    async with parts.unit_of_work.read() as connection:
        year = await queries.year_of(connection, applicant)
        if year is not None:
            in_force = rules_of(region, year)
            wanted = Wanted(intake_year=year, municipality=None, today=today(parts), applicant=applicant)
            found = await seen(connection, in_force, wanted, applicant, own=True)
    context: dict[str, Any] = {
        "seen": found,
        "form": form,
        "programmes": in_force.programmes if in_force else {},
        "ground_said": lambda ground: ground_said(Ground(ground)),
        "appeal_said": lambda ground, source, organiser: appeal_said(Ground(ground), source, organiser),
    }
    if found and found.place and in_force:
        context |= _offer(found, reply_by(named(found.place["round"]), in_force.calendar), parts)
    status = 422 if form.faults else 200
    return parts.pages.render(request, "my.html", status=status, caller=caller, **SHOWN, **context)


def _offer(found: Seen, last_day: Any, parts: Parts) -> dict[str, Any]:
    place = found.place
    chosen = next((each for each in found.choices if each.choice.offering == place["offering"]), None)
    open_ = place["status"] == "accepted" or (place["status"] == "offered" and today(parts) <= last_day)
    return {
        "chosen": chosen,
        "last_day": last_day,
        "may_reply": open_,
        "answers": [(answer.value, WORDS[f"answer_{answer}"], WORDS[f"answer_{answer}_what"]) for answer in ANSWERS],
        "receipt": receipt(found.about.applicant, found.intake_year, place["revision"]) if place["revision"] else None,
    }


_ANSWERED: Final = Text(
    sv="Ett annat svar har kommit sedan du öppnade sidan. Läs det, och svara igen om du vill ändra dig.",
    en="Another reply has come since you opened the page. Read it, and reply again if you want to change it.",
)
_NOT_AN_APPLICANT: Final = Text(
    sv="Inloggningen hör inte till någon sökande.", en="The log-in does not belong to an applicant."
)
