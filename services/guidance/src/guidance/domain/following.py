"""How an open case is followed: who is in charge, what was tried, what comes next, and how it ends."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from heapq import heapify, heapreplace
from uuid import UUID

from guidance.domain.cases import Case, Outcome, Status


class NotOpen(Exception):
    """The case is closed; only an open case can be followed."""

    sv = "Ärendet är stängt; bara ett öppet ärende kan följas upp."


class NotInCharge(Exception):
    """Another counsellor is in charge of the case; ask for it to be handed over, or let a coordinator do it."""

    sv = "En annan vägledare ansvarar för ärendet; be om att få det överlämnat, eller låt en samordnare göra det."


class NotGuided(Exception):
    """No session has been held in the case, so it can't be closed as guided; choose another outcome."""

    sv = "Inget samtal har hållits i ärendet, så det kan inte stängas som väglett; välj ett annat utfall."


class DueInThePast(Exception):
    """The next step would be due before today; choose today or a later day."""

    sv = "Nästa steg skulle ha varit klart före i dag; välj i dag eller en senare dag."


class ContactAhead(Exception):
    """The contact has not taken place yet; write when it did."""

    sv = "Kontakten har inte ägt rum än; skriv när den gjorde det."


class Way(StrEnum):
    """How somebody was contacted."""

    PHONE = "phone"
    TEXT_MESSAGE = "text_message"
    LETTER = "letter"
    MAIL = "mail"
    VIDEO = "video"
    VISIT = "visit"
    SCHOOL = "school"
    GUARDIAN = "guardian"


class Reached(StrEnum):
    """What came of it."""

    TALKED = "talked"
    LEFT_MESSAGE = "left_message"
    NO_ANSWER = "no_answer"
    BOOKED_SESSION = "booked_session"
    DECLINED = "declined"


class Step(StrEnum):
    """What comes next. A closed set: what is written in free words is confidential and belongs in a note."""

    CALL = "call"
    MEET = "meet"
    LOVSKOLA = "lovskola"
    APPLY_INTRODUCTION = "apply_introduction"
    APPLY_OTHER = "apply_other"
    APPLY_KOMVUX = "apply_komvux"
    AWAIT_RESERVE = "await_reserve"
    TALK_TO_SCHOOL = "talk_to_school"
    HAND_OVER = "hand_over"


@dataclass(frozen=True, slots=True)
class Next:
    """The next step, and the last day for it."""

    step: Step
    due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody was contacted, or it was tried."""

    contact: UUID
    at: datetime
    way: Way
    reached: Reached


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts: a counsellor (None for staff who are none), of a municipality (None: the region's), a coordinator?"""

    counsellor: UUID | None
    municipality: str | None
    coordinates: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """A counsellor with so many open cases."""

    counsellor: UUID
    municipality: str
    open_cases: int


def check_contact(case: Case, contact: Contact, following: Next | None, *, now: datetime, today: date) -> None:
    """Raises NotOpen, ContactAhead and DueInThePast."""
    if case.status is not Status.OPEN:
        raise NotOpen
    if contact.at > now:
        raise ContactAhead
    check_next(case, following, today=today)


def check_next(case: Case, following: Next | None, *, today: date) -> None:
    """Raises NotOpen and DueInThePast."""
    if case.status is not Status.OPEN:
        raise NotOpen
    if following is not None and following.due < today:
        raise DueInThePast


def hand_over(case: Case, to: UUID, *, by: Actor) -> Case:
    """The case with another in charge. One that nobody has may be taken. Raises NotOpen and NotInCharge."""
    if case.status is not Status.OPEN:
        raise NotOpen
    taken = case.counsellor is None and to == by.counsellor
    if not (taken or in_charge(case, by)):
        raise NotInCharge
    return replace(case, counsellor=to)


def close(case: Case, outcome: Outcome, *, by: Actor, now: datetime) -> Case:
    """The case, closed. Raises NotOpen, NotInCharge and NotGuided."""
    if case.status is not Status.OPEN:
        raise NotOpen
    if not in_charge(case, by):
        raise NotInCharge
    if outcome is Outcome.GUIDED and case.guided_at is None:
        raise NotGuided
    return replace(case, status=Status.CLOSED, closed_at=now, outcome=outcome)


def in_charge(case: Case, by: Actor) -> bool:
    """Whether they may decide over the case: its counsellor, or a coordinator."""
    return by.coordinates or (by.counsellor is not None and by.counsellor == case.counsellor)


def share_out(waiting: Sequence[tuple[UUID, str]], desks: Iterable[Desk]) -> Mapping[UUID, UUID]:
    """Who gets which case (id, home municipality): each goes to the one with fewest open cases in its municipality.

    Cases of a municipality without counsellors are left out; a coordinator decides who helps.
    """
    queues: dict[str, list[tuple[int, UUID]]] = {}
    for each in desks:
        queues.setdefault(each.municipality, []).append((each.open_cases, each.counsellor))
    for queue in queues.values():
        heapify(queue)
    given = {}
    for case, municipality in waiting:
        desk = queues.get(municipality)
        if desk:
            number, counsellor = desk[0]
            heapreplace(desk, (number + 1, counsellor))
            given[case] = counsellor
    return given
