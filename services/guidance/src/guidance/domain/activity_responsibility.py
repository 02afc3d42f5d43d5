"""The home municipality's activity responsibility (kommunens aktivitetsansvar, KAA; SL 29:9).

It keeps a register of those under twenty who have left compulsory school and neither attend upper-secondary education
nor have completed it, offers them measures, documents those, and reports each half-year.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

TWENTY: Final = 20
_FIRST_HALF_MONTHS: Final = 6


class AlreadyTwenty(Exception):
    """The responsibility ends at twenty (SL 29:9); who is twenty or older can't be entered."""

    sv = "Ansvaret upphör vid tjugo år (SL 29:9); den som har fyllt tjugo kan inte föras in."


class AlreadyRegistered(Exception):
    """The person already stands in the register; open that entry instead."""

    sv = "Personen står redan i registret; öppna den posten i stället."


class HasLeft(Exception):
    """The person has left the register; enter them anew if the municipality is responsible again."""

    sv = "Personen har lämnat registret; för in personen på nytt om kommunen åter har ansvaret."


class DaysBackwards(Exception):
    """The last day comes before the first; mend one of them."""

    sv = "Den sista dagen kommer före den första; rätta en av dem."


class DayAhead(Exception):
    """The day has not come yet; write the day when it happened."""

    sv = "Dagen har inte kommit än; skriv dagen då det hände."


class UnknownHalfYear(Exception):
    """There is no such half-year; write the year and 1 or 2, such as 2027-1."""

    sv = "Halvåret finns inte; skriv årtalet och 1 eller 2, till exempel 2027-1."


class Entered(StrEnum):
    """Why the municipality is responsible."""

    NEVER_STARTED = "never_started"
    LEFT_EDUCATION = "left_education"
    MOVED_IN = "moved_in"
    NO_DIPLOMA = "no_diploma"
    OTHER = "other"


class Left(StrEnum):
    """Why it no longer is."""

    TURNED_TWENTY = "turned_twenty"
    STARTED = "started"
    COMPLETED = "completed"
    MOVED = "moved"
    DECEASED = "deceased"
    ENTERED_WRONGLY = "entered_wrongly"


class Occupation(StrEnum):
    """What a young person mainly does. The national survey's own codes change, so they are data beside these."""

    UNKNOWN = "unknown"
    NONE = "none"
    WORK = "work"
    INTERNSHIP = "internship"
    LABOUR_MARKET_PROGRAMME = "labour_market_programme"
    FOLK_HIGH_SCHOOL = "folk_high_school"
    OTHER_STUDIES = "other_studies"
    ABROAD = "abroad"
    ILL_OR_CARING = "ill_or_caring"


class MeasureKind(StrEnum):
    """What the municipality offers, first of all towards education."""

    GUIDANCE = "guidance"
    MOTIVATION = "motivation"
    MAPPING = "mapping"
    STUDY_VISIT = "study_visit"
    INTERNSHIP = "internship"
    COURSE = "course"
    WORK_TRAINING = "work_training"
    SUPPORT_CONTACT = "support_contact"


class Ended(StrEnum):
    """Why a measure ended."""

    EDUCATION = "education"
    WORK = "work"
    AS_PLANNED = "as_planned"
    BROKEN_OFF = "broken_off"
    LEFT_REGISTER = "left_register"


class Sex(StrEnum):
    """As the national survey asks for it."""

    WOMAN = "woman"
    MAN = "man"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure: kind, first and last day, when it is followed up, and why it ended."""

    kind: MeasureKind
    begins: date
    ends: date | None = None
    ended: Ended | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One person's time in a municipality's register. `starts_on`: an accepted place, from that day."""

    entry: UUID
    person: UUID
    municipality: str
    entered_on: date
    entered: Entered
    born_on: date | None = None
    sex: Sex | None = None
    intake_year: int | None = None
    occupation: Occupation = Occupation.UNKNOWN
    starts_on: date | None = None
    left_on: date | None = None
    left: Left | None = None
    measures: Sequence[Measure] = ()


