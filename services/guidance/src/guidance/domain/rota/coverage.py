"""Which hours must be covered by how many, and which of them are not."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final
from uuid import UUID

from guidance.domain.rota.clock import DAY, midnight, moment, wall
from guidance.domain.rota.layers import MINUTES_OF_DAY, Window, clipped
from guidance.domain.times import Period

AHEAD: Final = timedelta(days=7)


class RequirementWrong(Exception):
    """The requirement cannot be used: it needs hours that end after they begin, and at least one counsellor."""

    sv = "Kravet går inte att använda: det behöver tider som slutar efter att de börjat och minst en vägledare."


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """`number` counsellors in these hours, of this municipality and language; None is any."""

    requirement: UUID
    name: str
    municipality: str | None
    language: str | None
    windows: tuple[Window, ...]
    number: int
    starts_on: date
    ends_on: date | None
    off_on_holidays: bool


@dataclass(frozen=True, slots=True)
class Presence:
    """A counsellor on duty for a time, less what keeps them from it (absence, sessions)."""

    counsellor: UUID
    municipality: str
    languages: tuple[str, ...]
    period: Period
    away: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """A time in which so many are missing."""

    period: Period
    missing: int


def check(requirement: Requirement) -> Requirement:
    """The requirement, if it can be used. Raises RequirementWrong."""
    right = (
        requirement.number > 0
        and bool(requirement.windows)
        and (requirement.ends_on is None or requirement.starts_on <= requirement.ends_on)
        and all(0 <= w.weekday <= 6 and 0 <= w.begins < w.ends <= MINUTES_OF_DAY for w in requirement.windows)
    )
    if not right:
        raise RequirementWrong
    return requirement


def required(requirement: Requirement, within: Period, closed: AbstractSet[date]) -> Iterator[Period]:
    """The times that must be covered and touch the period, whole and in order."""
    day = max(wall(within.starts_at).date() - DAY, requirement.starts_on)
    last = wall(within.ends_at).date()
    if requirement.ends_on is not None:
        last = min(last, requirement.ends_on)
    while day <= last:
        if not (requirement.off_on_holidays and day in closed):
            for begins, ends in clipped(requirement.windows, midnight(day), midnight(day + DAY)):
                period = Period(moment(begins), moment(ends))
                if period.starts_at < period.ends_at and period.overlaps(within):
                    yield period
        day += DAY


def gaps(requirement: Requirement, present: Sequence[Presence], within: Period, closed: AbstractSet[date]) -> list[Gap]:
    """Where too few are on duty, of the required times that touch the period; a counsellor counts once."""
    counted = [each for each in present if _counts(requirement, each)]
    found: list[Gap] = []
    for period in required(requirement, within, closed):
        found += _of_time(requirement.number, period, [each for each in counted if each.period.overlaps(period)])
    return found


def hours(found: Iterable[Gap], within: Period) -> float:
    """How many hours of the period lie in some gap; where gaps overlap each other they count once."""
    total, reached = timedelta(0), within.starts_at
    for gap in sorted(found):
        begins, ends = max(gap.period.starts_at, reached), min(gap.period.ends_at, within.ends_at)
        if begins < ends:
            total, reached = total + (ends - begins), ends
    return total / timedelta(hours=1)


def _counts(requirement: Requirement, present: Presence) -> bool:
    return requirement.municipality in (None, present.municipality) and (
        requirement.language is None or requirement.language in present.languages
    )


def _of_time(number: int, period: Period, present: Sequence[Presence]) -> list[Gap]:
    """Between two moments at which somebody comes or goes the number is the same."""
    bounds = {period.starts_at, period.ends_at}
    for each in present:
        for part in (each.period, *each.away):
            bounds |= {
                moment for moment in (part.starts_at, part.ends_at) if period.starts_at < moment < period.ends_at
            }
    found: list[Gap] = []
    ordered = sorted(bounds)
    for begins, ends in pairwise(ordered):
        missing = number - len({each.counsellor for each in present if _there(each, Period(begins, ends))})
        if missing <= 0:
            continue
        if found and found[-1].missing == missing and found[-1].period.ends_at == begins:
            found[-1] = Gap(Period(found[-1].period.starts_at, ends), missing)
        else:
            found.append(Gap(Period(begins, ends), missing))
    return found


def _there(present: Presence, part: Period) -> bool:
    return present.period.covers(part) and not any(away.overlaps(part) for away in present.away)
