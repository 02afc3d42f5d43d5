"""What is said of follow-up cases."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from guidance.domain.cases import Case, News, Outcome
from guidance.messages.times import utc
from shared.events import Incoming, Outgoing

CASE_OPENED: Final = "se.samverk.guidance.case.opened.v1"
CASE_GUIDED: Final = "se.samverk.guidance.case.guided.v1"
CASE_CLOSED_V1: Final = "se.samverk.guidance.case.closed.v1"
CASE_CLOSED: Final = "se.samverk.guidance.case.closed.v2"
SAYS: Final = (CASE_OPENED, CASE_GUIDED, CASE_CLOSED_V1, CASE_CLOSED)

# Version 1 knows these two outcomes only; it is said of them as before, beside version 2.
_IN_V1: Final = frozenset({Outcome.PLACED, Outcome.GUIDED})


def of_case(case: Case, news: News, cause: Incoming | None) -> Sequence[Outgoing]:
    """A case opened, with what is missing, or closed with its outcome; with what caused it."""
    if news is News.CLOSED:
        return _closed(case, cause)
    assert case.unplaced is not None  # that is why it is open
    need = {
        "cause": case.unplaced.cause.value,
        "missing_subjects": list(case.unplaced.missing_subjects),
        "open_programmes": list(case.unplaced.open_programmes),
    }
    return [Outgoing(type=CASE_OPENED, subject=str(case.case), data=_named(case) | need, cause=cause)]


def guided(case: Case, session: UUID) -> Outgoing:
    """A first session of the case was held."""
    assert case.guided_at is not None  # that is what is told
    data = _named(case) | {"session": str(session), "guided_at": utc(case.guided_at)}
    return Outgoing(type=CASE_GUIDED, subject=str(case.case), data=data)


def _closed(case: Case, cause: Incoming | None) -> Sequence[Outgoing]:
    assert case.outcome is not None  # a closed case has one
    data = _named(case) | {"outcome": case.outcome.value}
    types = [CASE_CLOSED_V1, CASE_CLOSED] if case.outcome in _IN_V1 else [CASE_CLOSED]
    return [Outgoing(type=kind, subject=str(case.case), data=data, cause=cause) for kind in types]


def _named(case: Case) -> dict[str, Any]:
    return {
        "case": str(case.case),
        "applicant": str(case.applicant),
        "home_municipality": case.home_municipality,
        "intake_year": case.intake_year,
    }
