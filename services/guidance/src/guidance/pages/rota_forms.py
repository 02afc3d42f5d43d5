"""The coordinator's forms: layers, overrides and requirements of cover, with up to three rows of hours."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BaseModel, Field

from guidance.domain.rota.coverage import Requirement
from guidance.domain.rota.layers import LONGEST_TURN, Handover, Layer, Window
from shared.forms import LocalMoment

ROWS: Final = (1, 2, 3)
Clock = Annotated[str, Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Days = Annotated[list[Annotated[int, Field(ge=1, le=7)]], Field(default_factory=list, max_length=7)]
Name = Annotated[str, Field(min_length=1, max_length=80)]


class Hours(BaseModel):
    """Rows of hours: on these days from then to then. A row without days is none; 00:00 as end is midnight."""

    days1: Days
    begins1: Clock | None = None
    ends1: Clock | None = None
    days2: Days
    begins2: Clock | None = None
    ends2: Clock | None = None
    days3: Days
    begins3: Clock | None = None
    ends3: Clock | None = None

    def windows(self) -> tuple[Window, ...]:
        """As the domain has them."""
        found: list[Window] = []
        for row in ROWS:
            begins, ends = getattr(self, f"begins{row}"), getattr(self, f"ends{row}")
            if begins and ends:
                until = _minutes(ends) or 24 * 60
                found += [Window(day - 1, _minutes(begins), until) for day in getattr(self, f"days{row}")]
        return tuple(sorted(found))


class LayerForm(Hours):
    """A layer as entered."""

    name: Name
    participants: Annotated[list[UUID], Field(min_length=1, max_length=100)]
    handover: Handover
    every: int = Field(ge=1, le=LONGEST_TURN)
    at: Clock = "00:00"
    weekday: int = Field(default=1, ge=1, le=7)
    starts_on: date
    ends_on: date | None = None
    off_on_holidays: bool = False

    def layer(self, layer: UUID, kept: tuple[Window, ...] | None) -> Layer:
        """The layer itself; `kept` are hours that did not fit in the form."""
        return Layer(
            layer=layer,
            name=self.name,
            participants=tuple(self.participants),
            handover=self.handover,
            every=self.every,
            at=_minutes(self.at),
            weekday=self.weekday - 1,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            windows=self.windows() if kept is None else kept,
            off_on_holidays=self.off_on_holidays,
        )


class OverrideForm(BaseModel):
    """An override as entered."""

    removes: UUID | None = None
    adds: UUID | None = None
    starts_at: LocalMoment
    ends_at: LocalMoment


class NeedForm(Hours):
    """A requirement of cover as entered."""

    name: Name
    municipality: str | None = Field(default=None, pattern="^[0-9]{4}$")
    language: str | None = Field(default=None, pattern="^[a-z]{2,3}$")
    number: int = Field(ge=1, le=100)
    starts_on: date
    ends_on: date | None = None
    off_on_holidays: bool = False

    def requirement(self, requirement: UUID, kept: tuple[Window, ...] | None) -> Requirement:
        """The requirement itself; `kept` are hours that did not fit in the form."""
        return Requirement(
            requirement=requirement,
            name=self.name,
            municipality=self.municipality,
            language=self.language,
            windows=self.windows() if kept is None else kept,
            number=self.number,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            off_on_holidays=self.off_on_holidays,
        )


def of_layer(row: Any) -> dict[str, Any]:
    """What the form holds for a known layer."""
    held: dict[str, Any] = {
        "name": row.name,
        "participants": row.participants,
        "handover": row.handover,
        "every": row.every,
        "at": _clock(row.at),
        "weekday": row.weekday + 1,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "off_on_holidays": row.off_on_holidays or None,
    }
    return held | (of_windows(row.windows) or {})


def of_need(known: Requirement) -> dict[str, Any]:
    """What the form holds for a known requirement."""
    held: dict[str, Any] = {
        "name": known.name,
        "municipality": known.municipality,
        "language": known.language,
        "number": known.number,
        "starts_on": known.starts_on,
        "ends_on": known.ends_on,
        "off_on_holidays": known.off_on_holidays or None,
    }
    return held | (of_windows(known.windows) or {})


def of_windows(windows: Sequence[Sequence[int]]) -> dict[str, Any] | None:
    """The rows of the form for these hours, or None when they are too many for it."""
    rows: dict[tuple[int, int], list[int]] = {}
    for weekday, begins, ends in windows:
        rows.setdefault((begins, ends), []).append(weekday + 1)
    if len(rows) > len(ROWS):
        return None
    found: dict[str, Any] = {}
    for number, ((begins, ends), days) in enumerate(rows.items(), start=1):
        found |= {f"days{number}": days, f"begins{number}": _clock(begins), f"ends{number}": _clock(ends % 1440)}
    return found


def _minutes(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
