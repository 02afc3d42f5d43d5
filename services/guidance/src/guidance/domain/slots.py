"""Times that can be booked. They are computed, never stored: periods of availability less what is booked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from uuid import UUID

from guidance.domain.times import Period


class WindowTooWide(Exception):
    """The time from `from` to `to` is longer than a search may span; ask for a shorter time."""

    sv = "Tiden från `from` till `to` är längre än en sökning får omfatta; fråga om en kortare tid."


class WindowBackwards(Exception):
    """`to` must come after `from`."""

    sv = "`to` måste komma efter `from`."


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The region's rules of booking: the shortest notice, the widest search, and the pause kept before and after."""

    lead_time: timedelta
    widest_window: timedelta
    buffer_before: timedelta
    buffer_after: timedelta
    load_counts_back: timedelta

    def occupied(self, session: Period) -> Period:
        """The time a session keeps its counsellor from other sessions."""
        return Period(session.starts_at - self.buffer_before, session.ends_at + self.buffer_after)

    def earliest(self, now: datetime) -> datetime:
        """The first moment a session may begin."""
        return now + self.lead_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Diary:
    """One counsellor's part in a search: `periods` in order, what is `occupied`, and `load`, the sessions booked."""

    counsellor: UUID
    session_length: timedelta
    periods: Sequence[Period]
    occupied: Sequence[Period]
    load: int


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A time that can be booked. Sorted by time, then by fair load: who has fewest sessions booked comes first."""

    starts_at: datetime
    load: int
    counsellor: UUID
    ends_at: datetime


def window(begins: datetime, ends: datetime, rules: Rules, *, now: datetime) -> Period:
    """The bounded time to search, without what has become too soon. Raises WindowTooWide and WindowBackwards."""
    if ends <= begins:
        raise WindowBackwards
    if ends - begins > rules.widest_window:
        raise WindowTooWide
    earliest = max(begins, rules.earliest(now))
    return Period(earliest, max(ends, earliest))


def free(diaries: Sequence[Diary], within: Period, rules: Rules) -> Iterator[Slot]:
    """The free slots of these counsellors that begin within the time, in order; computed as they are asked for."""
    return merge(*(_of_diary(diary, within, rules) for diary in diaries))


def of_period(period: Period, length: timedelta) -> Iterator[Period]:
    """The sessions that a period has room for: one after the other from where it begins."""
    starts_at = period.starts_at
    while starts_at + length <= period.ends_at:
        yield Period(starts_at, starts_at + length)
        starts_at += length


def is_slot(session: Period, period: Period, length: timedelta) -> bool:
    """Whether this is one of the period's own times: whole lengths from its beginning, and within it."""
    whole = (session.starts_at - period.starts_at) % length == timedelta(0)
    return whole and session.ends_at - session.starts_at == length and period.covers(session)


def _of_diary(diary: Diary, within: Period, rules: Rules) -> Iterator[Slot]:
    for period in diary.periods:
        occupied = [each for each in diary.occupied if each.overlaps(rules.occupied(period))]
        for session in of_period(period, diary.session_length):
            if session.starts_at >= within.ends_at:
                return
            kept = rules.occupied(session)
            if session.starts_at >= within.starts_at and not any(kept.overlaps(each) for each in occupied):
                yield Slot(session.starts_at, diary.load, diary.counsellor, session.ends_at)
