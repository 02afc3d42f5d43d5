"""The forms of a counsellor's hours."""

from collections.abc import Collection
from datetime import date, time, timedelta
from typing import Annotated, Any, Final, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, model_validator

from guidance.domain.hours import Hours, Weekly, spans_at, with_day
from guidance.pages.availability_words import AVAILABILITY_WORDS
from shared.forms import LocalMoment

_MINUTE: Final = timedelta(minutes=1)
_SPECIALITY: Final = r"^[a-z][a-z0-9_]{0,39}( +[a-z][a-z0-9_]{0,39}){0,19}$"


def _near(day: date) -> date:
    """Raises ValueError for a year that is a slip."""
    if not date(2020, 1, 1) <= day < date(2101, 1, 1):
        raise ValueError(AVAILABILITY_WORDS["hours_year"])
    return day


Day = Annotated[date, AfterValidator(_near)]
DIFFERS: Final = [(kind, AVAILABILITY_WORDS[f"differs_{kind}"]) for kind in ("extra", "instead", "off")]


class Asked(BaseModel):
    """Whose hours, and which row of the week is being changed."""

    whose: UUID | None = None
    row: str | None = Field(default=None, max_length=80)


class WeeklyForm(BaseModel):
    """Hours of the week as entered, the same on several days."""

    weekdays: Annotated[list[Annotated[int, Field(ge=1, le=7)]], Field(min_length=1, max_length=7)]
    begins_at: time
    ends_at: time
    valid_from: Day
    valid_until: Day | None = None

    def rows(self) -> list[Weekly]:
        """A row for each day."""
        return [
            Weekly(
                weekday=weekday,
                begins=self.begins_at,
                ends=self.ends_at,
                valid_from=self.valid_from,
                valid_until=self.valid_until,
            )
            for weekday in sorted(set(self.weekdays))
        ]


class Row(BaseModel):
    """A row of the week to be taken away."""

    row: str = Field(max_length=80)


class DayForm(BaseModel):
    """A day that differs as entered."""

    day: Day
    differs: Literal["extra", "instead", "off"]
    day_begins: time | None = None
    day_ends: time | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.differs != "off" and (self.day_begins is None or self.day_ends is None):
            raise ValueError(AVAILABILITY_WORDS["wrong_exception_half_given"])
        return self

    def applied(self, hours: Hours, closed: Collection[date]) -> Hours:
        """The hours with this day."""
        if self.differs == "off" or self.day_begins is None or self.day_ends is None:
            return with_day(hours, self.day, [])
        own = [(self.day_begins, self.day_ends)]
        usual = spans_at(self.day, hours.weekly, hours.exceptions, closed) if self.differs == "extra" else []
        return with_day(hours, self.day, [*usual, *own])


class OneDay(BaseModel):
    """A day that is to be as usual again."""

    day: Day


class AwayForm(BaseModel):
    """Absence as entered."""

    away_from: LocalMoment
    away_until: LocalMoment


class LimitsForm(BaseModel):
    """How many sessions, with which pauses, and what the counsellor knows."""

    max_per_day: int | None = Field(default=None, ge=1, le=50)
    buffer_before: int = Field(default=0, ge=0, le=240)
    buffer_after: int = Field(default=0, ge=0, le=240)
    phone: str | None = Field(default=None, pattern=r"^\+?[0-9][0-9 -]{4,19}$")
    specialities: str | None = Field(default=None, pattern=_SPECIALITY)

    def changes(self) -> dict[str, Any]:
        """What of the hours it sets."""
        return {
            "max_per_day": self.max_per_day,
            "buffer_before": self.buffer_before * _MINUTE,
            "buffer_after": self.buffer_after * _MINUTE,
            "phone": self.phone,
            "specialities": tuple(dict.fromkeys((self.specialities or "").split())),
        }


def key_of(row: Weekly) -> str:
    """What tells a row of the week from the others; rows have no names of their own."""
    until = row.valid_until.isoformat() if row.valid_until else ""
    return f"{row.weekday}|{row.begins:%H:%M}|{row.ends:%H:%M}|{row.valid_from}|{until}"


def row_of(hours: Hours, key: str | None) -> Weekly | None:
    """The row with this key, if it is still there."""
    return next((row for row in hours.weekly if key_of(row) == key), None)


def of_row(row: Weekly) -> dict[str, Any]:
    """What the form holds for a known row."""
    return {
        "weekdays": [row.weekday],
        "begins_at": f"{row.begins:%H:%M}",
        "ends_at": f"{row.ends:%H:%M}",
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
    }


def of_limits(hours: Hours) -> dict[str, Any]:
    """What the form of limits holds."""
    return {
        "max_per_day": hours.max_per_day,
        "buffer_before": hours.buffer_before // _MINUTE,
        "buffer_after": hours.buffer_after // _MINUTE,
        "phone": hours.phone,
        "specialities": " ".join(hours.specialities),
    }
