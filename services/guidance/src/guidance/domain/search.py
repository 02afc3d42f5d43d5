"""Every free time of every counsellor in one go: a search over six weeks looks at a hundred thousand times.

Moments are whole seconds since 1970 in arrays of 64-bit integers, counsellors are their place in the search's list.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from guidance.domain.times import Period, day_of, first_moment, last_moment

Numbers = NDArray[np.int64]
_EPOCH: Final = date(1970, 1, 1)
_DAY_SECONDS: Final = 86_400
# Wider than any moment, so that one number holds counsellor and moment and sorts by both.
_WIDE: Final = 1 << 36


@dataclass(frozen=True, slots=True)
class Spans:
    """Periods of counsellors: whose, from when, to when."""

    who: Numbers
    begins: Numbers
    ends: Numbers


@dataclass(frozen=True, slots=True)
class Week:
    """Weekly hours: whose, which weekday (1 to 7), clock times in seconds, valid days as numbers since 1970."""

    who: Numbers
    weekday: Numbers
    begins: Numbers
    ends: Numbers
    valid_from: Numbers
    valid_until: Numbers


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Days that differ: whose, which day, clock times in seconds; below zero: off."""

    who: Numbers
    day: Numbers
    begins: Numbers
    ends: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Diaries:
    """All that decides when counsellors are free. `length`, `before`, `after` in seconds, one for each counsellor.

    `load` is how many sessions each has had of late, `most` how many a day may hold (0: any number), `occupied` are
    sessions with their pauses, `booked` when each of these begins, `away` absence and the like.
    """

    length: Numbers
    before: Numbers
    after: Numbers
    load: Numbers
    most: Numbers
    periods: Spans
    week: Week
    exceptions: Exceptions
    occupied: Spans
    booked: Numbers
    away: Spans


@dataclass(frozen=True, slots=True)
class Found:
    """Free times in order: when each begins and with whom."""

    begins: Numbers
    who: Numbers

    def __len__(self) -> int:
        return len(self.begins)


def seconds(moment: datetime) -> int:
    """Whole seconds since 1970."""
    return int(moment.timestamp())


def moment(number: int) -> datetime:
    """The moment, in UTC."""
    return datetime.fromtimestamp(int(number), UTC)


def free(diaries: Diaries, within: Period, closed: Collection[date]) -> Found:
    """Free times that begin within the time, soonest first; then who has had fewest sessions, then the list's order.

    `closed` are the holidays, when weekly hours do not hold.
    """
    periods = _joined(diaries.periods, _of_hours(diaries, within, closed))
    found = _times(periods, diaries, within)
    found = _without(found, diaries, diaries.occupied, padded=True)
    found = _without(found, diaries, diaries.away, padded=False)
    found = _days_with_room(found, diaries, within)
    # Load is bounded by the sort key; beyond that nobody's turn is due anyway.
    load = np.minimum(diaries.load, (1 << 12) - 1)
    order = np.argsort((found.begins * (1 << 12) + load[found.who]) * (1 << 14) + found.who, kind="stable")
    return Found(found.begins[order], found.who[order])


def _joined(one: Spans, other: Spans) -> Spans:
    return Spans(
        np.concatenate([one.who, other.who]),
        np.concatenate([one.begins, other.begins]),
        np.concatenate([one.ends, other.ends]),
    )


def _of_hours(diaries: Diaries, within: Period, closed: Collection[date]) -> Spans:
    """Weekly hours and exceptional days as periods."""
    days = _days(within)
    numbers = np.array([(day - _EPOCH).days for day in days], dtype=np.int64)
    week, unusual = diaries.week, diaries.exceptions
    weekdays = np.array([day.isoweekday() for day in days], dtype=np.int64)
    is_open = np.array([day not in closed for day in days])
    holds = (
        (week.weekday[:, None] == weekdays)
        & (week.valid_from[:, None] <= numbers)
        & (numbers <= week.valid_until[:, None])
        & is_open
    )
    differs = np.zeros((len(diaries.length), len(days)), dtype=bool)
    place = unusual.day - numbers[0]
    inside = (place >= 0) & (place < len(days))
    differs[unusual.who[inside], place[inside]] = True
    row, day = np.nonzero(holds & ~differs[week.who])
    given = np.nonzero(inside & (unusual.begins >= 0))[0]
    return _on_the_clock(
        days,
        np.concatenate([week.who[row], unusual.who[given]]),
        np.concatenate([day, place[given]]),
        np.concatenate([week.begins[row], unusual.begins[given]]),
        np.concatenate([week.ends[row], unusual.ends[given]]),
    )


