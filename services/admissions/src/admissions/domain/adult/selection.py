"""Who is admitted to a start when not all can be: rights first, then the five steps of VF 3:7.

Those with a right are never selected among: all of them are admitted, also beyond the seats, and the organiser is told
that seats are missing. The rest compete for what is left, in the order of the steps; inside a step the region's own
order decides.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from hashlib import blake2b
from typing import Any, Final

from admissions.domain.adult.facts import Facts, Need


class Step(IntEnum):
    """The statutory order (VF 3:7); those who fit none come last (SL 20:2: greatest need first)."""

    BEGUN_UNDER_PLAN = 1
    NO_UPPER_SECONDARY = 2
    UNEMPLOYED = 3
    PRESENT_WORK = 4
    PLANNED_OCCUPATION = 5
    NONE = 6


def step(facts: Facts) -> Step:
    """The first step that fits."""
    if facts.begun_under_plan:
        return Step.BEGUN_UNDER_PLAN
    if not facts.completed_upper_secondary:
        return Step.NO_UPPER_SECONDARY
    return _BY_NEED[facts.need]


_BY_NEED: Final = {
    Need.UNEMPLOYED: Step.UNEMPLOYED,
    Need.AT_RISK: Step.UNEMPLOYED,
    Need.PRESENT_WORK: Step.PRESENT_WORK,
    Need.PLANNED_OCCUPATION: Step.PLANNED_OCCUPATION,
    Need.NONE: Step.NONE,
}


class Detail(StrEnum):
    """What a region may order by inside a step."""

    SHORTEST_EDUCATION = "shortest_education"
    SUBMITTED_FIRST = "submitted_first"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One who may be admitted: has a right, or is eligible with the cost undertaken."""

    application: str
    has_right: bool
    facts: Facts
    submitted_at: datetime


class Outcome(StrEnum):
    ADMITTED = "admitted"
    RESERVE = "reserve"


@dataclass(frozen=True, slots=True)
class Selected:
    """What became of a candidate; `step` is None for a right, `queue` counts from 1 among reserves."""

    application: str
    outcome: Outcome
    step: Step | None
    queue: int | None


def select(candidates: Sequence[Candidate], seats: int, *, details: Sequence[Detail], lot: str) -> list[Selected]:
    """Decide for all candidates of a start with so many seats left. `lot` names the draw that settles what is equal."""
    rights = [candidate for candidate in candidates if candidate.has_right]
    order = sorted((c for c in candidates if not c.has_right), key=lambda c: _priority(c, details, lot))
    left = max(seats - len(rights), 0)
    admitted = [Selected(c.application, Outcome.ADMITTED, None, None) for c in rights]
    admitted += [Selected(c.application, Outcome.ADMITTED, step(c.facts), None) for c in order[:left]]
    reserves = [
        Selected(c.application, Outcome.RESERVE, step(c.facts), place) for place, c in enumerate(order[left:], start=1)
    ]
    return admitted + reserves


def _priority(candidate: Candidate, details: Sequence[Detail], lot: str) -> tuple[Any, ...]:
    drawn = blake2b(candidate.application.encode(), key=lot.encode()[:64], digest_size=8).digest()
    return (step(candidate.facts), *(_DETAILS[detail](candidate) for detail in details), drawn)


_DETAILS: Final[dict[Detail, Callable[[Candidate], Any]]] = {
    Detail.SHORTEST_EDUCATION: lambda candidate: candidate.facts.education_years,
    Detail.SUBMITTED_FIRST: lambda candidate: candidate.submitted_at,
}
