"""Periods of time, and how the region reads a clock. All is reckoned in UTC, so no clock change moves anything."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

SWEDEN: Final = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From `starts_at`, which is part of it, to `ends_at`, which is not. Both in UTC."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Period") -> bool:
        """Whether the two share any moment; one that begins where the other ends does not."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def covers(self, other: "Period") -> bool:
        """Whether all of the other lies within this."""
        return self.starts_at <= other.starts_at and other.ends_at <= self.ends_at


def local(moment: datetime) -> datetime:
    """The moment as a Swedish clock shows it, with the offset that tells the doubled hour in October apart."""
    return moment.astimezone(SWEDEN)


@lru_cache(maxsize=16_384)
def first_moment(day: date, clock: time) -> datetime:
    """When a Swedish clock first shows this, in UTC. What the clock skips in March is the moment it skips to."""
    return _moment(day, clock, fold=0)


@lru_cache(maxsize=16_384)
def last_moment(day: date, clock: time) -> datetime:
    """When a Swedish clock last shows this, in UTC: in the hour that October has twice, the second time."""
    return _moment(day, clock, fold=1)


def _moment(day: date, clock: time, *, fold: int) -> datetime:
    shown = datetime.combine(day, clock)
    moment = shown.replace(tzinfo=SWEDEN, fold=fold).astimezone(UTC)
    if moment.astimezone(SWEDEN).replace(tzinfo=None) == shown:
        return moment
    return _after_gap(day)


def _after_gap(day: date) -> datetime:
    """The first moment after the hour that the day's clock skips."""
    midnight = datetime.combine(day, time(), SWEDEN)
    before = midnight.utcoffset()
    moments = (midnight.astimezone(UTC) + timedelta(minutes=30) * step for step in range(48))
    return next(moment for moment in moments if moment.astimezone(SWEDEN).utcoffset() != before)


def day_of(moment: datetime) -> date:
    """The day that a Swedish calendar shows."""
    return local(moment).date()


@lru_cache(maxsize=4_096)
def whole_day(day: date) -> Period:
    """From midnight to midnight, 23 to 25 hours."""
    return Period(first_moment(day, time()), first_moment(day + timedelta(days=1), time()))


@lru_cache(maxsize=1_024)
def clock_change(day: date) -> timedelta:
    """How much the clock is put forward that day: an hour, minus an hour, or (nearly always) nothing."""
    whole = whole_day(day)
    return timedelta(days=1) - (whole.ends_at - whole.starts_at)
