"""Layers and requirements of cover as they are sent and shown: clock times as HH:MM, weekdays from 1 (Monday)."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, Field

from guidance.domain.rota.coverage import Requirement
from guidance.domain.rota.layers import LONGEST_TURN, MOST_PARTICIPANTS, Handover, Layer, Window

Clock = Annotated[str, Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$", description="HH:MM on a Swedish clock")]
ClockEnd = Annotated[str, Field(pattern="^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", description="HH:MM, at most 24:00")]
Name = Annotated[str, Field(min_length=1, max_length=80)]
Code = Annotated[str, Field(pattern="^[0-9]{4}$")]
LanguageCode = Annotated[str, Field(pattern="^[a-z]{2,3}$")]


class HoursBody(BaseModel, extra="forbid"):
    """Hours of one weekday."""

    weekday: int = Field(ge=1, le=7, description="1 is Monday")
    begins: Clock
    ends: ClockEnd

    def window(self) -> Window:
        """As the domain has it."""
        return Window(self.weekday - 1, minutes(self.begins), minutes(self.ends))


class LayerBody(BaseModel, extra="forbid"):
    """Counsellors who take turns in certain hours."""

    name: Name
    participants: list[UUID] = Field(min_length=1, max_length=MOST_PARTICIPANTS)
    handover: Handover = Handover.DAILY
    every: int = Field(default=1, ge=1, le=LONGEST_TURN, description="days or weeks in a turn")
    at: Clock = "00:00"
    weekday: int = Field(default=1, ge=1, le=7, description="the day of a weekly hand-over, 1 is Monday")
    starts_on: date
    ends_on: date | None = None
    hours: list[HoursBody] = Field(default_factory=list, max_length=50, description="empty: round the clock")
    off_on_holidays: bool = True

    def layer(self, layer: UUID) -> Layer:
        """As the domain has it."""
        return Layer(
            layer=layer,
            name=self.name,
            participants=tuple(self.participants),
            handover=self.handover,
            every=self.every,
            at=minutes(self.at),
            weekday=self.weekday - 1,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            windows=tuple(each.window() for each in self.hours),
            off_on_holidays=self.off_on_holidays,
        )

    @classmethod
    def of(cls, row: Any) -> Self:
        """As it is kept."""
        return cls(
            name=row.name,
            participants=row.participants,
            handover=row.handover,
            every=row.every,
            at=clock(row.at),
            weekday=row.weekday + 1,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            hours=shown_hours(row.windows),
            off_on_holidays=row.off_on_holidays,
        )


class RequirementBody(BaseModel, extra="forbid"):
    """How many must be on duty in certain hours, of which municipality and language; none is any."""

    name: Name
    municipality: Code | None = None
    language: LanguageCode | None = None
    hours: list[HoursBody] = Field(min_length=1, max_length=50)
    number: int = Field(default=1, ge=1, le=100)
    starts_on: date
    ends_on: date | None = None
    off_on_holidays: bool = True

    def requirement(self, requirement: UUID) -> Requirement:
        """As the domain has it."""
        return Requirement(
            requirement=requirement,
            name=self.name,
            municipality=self.municipality,
            language=self.language,
            windows=tuple(each.window() for each in self.hours),
            number=self.number,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            off_on_holidays=self.off_on_holidays,
        )

    @classmethod
    def of(cls, known: Requirement) -> Self:
        """As it is kept."""
        return cls(
            name=known.name,
            municipality=known.municipality,
            language=known.language,
            hours=shown_hours(known.windows),
            number=known.number,
            starts_on=known.starts_on,
            ends_on=known.ends_on,
            off_on_holidays=known.off_on_holidays,
        )


def minutes(text: str) -> int:
    """Minutes past midnight of HH:MM."""
    hours, _, rest = text.partition(":")
    return int(hours) * 60 + int(rest)


def clock(after_midnight: int) -> str:
    """HH:MM of minutes past midnight."""
    return f"{after_midnight // 60:02}:{after_midnight % 60:02}"


def shown_hours(windows: Sequence[Sequence[int]]) -> list[HoursBody]:
    """Hours of the week as they are sent."""
    return [HoursBody(weekday=day + 1, begins=clock(begins), ends=clock(ends)) for day, begins, ends in windows]
