"""What admissions says of adult education, and faults to those who reported."""

from datetime import datetime
from typing import Final

from admissions.domain.adult.applications import AdultApplication, Status
from admissions.domain.adult.standing import Kind
from shared.events import Outgoing
from shared.faults import Fault

FORWARDED: Final = "se.samverk.admissions.adult_application.forwarded.v1"
REGISTERED: Final = "se.samverk.admissions.adult_opinion.registered.v1"
DECIDED: Final = "se.samverk.admissions.adult_application.decided.v1"
SAYS: Final = (FORWARDED, REGISTERED, DECIDED)

_FAULTS: Final = {
    "other_home_municipality": (
        "/application",
        "Ansökans UUID används redan av en annan kommun eller en annan sökande; använd ett eget UUID.",
        "The application's UUID is already used by another municipality or applicant; use one of your own.",
    ),
    "adult_decided": (
        "/application",
        "Ansökan är redan avgjord eller avslutad; lämna en ny ansökan, eller ta tillbaka den med withdrawn.",
        "The application is already decided or ended; hand in a new one, or take it back with withdrawn.",
    ),
    "unknown_application": (
        "/application",
        "Ansökan är inte känd; skicka ansökan före det som rör den.",
        "The application is not known; send the application before what concerns it.",
    ),
    "not_home_municipality": (
        "/application",
        "Bara den sökandes hemkommun yttrar sig över ansökan.",
        "Only the applicant's home municipality gives an opinion on the application.",
    ),
    "opinion_not_needed": (
        "/application",
        "Inget yttrande behövs för ansökan; anordnaren beslutar ändå.",
        "No opinion is needed for the application; the organiser decides without one.",
    ),
    "must_undertake": (
        "/undertakes",
        "Åtagandet måste ges: den sökande har rätt till utbildningen eller särskilda skäl (20 kap. 21 a § skollagen).",
        "The undertaking must be given: the applicant has a right or special reasons (Education Act 20:21a).",
    ),
    "not_organiser": (
        "/application",
        "Bara kommunen som anordnar utbildningen rapporterar validering för ansökan.",
        "Only the municipality that gives the education reports validation for the application.",
    ),
    "start_twice": (
        "/starts",
        "Samma startdag står två gånger; slå ihop dem.",
        "The same first day stands twice; make them one.",
    ),
    "other_organiser": (
        "/course",
        "Kursens beteckning börjar med en annan kommuns kod; rapportera bara egna kurser.",
        "The course's name begins with another municipality's code; report only courses of your own.",
    ),
}
REASONS: Final = tuple(_FAULTS)


def fault(code: str) -> Fault:
    """The fault as its sender reads it."""
    field, sv, en = _FAULTS[code]
    return Fault(field, code, sv, en)


def forwarded(application: AdultApplication, standing: Kind, *, trace: str | None) -> Outgoing:
    """The application is with its organiser; whether the home municipality is asked first."""
    wanted = application.wanted
    data = {
        "application": application.application,
        "applicant": application.applicant,
        "home_municipality": application.home,
        "organiser": wanted.organiser,
        "course": wanted.course,
        "form": wanted.form.value,
        "from_day": wanted.from_day.isoformat(),
        "standing": standing.value,
        "needs_opinion": application.status is Status.WAITING,
        "undertaken_by": application.undertaken_by,
        "study_plan": application.study_plan,
    }
    return Outgoing(type=FORWARDED, subject=application.application, data=data, traceparent=trace)


def opinion_registered(application: AdultApplication, *, trace: str | None) -> Outgoing:
    """The organiser can decide now."""
    data = {
        "application": application.application,
        "home_municipality": application.home,
        "organiser": application.wanted.organiser,
        "undertaken_by": application.undertaken_by,
    }
    return Outgoing(type=REGISTERED, subject=application.application, data=data, traceparent=trace)


def decided(application: AdultApplication, *, at: datetime, trace: str | None) -> Outgoing:
    """What became of the application."""
    status = application.status
    data = {
        "application": application.application,
        "applicant": application.applicant,
        "home_municipality": application.home,
        "organiser": application.wanted.organiser,
        "course": application.wanted.course,
        "starts_on": application.decided_for.isoformat() if application.decided_for else None,
        "outcome": status.value,
        "reason": status.value if status is Status.WITHDRAWN else application.reason,
        "queue": application.queue,
        "undertaken_by": application.undertaken_by,
        "appealable": status is Status.NOT_RECEIVED,
        "decided_at": at.isoformat().replace("+00:00", "Z"),
    }
    return Outgoing(type=DECIDED, subject=application.application, data=data, traceparent=trace)
