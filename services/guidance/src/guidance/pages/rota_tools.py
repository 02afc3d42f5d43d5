"""What the pages of the rota have in common: forms that a rule of the trade may fault, and weeks."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from guidance.domain import calendars, drop_in
from guidance.domain.rota import coverage, layers, refusals, schedule
from guidance.domain.rota.clock import DAY, midnight, moment
from guidance.domain.times import Period, local
from guidance.pages import tools
from guidance.queries.coverage import GapRow
from guidance.queries.rota import ShiftRow
from shared.forms import Form, Model

# What a reader can mend in the form at hand; all else is a page of its own.
RULES: Final = (
    layers.LayerWrong,
    schedule.OverrideWrong,
    coverage.RequirementWrong,
    refusals.ParticipantUnknown,
    refusals.AlreadyOffered,
    refusals.NotInRota,
    refusals.ShiftBegun,
    refusals.ShiftUnknown,
    refusals.QueueClosed,
    refusals.QueueFull,
    drop_in.PhoneMissing,
    calendars.AddressWrong,
    calendars.TooManySources,
    calendars.CalendarsOff,
)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the grid: its shifts and gaps in order of time."""

    day: date
    shifts: Sequence[ShiftRow]
    gaps: Sequence[GapRow]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self.shifts and not self.gaps


async def done(form: Form[Model], do: Callable[[Model], Awaitable[Any]]) -> bool:
    """Whether it was done with what the form holds; a rule in its way becomes a fault of the form."""
    return await tools.done(form, do, RULES)


def monday_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - DAY * day.weekday()


def span(first: date, days: int) -> Period:
    """From midnight to midnight, as Swedish clocks show it."""
    return Period(moment(midnight(first)), moment(midnight(first + DAY * days)))


def weeks(first: date, number: int, shifts: Sequence[ShiftRow], gaps: Sequence[GapRow]) -> list[list[Day]]:
    """The grid: weeks of seven days, each with what touches it."""
    days = [first + DAY * each for each in range(7 * number)]
    made = [Day(day, _of_day(shifts, day), _of_day(gaps, day)) for day in days]
    return [made[start : start + 7] for start in range(0, len(made), 7)]


def _of_day(rows: Sequence[Any], day: date) -> list[Any]:
    within = span(day, 1)
    return [row for row in rows if row.starts_at < within.ends_at and row.ends_at > within.starts_at]


def today(now: datetime) -> date:
    """The day in the region."""
    return local(now).date()


WEEK: Final = timedelta(days=7)