def _on_the_clock(days: Sequence[date], who: Numbers, day: Numbers, begins: Numbers, ends: Numbers) -> Spans:
    """Clock times of days as moments: looked up, since only few different ones are in use."""
    first = _looked_up(days, day, begins, last=False)
    until = _looked_up(days, day, ends, last=True)
    real = first < until
    return Spans(who[real], first[real], until[real])


def _looked_up(days: Sequence[date], day: Numbers, clock: Numbers, *, last: bool) -> Numbers:
    used, place = np.unique(clock, return_inverse=True)
    shown = last_moment if last else first_moment
    clocks = [time(each // 3600, each // 60 % 60, each % 60) for each in used.tolist()]
    table = np.array([[seconds(shown(d, c)) for c in clocks] for d in days], dtype=np.int64)
    return table.reshape(len(days), len(clocks))[day, place]


def _days(within: Period) -> list[date]:
    first, last = day_of(within.starts_at), day_of(within.ends_at)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _times(periods: Spans, diaries: Diaries, within: Period) -> Found:
    """Whole lengths from where each period begins, as far as they begin within the time."""
    length = diaries.length[periods.who]
    number = np.maximum((periods.ends - periods.begins) // length, 0)
    whose = np.repeat(np.arange(len(number)), number)
    turn = np.arange(len(whose)) - np.repeat(np.cumsum(number) - number, number)
    begins = periods.begins[whose] + turn * length[whose]
    inside = (begins >= seconds_up(within.starts_at)) & (begins < seconds_up(within.ends_at))
    who, begins = periods.who[whose][inside], begins[inside]
    _, alone = np.unique(who * _WIDE + begins, return_index=True)  # a time that two periods give is one time
    return Found(begins[alone], who[alone])


def seconds_up(moment: datetime) -> int:
    """Whole seconds since 1970, rounded up."""
    return -int(-moment.timestamp() // 1)


def _without(found: Found, diaries: Diaries, taken: Spans, *, padded: bool) -> Found:
    """The times that touch nothing taken; `padded`: with the pauses that the session itself would keep."""
    if not len(taken.who) or not len(found):
        return found
    order = np.argsort(taken.who * _WIDE + taken.begins)
    starts = (taken.who * _WIDE + taken.begins)[order]
    # Absences may overlap each other: of all that began before, the one that ends last decides.
    latest = np.maximum.accumulate((taken.who * _WIDE + taken.ends)[order])
    who = found.who * _WIDE
    kept_from = who + found.begins - (diaries.before[found.who] if padded else 0)
    kept_to = who + found.begins + diaries.length[found.who] + (diaries.after[found.who] if padded else 0)
    before = np.searchsorted(starts, kept_to, side="left")
    clear = (before == 0) | (latest[np.maximum(before - 1, 0)] <= kept_from)
    return Found(found.begins[clear], found.who[clear])


def _days_with_room(found: Found, diaries: Diaries, within: Period) -> Found:
    """Without the days on which a counsellor already has as many sessions as a day may hold."""
    if not diaries.most.any() or not len(found) or not len(diaries.booked):
        return found
    first = (day_of(within.starts_at) - _EPOCH).days - 1
    width = (day_of(within.ends_at) - _EPOCH).days - first + 2
    booked = _day_numbers(diaries.booked, within) - first
    inside = (booked >= 0) & (booked < width)
    counted = np.bincount(diaries.occupied.who[inside] * width + booked[inside], minlength=len(diaries.most) * width)
    room = counted[found.who * width + _day_numbers(found.begins, within) - first] < diaries.most[found.who]
    room |= diaries.most[found.who] == 0
    return Found(found.begins[room], found.who[room])


def _day_numbers(moments: Numbers, within: Period) -> Numbers:
    """The Swedish day of each moment in or near the time, as a number since 1970."""
    days = [day + timedelta(days=shift) for day in (_days(within)[0],) for shift in range(-2, len(_days(within)) + 3)]
    midnights = np.array([seconds(first_moment(day, time())) for day in days], dtype=np.int64)
    return np.searchsorted(midnights, moments, side="right") - 1 + (days[0] - _EPOCH).days
