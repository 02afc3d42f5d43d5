"""What is said of follow-up cases."""

from typing import Any, Final

from guidance.domain.cases import Case, News
from shared.events import Outgoing

CASE_OPENED: Final = "se.samverk.guidance.case.opened.v1"
CASE_CLOSED: Final = "se.samverk.guidance.case.closed.v1"
SAYS: Final = (CASE_OPENED, CASE_CLOSED)


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
