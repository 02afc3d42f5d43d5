"""A decision on reception (mottagande): made by organiser or office, changed on appeal, in versions.

It stands before what the rules propose. Only the ground is chosen; first or second hand follows from it. What the
appeal board (Skolväsendets överklagandenämnd, SL 28:12) has decided stands against all but itself.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from admissions.domain.reception import Ground, Hand


class Source(StrEnum):
    """Who decided."""

    ORGANISER = "organiser"
    OFFICE = "office"
    APPEAL = "appeal"


class ReceptionRefused(Exception):
    """The decision cannot be made. `code` is one of decided_on_appeal, nothing_changed, reason_missing."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One version, from 1. `reason`: why, in the decider's own words; `decided_by`: a municipality or a subject.

    `revision`: of the organiser's report, None when it came through the door.
    """

    applicant: str
    intake_year: int
    offering: str
    version: int
    ground: Ground
    reason: str
    source: Source
    decided_by: str
    decided_on: date
    revision: int | None = None

    @property
    def hand(self) -> Hand:
        """First or second."""
        return self.ground.hand


def follows(before: Decision | None, made: Decision) -> Decision:
    """`made` as the version after `before`. Raises ReceptionRefused."""
    if not made.reason.strip():
        raise ReceptionRefused("reason_missing")
    if before is None:
        return replace(made, version=1)
    if before.source is Source.APPEAL and made.source is not Source.APPEAL:
        raise ReceptionRefused("decided_on_appeal")
    if (before.ground, before.reason, before.source) == (made.ground, made.reason, made.source):
        raise ReceptionRefused("nothing_changed")
    return replace(made, version=before.version + 1)