@dataclass(frozen=True, slots=True, order=True)
class HalfYear:
    """1 January–30 June, or 1 July–31 December."""

    year: int
    half: int

    @property
    def begins(self) -> date:
        """Its first day."""
        return date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def ends(self) -> date:
        """Its last day."""
        return date(self.year, 6, 30) if self.half == 1 else date(self.year, 12, 31)

    @property
    def before(self) -> "HalfYear":
        """The one before it."""
        return HalfYear(self.year - 1, 2) if self.half == 1 else HalfYear(self.year, 1)

    def __str__(self) -> str:
        return f"{self.year}-{self.half}"

    @classmethod
    def of(cls, day: date) -> "HalfYear":
        """The one that the day falls in."""
        return cls(day.year, 1 if day.month <= _FIRST_HALF_MONTHS else 2)

    @classmethod
    def named(cls, name: str) -> "HalfYear":
        """`2027-1`. Raises UnknownHalfYear."""
        year, _, half = name.partition("-")
        if not (year.isascii() and year.isdigit() and len(year) == len("2027") and half in ("1", "2")):
            raise UnknownHalfYear
        return cls(int(year), int(half))


def birthday(born: date, years: int) -> date:
    """The day somebody turns that old; who was born on a leap day does so on 1 March in other years."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def last_day(entry: Entry) -> date | None:
    """The day on which the entry ends by itself, if any: at twenty, or when an accepted place is begun.

    Without a birth date it is reckoned from the intake year: most turn sixteen in it, so the end of the year in which
    they turn twenty is the latest that can be.
    """
    if entry.born_on is not None:
        twenty: date | None = birthday(entry.born_on, TWENTY)
    elif entry.intake_year is not None:
        twenty = date(entry.intake_year + 4, 12, 31)
    else:
        twenty = None
    return min((day for day in (twenty, entry.starts_on) if day is not None), default=None)


def due_to_leave(entry: Entry, today: date) -> tuple[date, Left] | None:
    """The day and cause when the entry has ended by itself by today."""
    day = last_day(entry)
    if entry.left_on is not None or day is None or day > today:
        return None
    # Nobody leaves before they were entered, though the day may have passed when they were.
    return max(day, entry.entered_on), Left.STARTED if day == entry.starts_on else Left.TURNED_TWENTY


def check_entry(entry: Entry, *, today: date) -> None:
    """Raises AlreadyTwenty and DayAhead."""
    if entry.entered_on > today:
        raise DayAhead
    if entry.born_on is not None and birthday(entry.born_on, TWENTY) <= entry.entered_on:
        raise AlreadyTwenty


def check_leaving(entry: Entry, on: date, *, today: date) -> None:
    """Raises HasLeft, DayAhead and DaysBackwards."""
    if entry.left_on is not None:
        raise HasLeft
    if on > today:
        raise DayAhead
    if on < entry.entered_on:
        raise DaysBackwards


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A municipality's half-year. Covered = in at the start + entered; covered − left = in at the end."""

    half_year: HalfYear
    at_start: int
    entered: Mapping[Entered, int]
    left: Mapping[Left, int]
    at_end: int
    covered: int
    by_age: Mapping[int | None, int]
    by_sex: Mapping[Sex | None, int]
    by_occupation: Mapping[Occupation, int]
    measures: Mapping[MeasureKind, int]
    with_measure: int


def figures(entries: Sequence[Entry], half_year: HalfYear) -> Figures:
    """The half-year's figures. Who was entered wrongly is not counted; the last day in the register counts as in it.

    Age is as of the half-year's last day, or of the day of leaving.
    """
    begins, ends = half_year.begins, half_year.ends
    those = [entry for entry in entries if entry.left is not Left.ENTERED_WRONGLY and covered(entry, begins, ends)]
    left = [entry for entry in those if entry.left_on is not None and entry.left_on <= ends]
    taking_part = [
        [each.kind for each in entry.measures if each.begins <= ends and (each.ends or ends) >= begins]
        for entry in those
    ]
    return Figures(
        half_year=half_year,
        at_start=sum(entry.entered_on < begins for entry in those),
        entered=Counter(entry.entered for entry in those if entry.entered_on >= begins),
        left=Counter(entry.left for entry in left if entry.left is not None),
        at_end=len(those) - len(left),
        covered=len(those),
        by_age=Counter(_age(entry, ends) for entry in those),
        by_sex=Counter(entry.sex for entry in those),
        by_occupation=Counter(entry.occupation for entry in those),
        measures=Counter(kind for kinds in taking_part for kind in set(kinds)),
        with_measure=sum(bool(kinds) for kinds in taking_part),
    )


def covered(entry: Entry, begins: date, ends: date) -> bool:
    """Whether the person was in the register at some of the days."""
    return entry.entered_on <= ends and (entry.left_on is None or entry.left_on >= begins)


def _age(entry: Entry, ends: date) -> int | None:
    if entry.born_on is None:
        return None
    day = min(entry.left_on or ends, ends)
    return day.year - entry.born_on.year - (birthday(entry.born_on, day.year - entry.born_on.year) > day)
