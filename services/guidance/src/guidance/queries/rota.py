"""The rota as it is shown: rotas, shifts, offers, notices and hand-over notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.domain.times import Period

_ROTAS: Final = sa.text("SELECT id, name, version, planned_until FROM rotas ORDER BY name, id")
_LAYERS: Final = sa.text("""
    SELECT id, name, participants, handover, every, at, weekday, starts_on, ends_on, windows, off_on_holidays
    FROM rota_layers WHERE rota = CAST(:rota AS uuid) ORDER BY added_at, id
""")
_OVERRIDES: Final = sa.text("""
    SELECT o.id, o.removes, r.display_name AS removes_name, o.adds, a.display_name AS adds_name, o.starts_at, o.ends_at
    FROM rota_overrides AS o
    LEFT JOIN counsellors AS r ON r.counsellor = o.removes
    LEFT JOIN counsellors AS a ON a.counsellor = o.adds
    WHERE o.rota = CAST(:rota AS uuid) AND o.ends_at > CAST(:now AS timestamptz) ORDER BY o.starts_at, o.id
""")
_SHIFTS: Final = sa.text("""
    SELECT s.id, s.rota, s.layer, l.name AS layer_name, s.counsellor, c.display_name, c.municipality, s.starts_at,
           s.ends_at, s.revision, w.gives IS NOT NULL AND w.takes = s.counsellor AS swapped,
           s.override IS NOT NULL AS added,
           EXISTS (SELECT 1 FROM swap_offers AS o WHERE o.status = 'open' AND o.offered_by = s.counsellor
                   AND (o.layer, o.turn, o.piece) = (s.layer, s.turn, s.piece)) AS offered,
           EXISTS (SELECT 1 FROM unavailable AS u WHERE u.counsellor = s.counsellor
                   AND u.during && tstzrange(s.starts_at, s.ends_at)
                   AND u.during <> tstzrange(s.starts_at, s.ends_at)) AS away
    FROM rota_shifts AS s
    JOIN counsellors AS c ON c.counsellor = s.counsellor
    LEFT JOIN rota_layers AS l ON l.id = s.layer
    LEFT JOIN rota_swaps AS w ON (w.layer, w.turn, w.piece) = (s.layer, s.turn, s.piece)
    WHERE s.withdrawn_at IS NULL
      AND (CAST(:rota AS uuid) IS NULL OR s.rota = CAST(:rota AS uuid))
      AND (CAST(:counsellor AS uuid) IS NULL OR s.counsellor = CAST(:counsellor AS uuid))
      AND s.starts_at < CAST(:to AS timestamptz) AND s.ends_at > CAST(:from AS timestamptz)
    ORDER BY s.starts_at, c.display_name, s.id
""")
_OFFERS: Final = sa.text("""
    SELECT o.id, o.rota, o.offered_by, b.display_name AS offered_by_name, b.municipality AS offered_by_municipality,
           o.asked, a.display_name AS asked_name, o.starts_at, o.ends_at, back.starts_at AS return_starts_at,
           back.ends_at AS return_ends_at, o.offered_by = CAST(:counsellor AS uuid) AS own
    FROM swap_offers AS o
    JOIN counsellors AS b ON b.counsellor = o.offered_by
    LEFT JOIN counsellors AS a ON a.counsellor = o.asked
    LEFT JOIN LATERAL (
        SELECT min(s.starts_at) AS starts_at, max(s.ends_at) AS ends_at FROM rota_shifts AS s
        WHERE s.withdrawn_at IS NULL AND o.in_return IS NOT NULL AND s.layer = CAST(o.in_return ->> 0 AS uuid)
            AND s.turn = CAST(o.in_return ->> 1 AS integer) AND s.piece = CAST(o.in_return ->> 2 AS integer)) AS back
        ON true
    WHERE o.status = 'open' AND o.starts_at > CAST(:now AS timestamptz)
      AND EXISTS (SELECT 1 FROM rota_shifts AS s WHERE s.withdrawn_at IS NULL AND s.counsellor = o.offered_by
                  AND (s.layer, s.turn, s.piece) = (o.layer, o.turn, o.piece))
      AND (o.offered_by = CAST(:counsellor AS uuid) OR o.asked = CAST(:counsellor AS uuid)
           OR o.asked IS NULL AND EXISTS (SELECT 1 FROM rota_layers AS l
               WHERE l.rota = o.rota AND CAST(:counsellor AS uuid) = ANY(l.participants)))
      AND NOT CAST(:counsellor AS uuid) = ANY(o.declined_by)
    ORDER BY o.starts_at, o.id
""")
_NOTICES: Final = sa.text("""
    SELECT kind, count(*) AS number, min(starts_at) AS starts_at, min(ends_at) AS ends_at,
           min(before_starts_at) AS before_starts_at, max(made_at) AS made_at
    FROM shift_notices WHERE counsellor = CAST(:counsellor AS uuid) AND read_at IS NULL
    GROUP BY kind, date_trunc('minute', made_at) ORDER BY max(made_at) DESC, kind LIMIT 20
