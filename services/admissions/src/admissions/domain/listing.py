"""Which choices a round counts, and which of them are timely, for all applicants at once.

A round counts the highest revision handed in by its last date (none: any date). Handed in before the web closed:
timely, and so is every change inside the change period. After that only the choices that already stood in the last
timely revision are timely. An application that never was in time is late. Who holds a place takes part with it at
least, and with nothing else unless they stay in reserve.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from admissions.domain.calendar import SWEDEN, Calendar
from admissions.domain.intake import NOWHERE, Column, Intake

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Listed:
    """The choices in force, by applicant, stage and rank; numbers as the intake's. `holds`: a place held already."""

    applicant: Column
    rank: Column
    offering: Column
    timely: Column
    holds: Column


def end_of(day: date) -> int:
    """The first moment after this Swedish day, in microseconds since 2000."""
    return microseconds(datetime.combine(day + timedelta(days=1), time(), SWEDEN))


def microseconds(moment: datetime) -> int:
    """Since 2000-01-01 UTC, as PostgreSQL counts."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def choices_in_force(intake: Intake, calendar: Calendar, counted_until: date | None) -> Listed:
    """The choices that take part in a round whose last day is `counted_until`."""
    counted = np.ones(len(intake.choice_at), bool)
    if counted_until is not None:
        counted = intake.choice_at < end_of(counted_until)
    latest = _last_revision(intake, counted)
    in_force = np.flatnonzero(counted & (intake.choice_revision == latest[intake.choice_applicant]))
    timely = _timely(intake, counted, in_force, calendar)
    applicant, rank, offering = (
        column[in_force] for column in (intake.choice_applicant, intake.choice_rank, intake.choice_offering)
    )
    return _ordered(intake, _with_held(intake, applicant, rank.astype(np.int64), offering, timely))


def _last_revision(intake: Intake, rows: Column) -> Column:
    """Each applicant's highest revision among the rows; 0 when there is none."""
    last = np.zeros(len(intake.ids), np.int64)
    np.maximum.at(last, intake.choice_applicant[rows], intake.choice_revision[rows])
    return last


def _timely(intake: Intake, counted: Column, in_force: Column, calendar: Calendar) -> Column:
    in_time = np.zeros(len(intake.ids), bool)
    in_time[intake.choice_applicant[counted & (intake.choice_at < end_of(calendar.closes))]] = True
    early = counted & (intake.choice_at < end_of(calendar.change_until))
    last = _last_revision(intake, early)
    of_last = early & (intake.choice_revision == last[intake.choice_applicant])
    keys = intake.choice_applicant.astype(np.int64) * len(intake.offerings) + intake.choice_offering
    kept = np.isin(keys[in_force], keys[of_last]) if not of_last[in_force].all() else np.ones(len(in_force), bool)
    timely: Column = in_time[intake.choice_applicant[in_force]] & kept
    return timely


def _with_held(intake: Intake, applicant: Column, rank: Column, offering: Column, timely: Column) -> Listed:
    """A held place that is no longer chosen stands last; who does not stay has no other choice than the place held."""
    holds = intake.held[applicant] == offering
    listed = np.zeros(len(intake.ids), bool)
    listed[applicant[holds]] = True
    added = np.flatnonzero((intake.held != NOWHERE) & ~listed & (np.bincount(applicant, minlength=len(listed)) > 0))
    last = np.zeros(len(intake.ids), np.int64)
    np.maximum.at(last, applicant, rank)
    takes_part = holds | (intake.held[applicant] == NOWHERE) | intake.stays[applicant]
    return Listed(
        np.concatenate((applicant[takes_part], added)),
        np.concatenate((rank[takes_part], last[added] + 1)),
        np.concatenate((offering[takes_part], intake.held[added])),
        np.concatenate((timely[takes_part], np.ones(len(added), bool))),
        np.concatenate((holds[takes_part], np.ones(len(added), bool))),
    )


def _ordered(intake: Intake, listed: Listed) -> Listed:
    stage = np.fromiter((offering.stage for offering in intake.offerings), np.int64, len(intake.offerings))
    key = (listed.applicant.astype(np.int64) << 20) | (stage[listed.offering] << 16) | listed.rank
    order = np.argsort(key, kind="stable")
    return Listed(*(getattr(listed, name)[order] for name in Listed.__slots__))
