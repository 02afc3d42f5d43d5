"""Times that can be booked, and the region's rules for them. They are computed, never stored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from guidance.domain.times import Period, first_moment


class WindowTooWide(Exception):
    """The time from `from` to `to` is longer than a search may span; ask for a shorter time."""

    sv = "Tiden från `from` till `to` är längre än en sökning får omfatta; fråga om en kortare tid."


class WindowBackwards(Exception):
    """`to` must come after `from`."""

    sv = "`to` måste komma efter `from`."


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """A time of every year when many want a session, so that each may book only `most` in it by link.

    `begins` and `ends` are (month, day); the last day is part of it.
    """

    name_sv: str
    name_en: str
    begins: tuple[int, int]
    ends: tuple[int, int]
    most: int

    def around(self, day: date) -> Period | None:
        """The peak that this day lies in, if it does."""
        first, last = date(day.year, *self.begins), date(day.year, *self.ends)
        if not first <= day <= last:
            return None
        midnight = datetime.min.time()
        return Period(first_moment(first, midnight), first_moment(last + timedelta(days=1), midnight))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The region's rules of booking: notice, widest search, pauses, how far ahead, how many, how long offers stand, and
    when messages are sent.

    `furthest_ahead`, `most_ahead` and `peaks` bind those who book by link; staff may book later and more.
    """

    lead_time: timedelta
    widest_window: timedelta
    buffer_before: timedelta
    buffer_after: timedelta
    load_counts_back: timedelta
    furthest_ahead: timedelta
    most_ahead: int
    peaks: Sequence[Peak]
    offer_stands: timedelta
    offers_unanswered: int
    door_opens_before: timedelta
    door_closes_after: timedelta
    remind_before: timedelta
    survey_after: timedelta
    link_lasts: timedelta
    contacts_kept: timedelta

    def earliest(self, now: datetime) -> datetime:
        """The first moment a session may begin."""
        return now + self.lead_time

    def peak(self, day: date) -> tuple[Peak, Period] | None:
        """The peak that this day lies in, and when it is."""
        found = ((peak, around) for peak in self.peaks if (around := peak.around(day)) is not None)
        return next(found, None)


def window(begins: datetime, ends: datetime, rules: Rules, *, now: datetime) -> Period:
    """The bounded time to search, without what has become too soon. Raises WindowTooWide and WindowBackwards."""
    if ends <= begins:
        raise WindowBackwards
    if ends - begins > rules.widest_window:
        raise WindowTooWide
    earliest = max(begins, rules.earliest(now))
    return Period(earliest, max(ends, earliest))


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
