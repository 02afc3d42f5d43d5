"""Diaries of counsellors for the tests, and what a search finds in them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import numpy as np

from guidance.domain.hours import Exceptional, Weekly
from guidance.domain.search import Diaries, Exceptions, Spans, Week, free, moment, seconds
from guidance.domain.times import Period

from ..builders import MONDAY, minutes, period

DAY = timedelta(days=1)


EPOCH = date(1970, 1, 1)


@dataclass
class Who:
    """One counsellor of a search, in plain words."""

    length: int = 30
    before: int = 0
    after: int = 0
    load: int = 0
    most: int = 0
    periods: Sequence[Period] = ()
    weekly: Sequence[Weekly] = ()
    exceptions: Sequence[Exceptional] = ()
    booked: Sequence[Period] = ()  # without their pauses
    away: Sequence[Period] = field(default_factory=list)


def columns(rows: Sequence[Sequence[int]], width: int) -> list[np.ndarray]:
    return list(np.array(rows, dtype=np.int64).reshape(-1, width).T)


def clock(at: time | None) -> int:
    return -1 if at is None else at.hour * 3600 + at.minute * 60


def span(n: int, each: Period) -> list[int]:
    return [n, seconds(each.starts_at), seconds(each.ends_at)]


def diaries(everyone: Sequence[Who]) -> Diaries:
    numbered = list(enumerate(everyone))
    sessions = [(n, who, each) for n, who in numbered for each in who.booked]
    kept = [(n, Period(s.starts_at - minutes(who.before), s.ends_at + minutes(who.after))) for n, who, s in sessions]
    week = [
        [
            n,
            w.weekday,
            clock(w.begins),
            clock(w.ends),
            (w.valid_from - EPOCH).days,
            ((w.valid_until or date.max) - EPOCH).days,
        ]
        for n, who in numbered
        for w in who.weekly
    ]
    unusual = [[n, (x.day - EPOCH).days, clock(x.begins), clock(x.ends)] for n, who in numbered for x in who.exceptions]
    return Diaries(
        length=np.array([who.length * 60 for who in everyone]),
        before=np.array([who.before * 60 for who in everyone]),
        after=np.array([who.after * 60 for who in everyone]),
        load=np.array([who.load for who in everyone]),
        most=np.array([who.most for who in everyone]),
        periods=Spans(*columns([span(n, p) for n, who in numbered for p in who.periods], 3)),
        week=Week(*columns(week, 6)),
        exceptions=Exceptions(*columns(unusual, 4)),
        occupied=Spans(*columns([span(n, each) for n, each in kept], 3)),
        booked=np.array([seconds(s.starts_at) for _, _, s in sessions], dtype=np.int64),
        away=Spans(*columns([span(n, each) for n, who in numbered for each in who.away], 3)),
    )


def search(everyone: Sequence[Who], within: Period, closed: Sequence[date] = ()) -> list[tuple[datetime, int]]:
    found = free(diaries(everyone), within, set(closed))
    return [(moment(at), int(by)) for at, by in zip(found.begins, found.who, strict=True)]


def starts(who: Who, within: Period | None = None, closed: Sequence[date] = ()) -> list[int]:
    """The free times of one, in minutes after Monday nine o'clock."""
    found = search([who], within or period(0, 24 * 60), closed)
    return [int((at - MONDAY) / minutes(1)) for at, _ in found]
