"""The dated calendar of one intake year in one region, and what was in time.

All dates are Swedish days; a last date lasts until midnight in Sweden.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

SWEDEN = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Dates of one intake year, all inclusive."""

    intake_year: int
    closes: date
    preliminary: date
    change_until: date
    final: date
    reply_by: date
    reserve_from: date
    reserve_reply_by: date
    starts_on: date


@dataclass(frozen=True, slots=True)
class Revision:
    """One full list of choices as it was handed in; `offerings` stand in rank order."""

    number: int
    submitted_at: datetime
    offerings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RankedChoice:
    """A choice that takes part in a round."""

    rank: int
    offering: str
    timely: bool


def swedish_day(moment: datetime) -> date:
    """The day in Sweden at this moment."""
    return moment.astimezone(SWEDEN).date()


def choices_in_force(
    revisions: Sequence[Revision], calendar: Calendar, counted_until: date | None
) -> tuple[RankedChoice, ...]:
    """The choices a round counts: of the highest revision handed in by its last date (None: any date).

    Handed in before the web closed: timely, and so is every change inside the change period. After that only the
    choices that already stood in the last timely revision are timely. An application that never was in time is late.
    """
    counted = [r for r in revisions if counted_until is None or swedish_day(r.submitted_at) <= counted_until]
    if not counted:
        return ()
    latest = max(counted, key=lambda revision: revision.number)
    timely = _timely_offerings(counted, calendar)
    return tuple(RankedChoice(rank, name, name in timely) for rank, name in enumerate(latest.offerings, start=1))


def _timely_offerings(revisions: Sequence[Revision], calendar: Calendar) -> frozenset[str]:
    if not any(swedish_day(revision.submitted_at) <= calendar.closes for revision in revisions):
        return frozenset()
    in_time = [revision for revision in revisions if swedish_day(revision.submitted_at) <= calendar.change_until]
    return frozenset(max(in_time, key=lambda revision: revision.number).offerings)
