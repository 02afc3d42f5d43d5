"""How applicants answer their offers."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from samverk.demo import reports
from samverk.demo.cast import Applicant, Cast
from samverk.demo.reports import Report

# Of those with an offer: accept (some stay in reserve on higher choices), decline, and the silent rest.
_ACCEPT, _DECLINE = 0.94, 0.035
_STAY = 0.75


def replies(cast: Cast, offered: Mapping[str, Mapping[str, Any]], first: date, last: date) -> list[Report]:
    """Answers to offers (the admitting decision by applicant), spread over the days; the silent send none."""
    days = (last - first).days + 1
    made = []
    for number, each in enumerate(each for each in cast.applicants if each.id in offered):
        answer = _answer(each, higher=int(offered[each.id]["rank"]) > 1)
        if answer is not None:
            at = reports.moment(first + timedelta(days=number % days), number)
            made.append(reports.reply(cast, each, answer, at))
    return made


def admitted(decisions: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The admitting decision of each applicant who has one."""
    return {str(row["applicant"]): row for row in decisions if row["outcome"] == "admitted"}


def _answer(each: Applicant, *, higher: bool) -> str | None:
    if each.mood < _ACCEPT:
        return "accept_and_stay" if higher and each.mood < _ACCEPT * _STAY else "accept"
    return "decline" if each.mood < _ACCEPT + _DECLINE else None
