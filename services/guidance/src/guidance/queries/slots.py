"""Free times, computed as they are asked for: three statements read the diaries, numpy does the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.adapters.reference import holidays_sv
from guidance.domain.availability import LONGEST
from guidance.domain.search import Diaries, Exceptions, Found, Numbers, Spans, Week, free, moment
from guidance.domain.sessions import USUAL
from guidance.domain.slots import Rules
from guidance.domain.times import Period, day_of

_DAY: Final = timedelta(days=1)

_WHO: Final = sa.text("""
    SELECT c.counsellor, c.municipality, c.display_name, c.languages, c.specialities, c.max_per_day,
           CASE WHEN c.channels <@ t.channels THEN c.channels
                ELSE ARRAY(SELECT each FROM unnest(c.channels) AS each WHERE each = ANY(t.channels)) END AS channels,
           coalesce(t.minutes, c.session_minutes) AS minutes,
           greatest(c.buffer_before_minutes, t.buffer_before_minutes) AS buffer_before,
           greatest(c.buffer_after_minutes, t.buffer_after_minutes) AS buffer_after,
           (SELECT count(*) FROM sessions AS s WHERE s.counsellor = c.counsellor AND s.status <> 'cancelled'
                AND s.starts_at >= CAST(:load_from AS timestamptz)) AS load
    FROM counsellors AS c JOIN session_types AS t ON t.code = :session_type
    WHERE c.channels && t.channels
      AND (CAST(:channel AS text) IS NULL OR :channel = ANY(c.channels) AND :channel = ANY(t.channels))
      AND (CAST(:language AS text) IS NULL OR :language = ANY(c.languages))
      AND (CAST(:speciality AS text) IS NULL OR :speciality = ANY(c.specialities))
      AND (CAST(:municipality AS text) IS NULL OR c.municipality = :municipality)
      AND (CAST(:counsellor AS uuid) IS NULL OR c.counsellor = :counsellor)
    ORDER BY c.counsellor
""")
# Columns in the database's own binary form, one string of bytes each: a hundred thousand moments are then read at once
# instead of one by one. The first column is the counsellor's place in the list.
_NUMBERS: Final = sa.text("""
    WITH who AS (SELECT counsellor, n - 1 AS n FROM unnest(CAST(:who AS uuid[])) WITH ORDINALITY AS w (counsellor, n)),
    reported AS (
        SELECT string_agg(int8send(n), '') AS who, string_agg(timestamptz_send(starts_at), '') AS begins,
               string_agg(timestamptz_send(ends_at), '') AS ends
        FROM who JOIN periods USING (counsellor)
        WHERE starts_at > CAST(:periods_from AS timestamptz) AND starts_at < CAST(:ends AS timestamptz)),
    taken AS (
        SELECT string_agg(int8send(n), '') AS who, string_agg(timestamptz_send(lower(occupied)), '') AS begins,
               string_agg(timestamptz_send(upper(occupied)), '') AS ends,
               string_agg(timestamptz_send(starts_at), '') AS booked
        FROM who JOIN sessions USING (counsellor)
        WHERE status <> 'cancelled' AND starts_at > CAST(:periods_from AS timestamptz)
          AND starts_at < CAST(:occupied_to AS timestamptz)),
    absent AS (
        SELECT string_agg(int8send(n), '') AS who,
               string_agg(timestamptz_send(coalesce(lower(during), CAST(:begins AS timestamptz))), '') AS begins,
               string_agg(timestamptz_send(coalesce(upper(during), CAST(:occupied_to AS timestamptz))), '') AS ends
        FROM who JOIN unavailable USING (counsellor)
        WHERE during && tstzrange(CAST(:begins AS timestamptz), CAST(:occupied_to AS timestamptz))),
    weekly AS (
        SELECT array_agg(n) AS who, array_agg(weekday) AS weekday,
               array_agg(CAST(extract(epoch FROM begins) AS integer)) AS begins,
               array_agg(CAST(extract(epoch FROM ends) AS integer)) AS ends,
               array_agg(valid_from - DATE '1970-01-01') AS valid_from,
               array_agg(coalesce(valid_until - DATE '1970-01-01', 1000000)) AS valid_until
        FROM who JOIN weekly_hours USING (counsellor)
        WHERE valid_from <= CAST(:last_day AS date)
          AND (valid_until IS NULL OR valid_until >= CAST(:first_day AS date))),
    unusual AS (
        SELECT array_agg(n) AS who, array_agg(day - DATE '1970-01-01') AS day,
               array_agg(coalesce(CAST(extract(epoch FROM begins) AS integer), -1)) AS begins,
               array_agg(coalesce(CAST(extract(epoch FROM ends) AS integer), -1)) AS ends
        FROM who JOIN hour_exceptions USING (counsellor)
        WHERE day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date))
    SELECT reported.who AS reported_who, reported.begins AS reported_begins, reported.ends AS reported_ends,
           taken.who AS taken_who, taken.begins AS taken_begins, taken.ends AS taken_ends, taken.booked,
           absent.who AS absent_who, absent.begins AS absent_begins, absent.ends AS absent_ends,
           weekly.who AS weekly_who, weekday, weekly.begins AS weekly_begins, weekly.ends AS weekly_ends, valid_from,
           valid_until, unusual.who AS unusual_who, day, unusual.begins AS unusual_begins, unusual.ends AS unusual_ends
    FROM reported, taken, absent, weekly, unusual
