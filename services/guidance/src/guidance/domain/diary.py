"""A counsellor's days as a page shows them: what lies in each, and what is free between."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Generic, Protocol, TypeVar

from guidance.domain.times import Period, clock_change, local, whole_day

_HOUR: Final = timedelta(hours=1)


class Timed(Protocol):
    """Something that lasts from one moment to another."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...


Item = TypeVar("Item", bound=Timed)


@dataclass(frozen=True, slots=True)
class FreeTime:
    """Time in which `number` sessions can be booked, one right after the other."""

    starts_at: datetime
    ends_at: datetime
    number: int


@dataclass(frozen=True, slots=True)
class Part(Generic[Item]):
    """What of an item lies in one day."""

    item: Item
    starts_at: datetime
    ends_at: datetime
    whole_day: bool


@dataclass(frozen=True, slots=True)
class Day(Generic[Item]):
    """One day in order of time. `change`: how much the clock is put forward that day, nearly always nothing."""

    day: date
    parts: Sequence[Part[Item]]
    change: timedelta


def free_times(slots: Iterable[Period]) -> list[FreeTime]:
    """Times that follow each other without a pause, as one."""
    found: list[FreeTime] = []
    for slot in sorted(slots):
        if found and found[-1].ends_at == slot.starts_at:
            before = found.pop()
            found.append(FreeTime(before.starts_at, slot.ends_at, before.number + 1))
        else:
            found.append(FreeTime(slot.starts_at, slot.ends_at, 1))
    return found


def days(first: date, number: int, items: Sequence[Item]) -> list[Day[Item]]:
    """So many days from the first, each with what touches it."""
    return [_day(first + timedelta(days=each), items) for each in range(number)]


def _day(day: date, items: Sequence[Item]) -> Day[Item]:
    whole = whole_day(day)
    touching = [each for each in items if each.starts_at < whole.ends_at and each.ends_at > whole.starts_at]
    parts = [_part(each, whole) for each in touching]
    return Day(day, sorted(parts, key=lambda part: (part.starts_at, part.ends_at)), clock_change(day))


def _part(item: Item, whole: Period) -> Part[Item]:
    within = Period(max(item.starts_at, whole.starts_at), min(item.ends_at, whole.ends_at))
    return Part(item, within.starts_at, within.ends_at, within == whole)


def summer_time(moment: datetime) -> bool:
    """Whether Swedish clocks are on summer time."""
    return bool(local(moment).dst())


def shown_twice(moment: datetime) -> bool:
    """Whether a Swedish clock shows this time of day twice that day, as it does for an hour in October."""
    shown = local(moment).replace(tzinfo=None)
    return any(local(moment + shift).replace(tzinfo=None) == shown for shift in (_HOUR, -_HOUR))