""")
_NOTES: Final = sa.text("""
    SELECT n.body, n.written_at, c.display_name, c.municipality, s.starts_at, s.ends_at
    FROM handover_notes AS n JOIN rota_shifts AS s ON s.id = n.shift JOIN counsellors AS c ON c.counsellor = n.author
    WHERE s.rota = CAST(:rota AS uuid) ORDER BY n.written_at DESC LIMIT :limit
""")
_NEXT_OPEN: Final = sa.text("""
    SELECT min(starts_at) FROM rota_shifts WHERE withdrawn_at IS NULL AND starts_at > CAST(:now AS timestamptz)
""")
_PARTICIPANTS: Final = sa.text("""
    SELECT counsellor, display_name, municipality FROM counsellors
    WHERE counsellor IN (SELECT unnest(participants) FROM rota_layers WHERE rota = CAST(:rota AS uuid))
    ORDER BY display_name, counsellor
""")
_PEOPLE: Final = sa.text(
    "SELECT counsellor, display_name, municipality FROM counsellors ORDER BY display_name, counsellor"
)


@dataclass(frozen=True, slots=True)
class RotaRow:
    """A rota, and how far its shifts are planned."""

    id: UUID
    name: str
    version: int
    planned_until: datetime | None


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """A shift as shown. `away`: who has it is absent, or busy elsewhere, at some of that time."""

    id: UUID
    rota: UUID
    layer: UUID | None
    layer_name: str | None
    counsellor: UUID
    display_name: str
    municipality: str
    starts_at: datetime
    ends_at: datetime
    revision: int
    swapped: bool
    added: bool
    offered: bool
    away: bool


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An open offer that concerns a counsellor: made by them, or to them."""

    id: UUID
    rota: UUID
    offered_by: UUID
    offered_by_name: str
    offered_by_municipality: str
    asked: UUID | None
    asked_name: str | None
    starts_at: datetime
    ends_at: datetime
    return_starts_at: datetime | None
    return_ends_at: datetime | None
    own: bool


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """Unread news of one kind from one moment: how many, and the first time they are about."""

    kind: str
    number: int
    starts_at: datetime
    ends_at: datetime
    before_starts_at: datetime | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class NoteRow:
    """What one on duty left for the next."""

    body: str
    written_at: datetime
    display_name: str
    municipality: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """A counsellor who can be put on duty."""

    counsellor: UUID
    display_name: str
    municipality: str


async def rotas(connection: AsyncConnection) -> Sequence[RotaRow]:
    """All rotas, by name."""
    return [RotaRow(**row._asdict()) for row in await connection.execute(_ROTAS)]


async def layers(connection: AsyncConnection, rota: UUID) -> Sequence[sa.Row[Any]]:
    """The rota's layers as they are kept, in the order they were added."""
    return (await connection.execute(_LAYERS, {"rota": rota})).all()


async def overrides(connection: AsyncConnection, rota: UUID, *, now: datetime) -> Sequence[sa.Row[Any]]:
    """The rota's overrides that are not over."""
    return (await connection.execute(_OVERRIDES, {"rota": rota, "now": now})).all()


async def shifts(
    connection: AsyncConnection, within: Period, *, rota: UUID | None = None, counsellor: UUID | None = None
) -> Sequence[ShiftRow]:
    """The shifts that touch the period, in order of time."""
    asked = {"from": within.starts_at, "to": within.ends_at, "rota": rota, "counsellor": counsellor}
    return [ShiftRow(**row._asdict()) for row in await connection.execute(_SHIFTS, asked)]


async def offers(connection: AsyncConnection, counsellor: UUID, *, now: datetime) -> Sequence[OfferRow]:
    """Open offers made by the counsellor or to them, soonest shift first."""
    rows = await connection.execute(_OFFERS, {"counsellor": counsellor, "now": now})
    return [OfferRow(**row._asdict()) for row in rows]


async def notices(connection: AsyncConnection, counsellor: UUID) -> Sequence[NoticeRow]:
    """What the counsellor has not read, newest first; many of one kind at once are one row."""
    return [NoticeRow(**row._asdict()) for row in await connection.execute(_NOTICES, {"counsellor": counsellor})]


async def notes(connection: AsyncConnection, rota: UUID, *, limit: int = 10) -> Sequence[NoteRow]:
    """The latest hand-over notes of the rota."""
    return [NoteRow(**row._asdict()) for row in await connection.execute(_NOTES, {"rota": rota, "limit": limit})]


async def next_open(connection: AsyncConnection, *, now: datetime) -> datetime | None:
    """When the next shift begins."""
    found: datetime | None = await connection.scalar(_NEXT_OPEN, {"now": now})
    return found


async def people(connection: AsyncConnection) -> Sequence[Person]:
    """All counsellors, by name."""
    return [Person(**row._asdict()) for row in await connection.execute(_PEOPLE)]


async def participants(connection: AsyncConnection, rota: UUID) -> Sequence[Person]:
    """Those who take turns in the rota, by name."""
    return [Person(**row._asdict()) for row in await connection.execute(_PARTICIPANTS, {"rota": rota})]
