"""What an applicant's answer does to the place they were offered."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum


class Answer(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"
    ACCEPT_AND_STAY = "accept_and_stay"


class Status(StrEnum):
    """Of a place: offered, accepted, or vacated (then its holder is out of the reserve rounds)."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    VACATED = "vacated"


class ReplyRefused(Exception):
    """The answer cannot be taken. `code` is one of no_offer, place_given_up, answered_late."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A seat given by a binding round. `stays`: also wants to stay in reserve on higher choices.

    `quota`: whose seat it is, when a quota's. `home` and `school` are the applicant's and the offering's
    municipalities; `revision` that of the last answer taken. `started_on`: as the school has notified, with the
    revisions of its last start and stop notices.
    """

    applicant: str
    intake_year: int
    offering: str
    programme: str
    home: str
    school: str
    round: str
    status: Status = Status.OFFERED
    stays: bool = False
    revision: int = 0
    quota: str | None = None
    started_on: date | None = None
    start_revision: int = 0
    stop_revision: int = 0


class Effect(StrEnum):
    """What others are told."""

    NOTHING = "nothing"
    ACCEPTED = "accepted"
    VACATED = "vacated"


def reply(
    place: Place | None, answer: Answer, revision: int, *, replied_on: date, reply_by: date
) -> tuple[Place, Effect]:
    """The place after the answer, and what changed. Raises ReplyRefused.

    An offer is answered by its last day; an accepted place may be given up on any day. An answer with a revision
    already seen changes nothing.
    """
    if place is None:
        raise ReplyRefused("no_offer")
    if revision <= place.revision:
        return place, Effect.NOTHING
    if place.status is Status.VACATED:
        raise ReplyRefused("place_given_up")
    if place.status is Status.OFFERED and replied_on > reply_by:
        raise ReplyRefused("answered_late")
    if answer is Answer.DECLINE:
        return replace(place, status=Status.VACATED, stays=False, revision=revision), Effect.VACATED
    effect = Effect.NOTHING if place.status is Status.ACCEPTED else Effect.ACCEPTED
    stays = answer is Answer.ACCEPT_AND_STAY
    return replace(place, status=Status.ACCEPTED, stays=stays, revision=revision), effect


class Silence(StrEnum):
    """What an offer that nobody answered becomes; regions differ. Accepted in silence keeps the reserve places."""

    DECLINE = "decline"
    ACCEPT = "accept"


def unanswered(place: Place, silence: Silence) -> tuple[Place, Effect]:
    """The place once the last day to answer has passed in silence."""
    if place.status is not Status.OFFERED:
        return place, Effect.NOTHING
    if silence is Silence.ACCEPT:
        return replace(place, status=Status.ACCEPTED, stays=True), Effect.ACCEPTED
    return replace(place, status=Status.VACATED, stays=False), Effect.VACATED
