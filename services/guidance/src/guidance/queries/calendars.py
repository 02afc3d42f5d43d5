"""What stands in a counsellor's calendar, and how their sources are doing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.adapters.calendars.feeds import digest
from guidance.adapters.sessions import SessionUnknown
from guidance.domain.calendars import Entry, FeedUnknown, NotForCalendars, uid
from guidance.domain.rota.refusals import ShiftUnknown
from guidance.domain.times import Period

_BACK: Final = timedelta(days=30)
_AHEAD: Final = timedelta(days=182)
_CHANNELS: Final = {"video": "video", "phone": "telefon", "chat": "chatt", "on_site": "på plats"}

_OWNER: Final = sa.text("""
    SELECT f.counsellor, c.display_name FROM calendar_feeds AS f
    JOIN counsellors AS c ON c.counsellor = f.counsellor WHERE f.secret = :secret
""")
_SHIFTS: Final = sa.text("""
    SELECT s.id, s.starts_at, s.ends_at, s.revision, s.changed_at, s.withdrawn_at, r.name, s.counsellor
    FROM rota_shifts AS s JOIN rotas AS r ON r.id = s.rota
    WHERE s.counsellor = CAST(:counsellor AS uuid) AND s.withdrawn_at IS NULL
      AND s.starts_at < CAST(:to AS timestamptz) AND s.ends_at > CAST(:from AS timestamptz)
    ORDER BY s.starts_at, s.id
""")
_SESSIONS: Final = sa.text("""
    SELECT id, starts_at, ends_at, moves, channel, status, protected, booked_at, moved_at, cancelled_at
    FROM sessions
    WHERE counsellor = CAST(:counsellor AS uuid) AND status IN ('booked', 'held', 'no_show')
      AND starts_at < CAST(:to AS timestamptz) AND ends_at > CAST(:from AS timestamptz)
    ORDER BY starts_at, id
""")
_SHIFT: Final = sa.text("""
    SELECT s.id, s.starts_at, s.ends_at, s.revision, s.changed_at, s.withdrawn_at, r.name, s.counsellor
    FROM rota_shifts AS s JOIN rotas AS r ON r.id = s.rota
    WHERE s.id = CAST(:id AS uuid) AND s.counsellor = CAST(:counsellor AS uuid)
""")
_SESSION: Final = sa.text("""
    SELECT id, starts_at, ends_at, moves, channel, status, protected, booked_at, moved_at, cancelled_at
    FROM sessions
    WHERE id = CAST(:id AS uuid) AND status <> 'offered'
      AND (CAST(:municipality AS text) IS NULL OR :municipality IN (home_municipality, counsellor_municipality))
""")
_FEED: Final = sa.text("""
    SELECT made_at, read_at FROM calendar_feeds WHERE counsellor = CAST(:counsellor AS uuid)
""")
_SOURCES: Final = sa.text("""
    SELECT s.id, s.kind, s.host, s.added_at, s.tried_at, s.read_at, s.fault, s.passed_over,
           (SELECT count(*) FROM busy_times AS b WHERE b.source = s.id
                AND b.ends_at > CAST(:now AS timestamptz)) AS busy
    FROM calendar_sources AS s WHERE s.counsellor = CAST(:counsellor AS uuid) ORDER BY s.added_at, s.id
""")


@dataclass(frozen=True, slots=True)
class FeedRow:
    """That a counsellor has a feed, and when it was last read. The address itself is known to them alone."""

    made_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A calendar that is read: when it last could be, why it now cannot, how many events were not understood."""

    id: UUID
    kind: str
    host: str
    added_at: datetime
    tried_at: datetime | None
    read_at: datetime | None
    fault: str | None
    passed_over: int
    busy: int


async def owner(connection: AsyncConnection, secret: str) -> UUID:
    """Whose feed has this secret in its address. Raises FeedUnknown."""
    row = (await connection.execute(_OWNER, {"secret": digest(secret)})).first()
    if row is None:
        raise FeedUnknown
    found: UUID = row.counsellor
    return found


async def entries(connection: AsyncConnection, counsellor: UUID, *, now: datetime) -> Sequence[Entry]:
    """Shifts and sessions of the counsellor, from a month ago to half a year ahead. Nothing tells who is met."""
    asked = {"counsellor": counsellor, "from": now - _BACK, "to": now + _AHEAD}
    shifts = [_shift(row) for row in await connection.execute(_SHIFTS, asked)]
    return [*shifts, *(_session(row) for row in await connection.execute(_SESSIONS, asked))]


async def shift_entry(connection: AsyncConnection, shift: UUID, counsellor: UUID) -> Entry:
    """One of the counsellor's own shifts, also when withdrawn. Raises ShiftUnknown."""
    row = (await connection.execute(_SHIFT, {"id": shift, "counsellor": counsellor})).first()
    if row is None:
        raise ShiftUnknown
    return _shift(row)


async def session_entry(connection: AsyncConnection, session: UUID, *, municipality: str | None) -> Entry:
    """A session, also when cancelled. Raises SessionUnknown, and NotForCalendars for a protected identity."""
    row = (await connection.execute(_SESSION, {"id": session, "municipality": municipality})).first()
    if row is None:
        raise SessionUnknown
    if row.protected:
        raise NotForCalendars
    return _session(row)


async def feed_row(connection: AsyncConnection, counsellor: UUID) -> FeedRow | None:
    """Whether the counsellor has a feed."""
    row = (await connection.execute(_FEED, {"counsellor": counsellor})).first()
    return None if row is None else FeedRow(**row._asdict())


async def sources(connection: AsyncConnection, counsellor: UUID, *, now: datetime) -> Sequence[SourceRow]:
    """The counsellor's sources, oldest first."""
    rows = await connection.execute(_SOURCES, {"counsellor": counsellor, "now": now})
    return [SourceRow(**row._asdict()) for row in rows]


def _shift(row: sa.Row[Any]) -> Entry:
    return Entry(
        uid=uid("shift", row.id),
        sequence=row.revision,
        period=Period(row.starts_at, row.ends_at),
        summary=f"Jour: {row.name}",
        changed_at=row.changed_at,
        cancelled=row.withdrawn_at is not None,
    )


def _session(row: sa.Row[Any]) -> Entry:
    cancelled = row.cancelled_at is not None
    changed = [at for at in (row.booked_at, row.moved_at, row.cancelled_at) if at is not None]
    summary = "Upptagen" if row.protected else f"Vägledningssamtal ({_CHANNELS[row.channel]})"
    return Entry(
        uid=uid("session", row.id),
        sequence=row.moves + cancelled,
        period=Period(row.starts_at, row.ends_at),
        summary=summary,
        changed_at=max(changed),
        cancelled=cancelled,
    )
