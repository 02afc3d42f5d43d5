"""An applicant's own reply to an offer: the same event, inbox and handler as when the home municipality sends it."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

from admissions.adapters import places
from admissions.commands import take_replies
from admissions.domain.replies import Answer, Place, ReplyRefused, Status
from shared import inbox
from shared.events import Incoming
from shared.work import ConcurrentChange, UnitOfWork

REPLIED: Final = "se.samverk.admissions.reply.given.v1"
_SOURCE: Final = "/samverk/admissions"
_RECEIPTS: Final = UUID("6f0c8f2e-3a41-4d52-9a8c-5b1d2f7f1b10")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerOffer:
    """`revision`: one more than that of the last answer the applicant has seen, so that nothing is answered twice."""

    region: str
    applicant: UUID
    intake_year: int
    answer: Answer
    revision: int


def receipt(applicant: UUID, intake_year: int, revision: int) -> UUID:
    """The number of the receipt, which is also the event's id."""
    return uuid5(_RECEIPTS, f"{applicant}:{intake_year}:{revision}")


async def answer_offer(command: AnswerOffer, unit_of_work: UnitOfWork) -> UUID:
    """The receipt. Raises ReplyRefused, NoRules, and ConcurrentChange when another answer has come meanwhile."""
    key: places.Key = (str(command.applicant), command.intake_year)
    async with unit_of_work() as work:
        place = (await places.load(work.connection, {key})).get(key)
        if place is None:
            raise ReplyRefused("no_offer")
        made = receipt(command.applicant, command.intake_year, command.revision)
        if command.revision <= place.revision:
            if answered(place) is not command.answer:
                raise ConcurrentChange
            return made
        event = _event(command, place, made, work.now.isoformat(timespec="milliseconds"))
        await inbox.enter(work.connection, [event])
        await take_replies(work, [event], region=command.region)
        if work.refused:
            raise ReplyRefused(work.refused[0].reason)
    return made


def answered(place: Place) -> Answer | None:
    """What the place says was answered last; None when nothing was."""
    if place.status is Status.OFFERED:
        return None
    if place.status is Status.VACATED:
        return Answer.DECLINE
    return Answer.ACCEPT_AND_STAY if place.stays else Answer.ACCEPT


def _event(command: AnswerOffer, place: Place, made: UUID, replied_at: str) -> Incoming:
    applicant = str(command.applicant)
    return Incoming(
        id=str(made),
        type=REPLIED,
        source=_SOURCE,
        subject=applicant,
        time=None,
        data={
            "applicant": applicant,
            "intake_year": command.intake_year,
            "answer": command.answer.value,
            "replied_at": replied_at,
            "revision": command.revision,
        },
        municipality=place.home,
        topic=f"in.{place.home}.admissions",
        partition=-1,
        offset=-1,
        key=applicant.encode(),
        traceparent=None,
    )
