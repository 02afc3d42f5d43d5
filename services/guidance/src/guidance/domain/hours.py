"""When a counsellor works: hours of the week, days that differ, and absence. Clock times are Swedish ones.

The clock changes on a Sunday night. Hours that begin at a time the clock skips in March begin when it has skipped;
hours that end in the hour October has twice end the second time it is shown. So nothing is lost, nothing exists twice.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final
from uuid import UUID

from guidance.domain.times import Period, first_moment, last_moment

LONGEST_ABSENCE: Final = timedelta(days=732)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekly:
    """Hours on one day of every week (1 Monday … 7 Sunday), from `valid_from` to and including `valid_until`."""

    weekday: int
    begins: time
    ends: time
    valid_from: date
    valid_until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether these are hours of that day."""
        until = self.valid_until or date.max
        return day.isoweekday() == self.weekday and self.valid_from <= day <= until


@dataclass(frozen=True, slots=True, kw_only=True)
class Exceptional:
    """Hours of one day instead of the weekly ones; without `begins` and `ends` the day is off."""

    day: date
    begins: time | None = None
    ends: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A counsellor's working hours and what else decides how many sessions a day can hold."""

    counsellor: UUID
    municipality: str
    weekly: tuple[Weekly, ...]
    exceptions: tuple[Exceptional, ...]
    absences: tuple[Period, ...]
    specialities: tuple[str, ...]
    max_per_day: int | None
    buffer_before: timedelta
    buffer_after: timedelta
    phone: str | None
    revision: int


class Wrong(StrEnum):
    """What can be wrong with working hours, beyond their shape."""

    BACKWARDS = "hours_backwards"
    OVERLAP = "hours_overlap"
    VALIDITY = "validity_backwards"
    HALF = "exception_half_given"
    MIXED = "exception_contradicts"
    ABSENCE = "absence_backwards"
    ABSENCE_LONG = "absence_too_long"
    UNKNOWN = "counsellor_not_reported"


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that hours break: which rule, in which list, and at which row."""

    wrong: Wrong
    list: str
    index: int


def of_day(
    day: date, weekly: Sequence[Weekly], exceptions: Sequence[Exceptional], closed: Collection[date]
) -> list[Period]:
    """The counsellor's periods of one day, in order. On a day in `closed` (a holiday) only an exception opens."""
    return spans_of(day, spans_at(day, weekly, exceptions, closed))


def spans_at(
    day: date, weekly: Sequence[Weekly], exceptions: Sequence[Exceptional], closed: Collection[date]
) -> list[tuple[time, time]]:
    """The clock times of one day: those of its exceptions if it has any, else those of the week."""
    own = [each for each in exceptions if each.day == day]
    if own:
        return [(each.begins, each.ends) for each in own if each.begins is not None and each.ends is not None]
    return [] if day in closed else [(each.begins, each.ends) for each in weekly if each.holds(day)]


def spans_of(day: date, spans: Sequence[tuple[time, time]]) -> list[Period]:
    """Clock times as periods in UTC; what the clock skips altogether leaves nothing."""
    periods = (Period(first_moment(day, begins), last_moment(day, ends)) for begins, ends in spans)
    return sorted(period for period in periods if period.starts_at < period.ends_at)


def with_weekly(hours: Hours, rows: Sequence[Weekly], *, instead_of: Weekly | None = None) -> Hours:
    """With these hours of the week too, in place of others if they are told."""
    kept = tuple(each for each in hours.weekly if each != instead_of)
    return replace(hours, weekly=kept + tuple(row for row in rows if row not in kept))


def with_day(hours: Hours, day: date, rows: Sequence[tuple[time, time]]) -> Hours:
    """With exactly these hours that day; without any the day is off."""
    others = tuple(each for each in hours.exceptions if each.day != day)
    own = [Exceptional(day=day, begins=begins, ends=ends) for begins, ends in rows] or [Exceptional(day=day)]
    return replace(hours, exceptions=others + tuple(own))


def with_usual_day(hours: Hours, day: date) -> Hours:
    """With nothing that differs that day."""
    return replace(hours, exceptions=tuple(each for each in hours.exceptions if each.day != day))


def breaches(weekly: Sequence[Weekly], exceptions: Sequence[Exceptional], absences: Sequence[Period]) -> list[Breach]:
    """Every rule that the hours break, in their order; empty when there is none."""
    return [*_of_weekly(weekly), *_of_exceptions(exceptions), *_of_absences(absences)]


def _of_weekly(weekly: Sequence[Weekly]) -> list[Breach]:
    found = []
    for index, each in enumerate(weekly):
        if each.ends <= each.begins:
            found.append(Breach(Wrong.BACKWARDS, "weekly", index))
        if each.valid_until is not None and each.valid_until < each.valid_from:
            found.append(Breach(Wrong.VALIDITY, "weekly", index))
        if any(_collide(each, other) for other in weekly[:index]):
            found.append(Breach(Wrong.OVERLAP, "weekly", index))
    return found


def _collide(one: Weekly, other: Weekly) -> bool:
    days = one.valid_from <= (other.valid_until or date.max) and other.valid_from <= (one.valid_until or date.max)
    return one.weekday == other.weekday and days and one.begins < other.ends and other.begins < one.ends


def _of_exceptions(exceptions: Sequence[Exceptional]) -> list[Breach]:
    found = []
    for index, each in enumerate(exceptions):
        if (each.begins is None) != (each.ends is None):
            found.append(Breach(Wrong.HALF, "exceptions", index))
        elif each.begins is not None and each.ends is not None and each.ends <= each.begins:
            found.append(Breach(Wrong.BACKWARDS, "exceptions", index))
    by_day: dict[date, list[int]] = {}
    for index, each in enumerate(exceptions):
        by_day.setdefault(each.day, []).append(index)
    for rows in by_day.values():
        found += _within_a_day(exceptions, rows)
    return sorted(found, key=lambda breach: breach.index)


def _within_a_day(exceptions: Sequence[Exceptional], rows: Sequence[int]) -> list[Breach]:
    """A day is off or has hours, and its hours don't overlap."""
    if len(rows) > 1 and any(exceptions[index].begins is None for index in rows):
        return [Breach(Wrong.MIXED, "exceptions", rows[-1])]
    ordered = sorted(rows, key=lambda index: exceptions[index].begins or time())
    return [
        Breach(Wrong.OVERLAP, "exceptions", max(one, other))
        for one, other in pairwise(ordered)
        if (exceptions[other].begins or time()) < (exceptions[one].ends or time())
    ]


def _of_absences(absences: Sequence[Period]) -> list[Breach]:
    found = []
    for index, each in enumerate(absences):
        if each.ends_at <= each.starts_at:
            found.append(Breach(Wrong.ABSENCE, "absences", index))
        elif each.ends_at - each.starts_at > LONGEST_ABSENCE:
            found.append(Breach(Wrong.ABSENCE_LONG, "absences", index))
    return found
