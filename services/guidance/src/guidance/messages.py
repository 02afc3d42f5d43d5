"""What guidance says: events to the region, and faults to the one who reported. No names leave the service."""

from datetime import UTC, datetime
from typing import Any, Final

from guidance.domain.availability import Breach, Wrong
from guidance.domain.cases import Case, News
from guidance.domain.sessions import Session, SessionStatus
from shared.events import Outgoing
from shared.faults import Fault

CASE_OPENED: Final = "se.samverk.guidance.case.opened.v1"
CASE_CLOSED: Final = "se.samverk.guidance.case.closed.v1"
SESSION_BOOKED: Final = "se.samverk.guidance.session.booked.v1"
SESSION_CANCELLED: Final = "se.samverk.guidance.session.cancelled.v1"
SAYS: Final = (CASE_OPENED, CASE_CLOSED, SESSION_BOOKED, SESSION_CANCELLED)

_TEXTS: Final = {
    Wrong.BACKWARDS: (
        "Period {index} slutar innan den börjar eller är tom; rätta så att ends_at kommer efter starts_at.",
        "Period {index} ends before it begins or is empty; mend it so that ends_at comes after starts_at.",
    ),
    Wrong.TOO_LONG: (
        "Period {index} är längre än ett dygn; dela den i en period för varje dag.",
        "Period {index} is longer than a day and a night; split it into one period for each day.",
    ),
    Wrong.OVERLAPS: (
        "Period {index} överlappar period {other}; slå ihop dem eller flytta den ena.",
        "Period {index} overlaps period {other}; make them one or move one of them.",
    ),
    Wrong.NOT_YOURS: (
        "Vägledarens id är redan rapporterat av en annan kommun; använd ett id som är ert eget.",
        "The counsellor's id was first reported by another municipality; use an id of your own.",
    ),
}


def fault(breach: Breach) -> Fault:
    """The breach as its reporter reads it, in Swedish and English. Periods are counted from 0, as the pointer does."""
    sv, en = _TEXTS[breach.wrong]
    field = "/counsellor" if breach.wrong is Wrong.NOT_YOURS else f"/periods/{breach.index}"
    numbers = {"index": breach.index, "other": breach.other}
    return Fault(field, breach.wrong, sv.format(**numbers), en.format(**numbers))


def of_case(case: Case, news: News, trace: str | None) -> Outgoing:
    """A case opened, with what is missing, or closed because of a place; in the trace of what caused it."""
    data: dict[str, Any] = {
        "case": str(case.case),
        "applicant": str(case.applicant),
        "home_municipality": case.home_municipality,
        "intake_year": case.intake_year,
    }
    if news is News.CLOSED:
        closed = data | {"outcome": "placed"}
        return Outgoing(type=CASE_CLOSED, subject=str(case.case), data=closed, traceparent=trace)
    assert case.unplaced is not None  # that is why it is open
    need = {
        "cause": case.unplaced.cause.value,
        "missing_subjects": list(case.unplaced.missing_subjects),
        "open_programmes": list(case.unplaced.open_programmes),
    }
    return Outgoing(type=CASE_OPENED, subject=str(case.case), data=data | need, traceparent=trace)


def of_session(session: Session) -> Outgoing:
    """A session booked or cancelled."""
    data = {
        "session": str(session.session),
        "case": str(session.case),
        "applicant": str(session.applicant),
        "counsellor": str(session.counsellor),
        "counsellor_municipality": session.counsellor_municipality,
        "home_municipality": session.home_municipality,
        "starts_at": utc(session.time.starts_at),
        "ends_at": utc(session.time.ends_at),
        "channel": session.channel.value,
    }
    kind = SESSION_BOOKED if session.status is SessionStatus.BOOKED else SESSION_CANCELLED
    return Outgoing(type=kind, subject=str(session.session), data=data)


def utc(moment: datetime) -> str:
    """RFC 3339 in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
