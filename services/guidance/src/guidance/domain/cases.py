"""Follow-up of applicants without a place: one case per applicant and intake year.

Admissions' events may arrive in any order, so what each of them said is kept and the case follows from all of it:
a case is open when the newest word is that the applicant has no place. Rounds decide which word is newer
(preliminary, final, reserve-1, reserve-2, …); an accepted place names no round and is compared by when it was said.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class Status(StrEnum):
    """`none`: the applicant got a place before any need of a case was heard of."""

    NONE = "none"
    OPEN = "open"
    CLOSED = "closed"


class Cause(StrEnum):
    """Why the applicant has no place."""

    INELIGIBLE = "ineligible"
    NO_PLACE = "no_place"


class Outcome(StrEnum):
    """How a case ended. `placed` follows from admissions' words too, all others are a counsellor's."""

    PLACED = "placed"
    LOVSKOLA = "lovskola"
    INTRODUCTION_PROGRAMME = "introduction_programme"
    KOMVUX = "komvux"
    OTHER_EDUCATION = "other_education"
    WORK = "work"
    MOVED = "moved"
    HANDED_OVER = "handed_over"
    GUIDED = "guided"
    DECLINED_HELP = "declined_help"
    NOT_REACHED = "not_reached"


# Whoever was to come back with better grades, or was only talked to, is followed again when a later round has no place.
_MAY_OPEN_AGAIN = frozenset({Outcome.LOVSKOLA, Outcome.GUIDED})


class News(StrEnum):
    """What the region is told of a case."""

    OPENED = "opened"
    CLOSED = "closed"
    GUIDED = "guided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    """A round left the applicant without a place; what is missing and which programmes still have seats."""

    round: int
    said_at: datetime
    cause: Cause
    missing_subjects: tuple[str, ...]
    open_programmes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """A binding round gave the applicant a place."""

    round: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The applicant accepted a place in an offering, which begins on a day."""

    said_at: datetime
    starts_on: date | None = None
    offering: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What admissions said about one applicant."""

    applicant: UUID
    intake_year: int
    home_municipality: str
    said: Unplaced | Admitted | Accepted

    @property
    def key(self) -> tuple[UUID, int]:
        """Whose case it concerns."""
        return self.applicant, self.intake_year


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An applicant's follow-up in an intake year.

    `unplaced`, `admitted_round` and `accepted_at` are the newest of their kind that was heard of. `counsellor` is in
    charge of it; `guided_at` is when the first held session was known of.
    """

    case: UUID
    applicant: UUID
    intake_year: int
    home_municipality: str
    status: Status = Status.NONE
    unplaced: Unplaced | None = None
    admitted_round: int | None = None
    accepted_at: datetime | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: Outcome | None = None
    counsellor: UUID | None = None
    guided_at: datetime | None = None


def round_order(name: str) -> int:
    """preliminary 0, final 1, reserve-1 2, and so on. The contract lets no other name through."""
    first = {"preliminary": 0, "final": 1}
    return first[name] if name in first else 1 + int(name.removeprefix("reserve-"))


def take(known: Case | None, word: Word, *, fresh: UUID, now: datetime) -> tuple[Case, News | None]:
    """The case after the word, and what to tell the region. `fresh` becomes the case's id when none is known.

    A word older than what is known changes nothing. A case closed because of a place opens again, under the same id,
    when a later round takes the applicant's hope away. A case that a counsellor closed stays closed, unless the
    applicant was to come back in a later round; a place is its outcome whatever it was closed as.
    """
    before = known or Case(
        case=fresh, applicant=word.applicant, intake_year=word.intake_year, home_municipality=word.home_municipality
    )
    heard = _heard(before, word.said)
    if heard is before:
        return before, None
    heard = replace(heard, home_municipality=word.home_municipality)
    needed = _needed(heard)
    if needed and _to_open(before, heard):
        return replace(heard, status=Status.OPEN, opened_at=now, closed_at=None, outcome=None), News.OPENED
    if not needed and before.status is not Status.NONE and before.outcome is not Outcome.PLACED:
        return replace(heard, status=Status.CLOSED, closed_at=now, outcome=Outcome.PLACED), News.CLOSED
    return heard, None


def _to_open(before: Case, heard: Case) -> bool:
    if before.status is not Status.CLOSED:
        return before.status is Status.NONE
    later = before.unplaced is None or (heard.unplaced is not None and heard.unplaced.round > before.unplaced.round)
    return before.outcome is Outcome.PLACED or (later and before.outcome in _MAY_OPEN_AGAIN)


def _heard(case: Case, said: Unplaced | Admitted | Accepted) -> Case:
    match said:
        case Unplaced():
            known = case.unplaced
            newer = known is None or (said.round, said.said_at) > (known.round, known.said_at)
            return replace(case, unplaced=said) if newer else case
        case Admitted():
            newer = case.admitted_round is None or said.round > case.admitted_round
            return replace(case, admitted_round=said.round) if newer else case
        case Accepted():
            newer = case.accepted_at is None or said.said_at > case.accepted_at
            return replace(case, accepted_at=said.said_at) if newer else case


def _needed(case: Case) -> bool:
    if case.unplaced is None:
        return False
    admitted = case.admitted_round is not None and case.admitted_round >= case.unplaced.round
    accepted = case.accepted_at is not None and case.accepted_at >= case.unplaced.said_at
    return not (admitted or accepted)
