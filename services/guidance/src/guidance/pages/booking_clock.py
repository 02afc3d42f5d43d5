"""Times as the booking pages show them: in the reader's words, on a Swedish clock, always with its offset."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from babel.dates import format_date

from guidance.domain.times import day_of, local
from guidance.messages.times import utc
from guidance.queries.slots import FreeSlot
from shared.language import Language

_ZONES: Final = {
    ("sv", True): "svensk sommartid",
    ("sv", False): "svensk normaltid",
    ("en", True): "Swedish summer time",
    ("en", False): "Swedish standard time",
}
_DAY: Final = {"sv": "EEEE d MMMM y", "en": "EEEE d MMMM y"}
_SHORT_DAY: Final = {"sv": "EEEE d MMMM", "en": "EEEE d MMMM"}


@dataclass(frozen=True, slots=True)
class When:
    """A time in words: `måndag 16 augusti 2027`, `09:00–09:30` and `svensk sommartid (UTC+2)`."""

    day: str
    clock: str
    zone: str
    minutes: int
    starts_at: str

    @property
    def whole(self) -> str:
        """All of it in one line."""
        return f"{self.day} {self.clock}, {self.zone}"


@dataclass(frozen=True, slots=True)
class Free:
    """A time to choose: what it is called, where it leads, and in which municipality the counsellor is."""

    clock: str
    href: str
    municipality: str


@dataclass(frozen=True, slots=True)
class FreeDay:
    """The times of one day. `zone` is empty on the day of a clock change, when each time tells its own."""

    name: str
    zone: str
    times: Sequence[Free]


def when(starts_at: datetime, ends_at: datetime, language: Language) -> When:
    """The time in words."""
    first, last = local(starts_at), local(ends_at)
    day = format_date(first.date(), _DAY[language], locale=language)
    minutes = (ends_at - starts_at) // timedelta(minutes=1)
    return When(day, f"{first:%H:%M}–{last:%H:%M}", zone(starts_at, language), minutes, utc(starts_at))


def moment(at: datetime, language: Language) -> str:
    """A moment in words: `måndag 16 augusti 09:00`."""
    return f"{day_name(at, language)} {local(at):%H:%M}"


def day_name(at: datetime, language: Language) -> str:
    """The day in words: `måndag 16 augusti`."""
    return format_date(day_of(at), _SHORT_DAY[language], locale=language)


def zone(at: datetime, language: Language) -> str:
    """What Swedish clocks go by then, with the offset that tells the doubled hour in October apart."""
    shown = local(at)
    return f"{_ZONES[language, bool(shown.dst())]} ({offset(at)})"


def offset(at: datetime) -> str:
    """How far Swedish clocks are then from UTC."""
    hours = (local(at).utcoffset() or timedelta(0)) // timedelta(hours=1)
    return f"UTC{hours:+d}"


def by_day(slots: Sequence[FreeSlot], language: Language, href: Callable[[FreeSlot], str]) -> list[FreeDay]:
    """The free times by the day that Swedish calendars show, in order."""
    days = []
    for _, group in groupby(slots, key=lambda slot: day_of(slot.starts_at)):
        of_day = list(group)
        changes = len({offset(slot.starts_at) for slot in of_day}) > 1
        times = [Free(_clock(slot.starts_at, changes=changes), href(slot), slot.municipality) for slot in of_day]
        name = day_name(of_day[0].starts_at, language)
        days.append(FreeDay(name, "" if changes else zone(of_day[0].starts_at, language), times))
    return days


def clocks_change(slots: Sequence[FreeSlot]) -> bool:
    """Whether clocks are put forward or back between some of these times."""
    return len({offset(slot.starts_at) for slot in slots}) > 1


def _clock(at: datetime, *, changes: bool) -> str:
    return f"{local(at):%H:%M} ({offset(at)})" if changes else f"{local(at):%H:%M}"
