"""How counsellors and their periods are loaded and saved, many at a time."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.domain.availability import Channel, Counsellor
from guidance.domain.times import Period
from shared.database import as_json
from shared.work import ConcurrentChange

# The lock leaves the foreign keys of sessions being booked alone.
_LOAD = sa.text("""
    SELECT * FROM counsellors WHERE counsellor = ANY(CAST(:ids AS uuid[])) ORDER BY counsellor FOR NO KEY UPDATE
""")
# A known counsellor is locked by `load`. Two first reports of one at the same moment find no row to lock: the one that
# comes second writes nothing, which `save` sees.
_SAVE = sa.text("""
    INSERT INTO counsellors AS c (counsellor, municipality, display_name, languages, channels, session_minutes,
                                  revision, changed_at)
    SELECT r.*, CAST(:now AS timestamptz) FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
        counsellor uuid, municipality text, display_name text, languages text[], channels text[],
        session_minutes integer, revision bigint)
    ORDER BY r.counsellor
    ON CONFLICT (counsellor) DO UPDATE SET
        display_name = excluded.display_name, languages = excluded.languages, channels = excluded.channels,
        session_minutes = excluded.session_minutes, revision = excluded.revision, changed_at = excluded.changed_at
    WHERE c.municipality = excluded.municipality AND c.revision < excluded.revision
    RETURNING 1
""")
_FORGET_PERIODS = sa.text("DELETE FROM periods WHERE counsellor = ANY(CAST(:ids AS uuid[]))")
_SAVE_PERIODS = sa.text("""
    INSERT INTO periods (counsellor, starts_at, ends_at)
    SELECT * FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
        counsellor uuid, starts_at timestamptz, ends_at timestamptz)
""")
_AT = sa.text("""
    SELECT c.*, p.starts_at, p.ends_at FROM counsellors AS c
    LEFT JOIN periods AS p ON p.counsellor = c.counsellor
        AND p.starts_at <= CAST(:at AS timestamptz) AND p.ends_at > CAST(:at AS timestamptz)
    WHERE c.counsellor = CAST(:id AS uuid)
""")


class CounsellorUnknown(Exception):
    """There is no such counsellor; choose one of GET /slots."""

    sv = "Vägledaren finns inte; välj en i GET /slots."


async def load(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Counsellor]:
    """The known counsellors among `ids`, without their periods, locked until the transaction ends."""
    rows = await connection.execute(_LOAD, {"ids": list(ids)})
    return {row.counsellor: _counsellor(row, ()) for row in rows}


async def at(connection: AsyncConnection, counsellor: UUID, moment: datetime) -> Counsellor:
    """The counsellor with the period, if any, that the moment falls in. Raises CounsellorUnknown."""
    row = (await connection.execute(_AT, {"id": counsellor, "at": moment})).first()
    if row is None:
        raise CounsellorUnknown
    return _counsellor(row, () if row.starts_at is None else (Period(row.starts_at, row.ends_at),))


async def save(connection: AsyncConnection, counsellors: Sequence[Counsellor], *, now: datetime) -> None:
    """Save the counsellors' full states. Raises ConcurrentChange when another transaction was first with a new one."""
    if not counsellors:
        return
    batch = as_json([_row(each) for each in counsellors])
    saved = await connection.execute(_SAVE, {"batch": batch, "now": now})
    if len(saved.all()) != len(counsellors):
        raise ConcurrentChange
    await connection.execute(_FORGET_PERIODS, {"ids": [each.counsellor for each in counsellors]})
    periods = [
        {"counsellor": each.counsellor, "starts_at": period.starts_at, "ends_at": period.ends_at}
        for each in counsellors
        for period in each.periods
    ]
    await connection.execute(_SAVE_PERIODS, {"batch": as_json(periods)})


def _counsellor(row: sa.Row[Any], periods: tuple[Period, ...]) -> Counsellor:
    return Counsellor(
        counsellor=row.counsellor,
        municipality=row.municipality,
        display_name=row.display_name,
        languages=tuple(row.languages),
        channels=tuple(Channel(channel) for channel in row.channels),
        session_length=timedelta(minutes=row.session_minutes),
        periods=periods,
        revision=row.revision,
    )


def _row(counsellor: Counsellor) -> dict[str, object]:
    return {
        "counsellor": counsellor.counsellor,
        "municipality": counsellor.municipality,
        "display_name": counsellor.display_name,
        "languages": counsellor.languages,
        "channels": counsellor.channels,
        "session_minutes": counsellor.session_length // timedelta(minutes=1),
        "revision": counsellor.revision,
    }
