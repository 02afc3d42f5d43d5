"""Goals, figures and surveys: small groups stay hidden, and a survey's answers belong to nobody."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar

K = TypeVar("K", bound=Hashable)

# Groups under this size are hidden, so that nobody can be recognised.
LEAST: Final = 5


class PeriodBackwards(Exception):
    """The period ends before it begins; mend one of the days."""

    sv = "Perioden slutar innan den börjar; rätta en av dagarna."


class AnswersDoNotFit(Exception):
    """Answer every question with one of the numbers it gives."""

    sv = "Besvara varje fråga med ett av talen som den anger."


class AlreadyAnswered(Exception):
    """The survey has already been answered through this link."""

    sv = "Enkäten har redan besvarats genom den här länken."


class Measured(StrEnum):
    """What a goal may be set for."""

    WAITING_DAYS = "waiting_days"
    COVERAGE = "coverage"
    NO_SHOW = "no_show"
    ACROSS_BORDERS = "across_borders"
    SATISFACTION = "satisfaction"
    SESSIONS = "sessions"
    CLOSED_WITH_PATH = "closed_with_path"


# Where less is better.
_LOWER_IS_BETTER: Final = frozenset({Measured.WAITING_DAYS, Measured.NO_SHOW})


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Days, the last one included."""

    begins: date
    ends: date

    def __post_init__(self) -> None:
        if self.ends < self.begins:
            raise PeriodBackwards


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What is to be reached in a period; by the region, or by one municipality."""

    measured: Measured
    span: Span
    target: float
    municipality: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """A goal and where it stands; `actual` is None when there is nothing to measure, or too little to show."""

    goal: Goal
    actual: float | None

    @property
    def reached(self) -> bool | None:
        """Whether it is reached as of now."""
        if self.actual is None:
            return None
        if self.goal.measured in _LOWER_IS_BETTER:
            return self.actual <= self.goal.target
        return self.actual >= self.goal.target


def shown(groups: Mapping[K, int], least: int = LEAST) -> frozenset[K]:
    """The groups that may be shown beside their total.

    Those under `least` are hidden. Were only one hidden, or all hidden ones together still under `least`, the total
    would give them away; then the smallest of the others is hidden too.
    """
    ordered = sorted((size, position, key) for position, (key, size) in enumerate(groups.items()))
    hidden = [key for size, _, key in ordered if 0 < size < least]
    rest = [key for size, _, key in ordered if size >= least]
    while hidden and rest and (len(hidden) == 1 or sum(groups[key] for key in hidden) < least):
        hidden.append(rest.pop(0))
    return frozenset(groups) - frozenset(hidden)


def share(part: int, whole: int) -> float | None:
    """Part of whole between 0 and 1; None of nothing."""
    return part / whole if whole else None


def median(values: Sequence[float]) -> float | None:
    """The middle value, or the mean of the two; None of none."""
    if not values:
        return None
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def check_answers(answers: Sequence[int], scales: Sequence[int]) -> None:
    """One answer to each question, from 1 to the end of its scale. Raises AnswersDoNotFit."""
    if len(answers) != len(scales) or any(not 1 <= a <= most for a, most in zip(answers, scales, strict=True)):
        raise AnswersDoNotFit


def month_of(day: date) -> date:
    """The first day of its month: the finest time that is kept of an answer."""
    return day.replace(day=1)
