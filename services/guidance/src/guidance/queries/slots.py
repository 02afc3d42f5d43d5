"""Free times, computed as they are asked for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.domain.availability import LONGEST
from guidance.domain.slots import Diary, Rules, Slot, free
from guidance.domain.times import Period

_DIARIES: Final = sa.text("""
    SELECT c.counsellor, c.municipality, c.display_name, c.languages, c.channels, c.session_minutes,
           p.starts AS period_starts, p.ends AS period_ends, o.starts AS occupied_starts, o.ends AS occupied_ends,
           (SELECT count(*) FROM sessions AS s WHERE s.counsellor = c.counsellor AND s.status = 'booked'
                AND s.starts_at >= CAST(:load_from AS timestamptz)) AS load
    FROM counsellors AS c
    CROSS JOIN LATERAL (
        SELECT array_agg(starts_at ORDER BY starts_at) AS starts, array_agg(ends_at ORDER BY starts_at) AS ends
        FROM periods WHERE counsellor = c.counsellor
            AND starts_at > CAST(:periods_from AS timestamptz) AND starts_at < CAST(:to AS timestamptz)) AS p
    CROSS JOIN LATERAL (
        SELECT array_agg(lower(occupied)) AS starts, array_agg(upper(occupied)) AS ends
        FROM sessions WHERE counsellor = c.counsellor AND status = 'booked'
            AND occupied && tstzrange(CAST(:periods_from AS timestamptz), CAST(:occupied_to AS timestamptz))) AS o
    WHERE p.starts IS NOT NULL
      AND (CAST(:channel AS text) IS NULL OR :channel = ANY(c.channels))
      AND (CAST(:language AS text) IS NULL OR :language = ANY(c.languages))
      AND (CAST(:municipality AS text) IS NULL OR c.municipality = :municipality)
""")


@dataclass(frozen=True, slots=True)
class FreeSlot:
    """A time that can be booked, with whom, and how."""

    counsellor: UUID
    display_name: str
    municipality: str
    languages: list[str]
    channels: list[str]
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the one who searches asks for; None is anything."""

    channel: str | None = None
    language: str | None = None
    municipality: str | None = None


async def free_slots(
    connection: AsyncConnection, within: Period, wish: Wish, rules: Rules, *, now: datetime, limit: int
) -> Sequence[FreeSlot]:
    """The first free slots of all municipalities, soonest first, then with whom has fewest sessions booked."""
    rows = await _diaries(connection, within, wish, rules, now)
    who = {row.counsellor: row for row in rows}
    slots = islice(free([_diary(row) for row in rows], within, rules), limit)
    return [_free_slot(slot, who[slot.counsellor]) for slot in slots]


async def free_number(connection: AsyncConnection, within: Period, rules: Rules, *, now: datetime) -> int:
    """How many slots are free."""
    rows = await _diaries(connection, within, Wish(), rules, now)
    return sum(1 for row in rows for _ in free([_diary(row)], within, rules))


async def _diaries(
    connection: AsyncConnection, within: Period, wish: Wish, rules: Rules, now: datetime
) -> Sequence[sa.Row[Any]]:
    asked = {
        "channel": wish.channel,
        "language": wish.language,
        "municipality": wish.municipality,
        "to": within.ends_at,
        # a period that began before the search may still have room in it, and a session after it may lie in its way
        "periods_from": within.starts_at - LONGEST,
        "occupied_to": within.ends_at + LONGEST,
        "load_from": now - rules.load_counts_back,
    }
    return (await connection.execute(_DIARIES, asked)).all()


def _diary(row: sa.Row[Any]) -> Diary:
    return Diary(
        counsellor=row.counsellor,
        session_length=timedelta(minutes=row.session_minutes),
        periods=list(_pairs(row.period_starts, row.period_ends)),
        occupied=list(_pairs(row.occupied_starts, row.occupied_ends)),
        load=row.load,
    )


def _pairs(starts: Sequence[datetime] | None, ends: Sequence[datetime] | None) -> Iterator[Period]:
    return map(Period, starts or (), ends or ())


def _free_slot(slot: Slot, row: sa.Row[Any]) -> FreeSlot:
    return FreeSlot(
        counsellor=row.counsellor,
        display_name=row.display_name,
        municipality=row.municipality,
        languages=row.languages,
        channels=row.channels,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
    )