""")
_SINCE_1970: Final = 946_684_800  # where the database's moments begin: the year 2000


@dataclass(frozen=True, slots=True)
class FreeSlot:
    """A time that can be booked, with whom, and how."""

    counsellor: UUID
    display_name: str
    municipality: str
    languages: list[str]
    channels: list[str]
    specialities: list[str]
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the one who searches asks for; None is anything."""

    channel: str | None = None
    language: str | None = None
    speciality: str | None = None
    municipality: str | None = None
    counsellor: UUID | None = None
    session_type: str = USUAL


async def free_slots(
    connection: AsyncConnection,
    within: Period,
    wish: Wish,
    rules: Rules,
    *,
    now: datetime,
    limit: int,
    one_for_each_time: bool = False,
) -> Sequence[FreeSlot]:
    """The first free slots of all municipalities, soonest first, then with whom has fewest sessions booked.

    `one_for_each_time`: of those free at the same time only the first.
    """
    who, found = await _search(connection, within, wish, rules, now)
    begins, place = found.begins, found.who
    if one_for_each_time:
        _, first = np.unique(begins, return_index=True)
        begins, place = begins[first], place[first]
    return [_free_slot(moment(at), who[by]) for at, by in zip(begins[:limit], place[:limit], strict=True)]


async def free_at(
    connection: AsyncConnection, starts_at: datetime, wish: Wish, rules: Rules, *, now: datetime
) -> Sequence[UUID]:
    """Who is free at this very time, the one with fewest sessions first."""
    within = Period(starts_at, starts_at + timedelta(seconds=1))
    who, found = await _search(connection, within, wish, rules, now)
    return [who[by].counsellor for by in found.who]


async def free_number(connection: AsyncConnection, within: Period, rules: Rules, *, now: datetime) -> int:
    """How many slots are free."""
    _, found = await _search(connection, within, Wish(), rules, now)
    return len(found)


async def _search(
    connection: AsyncConnection, within: Period, wish: Wish, rules: Rules, now: datetime
) -> tuple[Sequence[sa.Row[Any]], Found]:
    asked = {
        "session_type": wish.session_type,
        "channel": wish.channel,
        "language": wish.language,
        "speciality": wish.speciality,
        "municipality": wish.municipality,
        "counsellor": wish.counsellor,
        "load_from": now - rules.load_counts_back,
    }
    who = (await connection.execute(_WHO, asked)).all()
    if not who:
        return who, Found(np.array([], dtype=np.int64), np.array([], dtype=np.int64))
    numbers = (await connection.execute(_NUMBERS, _bounds(who, within))).one()
    return who, free(_diaries(who, numbers, rules), within, holidays_sv().keys())


def _bounds(who: Sequence[sa.Row[Any]], within: Period) -> dict[str, object]:
    first, last = day_of(within.starts_at), day_of(within.ends_at)
    return {
        "who": [row.counsellor for row in who],
        "begins": within.starts_at - _DAY,
        "ends": within.ends_at,
        # a period that began before the search may still have room in it, and a session after it may lie in its way
        "periods_from": within.starts_at - LONGEST - _DAY,
        "occupied_to": within.ends_at + LONGEST + _DAY,
        "first_day": first,
        "last_day": last,
    }


def _diaries(who: Sequence[sa.Row[Any]], row: sa.Row[Any], rules: Rules) -> Diaries:
    before, after = (pause // timedelta(seconds=1) for pause in (rules.buffer_before, rules.buffer_after))
    return Diaries(
        length=_array([each.minutes * 60 for each in who]),
        before=np.maximum(_array([each.buffer_before * 60 for each in who]), before),
        after=np.maximum(_array([each.buffer_after * 60 for each in who]), after),
        load=_array([each.load for each in who]),
        most=_array([each.max_per_day or 0 for each in who]),
        periods=Spans(_whole(row.reported_who), _moments(row.reported_begins), _moments(row.reported_ends)),
        week=Week(
            *map(_array, (row.weekly_who, row.weekday, row.weekly_begins, row.weekly_ends)),
            *map(_array, (row.valid_from, row.valid_until)),
        ),
        exceptions=Exceptions(*map(_array, (row.unusual_who, row.day, row.unusual_begins, row.unusual_ends))),
        occupied=Spans(_whole(row.taken_who), _moments(row.taken_begins), _moments(row.taken_ends)),
        booked=_moments(row.booked),
        away=Spans(_whole(row.absent_who), _moments(row.absent_begins), _moments(row.absent_ends)),
    )


def _array(numbers: Sequence[int] | None) -> Numbers:
    return np.array(numbers or [], dtype=np.int64)


def _whole(column: bytes | None) -> Numbers:
    return np.frombuffer(column or b"", dtype=">i8").astype(np.int64)


def _moments(column: bytes | None) -> Numbers:
    """Microseconds since 2000 as seconds since 1970."""
    return _whole(column) // 1_000_000 + _SINCE_1970


def _free_slot(starts_at: datetime, row: sa.Row[Any]) -> FreeSlot:
    return FreeSlot(
        counsellor=row.counsellor,
        display_name=row.display_name,
        municipality=row.municipality,
        languages=row.languages,
        channels=row.channels,
        specialities=row.specialities,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=row.minutes),
    )
