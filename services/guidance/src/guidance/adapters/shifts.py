"""How planned shifts, and what counsellors are told about them, are kept."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.domain.rota.layers import Key
from guidance.domain.rota.planning import Notice, Shift
from guidance.domain.rota.refusals import ShiftUnknown
from guidance.domain.rota.schedule import Duty
from guidance.domain.times import Period
from shared.database import as_json

_LOAD: Final = sa.text("""
    SELECT * FROM rota_shifts
    WHERE rota = CAST(:rota AS uuid) AND (ends_at > CAST(:now AS timestamptz) OR id = ANY(CAST(:ids AS uuid[])))
""")
_GET: Final = sa.text("SELECT * FROM rota_shifts WHERE id = CAST(:id AS uuid) AND withdrawn_at IS NULL")
_SAVE: Final = sa.text("""
    INSERT INTO rota_shifts AS s (id, rota, layer, turn, piece, override, counsellor, counsellor_municipality,
                                  starts_at, ends_at, revision, changed_at, withdrawn_at)
    SELECT r.id, CAST(:rota AS uuid), r.layer, r.turn, r.piece, r.override, r.counsellor, c.municipality, r.starts_at,
           r.ends_at, r.revision, CAST(:now AS timestamptz), r.withdrawn_at
    FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (id uuid, layer uuid, turn integer, piece integer,
        override uuid, counsellor uuid, starts_at timestamptz, ends_at timestamptz, revision integer,
        withdrawn_at timestamptz)
    JOIN counsellors AS c ON c.counsellor = r.counsellor
    ON CONFLICT (id) DO UPDATE SET starts_at = excluded.starts_at, ends_at = excluded.ends_at,
        revision = excluded.revision, changed_at = excluded.changed_at, withdrawn_at = excluded.withdrawn_at
    RETURNING s.id, s.counsellor_municipality
""")
_TELL: Final = sa.text("""
    INSERT INTO shift_notices (id, counsellor, kind, starts_at, ends_at, before_starts_at, before_ends_at, made_at)
    SELECT r.*, CAST(:now AS timestamptz) FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
        id uuid, counsellor uuid, kind text, starts_at timestamptz, ends_at timestamptz,
        before_starts_at timestamptz, before_ends_at timestamptz)
""")
_READ: Final = sa.text("""
    UPDATE shift_notices SET read_at = CAST(:now AS timestamptz)
    WHERE counsellor = CAST(:counsellor AS uuid) AND read_at IS NULL
""")
_NOTE: Final = sa.text("""
    INSERT INTO handover_notes (id, shift, author, body, written_at)
    VALUES (CAST(:id AS uuid), CAST(:shift AS uuid), CAST(:author AS uuid), :body, CAST(:now AS timestamptz))
""")
_ERASE_NOTES: Final = sa.text("DELETE FROM handover_notes WHERE written_at < CAST(:before AS timestamptz)")
_ERASE_NOTICES: Final = sa.text("DELETE FROM shift_notices WHERE made_at < CAST(:before AS timestamptz)")


async def load(connection: AsyncConnection, rota: UUID, ids: Collection[UUID], *, now: datetime) -> dict[UUID, Shift]:
    """The rota's shifts that are not over, and those of these ids."""
    rows = await connection.execute(_LOAD, {"rota": rota, "now": now, "ids": list(ids)})
    return {row.id: _shift(row) for row in rows}


async def get(connection: AsyncConnection, shift: UUID) -> tuple[UUID, Shift]:
    """The shift with its rota. Raises ShiftUnknown."""
    row = (await connection.execute(_GET, {"id": shift})).first()
    if row is None:
        raise ShiftUnknown
    return row.rota, _shift(row)


async def save(connection: AsyncConnection, rota: UUID, shifts: Sequence[Shift], *, now: datetime) -> dict[UUID, str]:
    """Save the shifts; gives the municipality that each counts for."""
    if not shifts:
        return {}
    batch = as_json([_row(shift, now) for shift in shifts])
    saved = await connection.execute(_SAVE, {"batch": batch, "rota": rota, "now": now})
    return {row.id: row.counsellor_municipality for row in saved}


async def tell(connection: AsyncConnection, notices: Sequence[Notice], *, now: datetime) -> None:
    """Keep what counsellors are told until they have read it."""
    if notices:
        await connection.execute(_TELL, {"batch": as_json([_notice_row(each) for each in notices]), "now": now})


async def mark_read(connection: AsyncConnection, counsellor: UUID, *, now: datetime) -> None:
    """The counsellor has read what there was to be told."""
    await connection.execute(_READ, {"counsellor": counsellor, "now": now})


async def write_note(connection: AsyncConnection, shift: UUID, author: UUID, body: str, *, now: datetime) -> None:
    """Keep what the next on duty should know."""
    row = {"id": uuid4(), "shift": shift, "author": author, "body": body, "now": now}
    await connection.execute(_NOTE, row)


async def erase(connection: AsyncConnection, before: datetime) -> None:
    """Erase hand-over notes and notices older than this."""
    await connection.execute(_ERASE_NOTES, {"before": before})
    await connection.execute(_ERASE_NOTICES, {"before": before})


def _shift(row: sa.Row[Any]) -> Shift:
    key = None if row.layer is None else Key(row.layer, row.turn, row.piece)
    period = Period(row.starts_at, row.ends_at)
    duty = Duty(key=key, override=row.override, counsellor=row.counsellor, period=period)
    return Shift(shift=row.id, duty=duty, revision=row.revision, withdrawn=row.withdrawn_at is not None)


def _row(shift: Shift, now: datetime) -> dict[str, object]:
    duty = shift.duty
    key = {} if duty.key is None else {"layer": str(duty.key.layer), "turn": duty.key.turn, "piece": duty.key.piece}
    return key | {
        "id": str(shift.shift),
        "override": duty.override and str(duty.override),
        "counsellor": str(duty.counsellor),
        "starts_at": duty.period.starts_at,
        "ends_at": duty.period.ends_at,
        "revision": shift.revision,
        "withdrawn_at": now if shift.withdrawn else None,
    }


def _notice_row(notice: Notice) -> dict[str, object]:
    return {
        "id": str(uuid4()),
        "counsellor": str(notice.counsellor),
        "kind": notice.told.value,
        "starts_at": notice.period.starts_at,
        "ends_at": notice.period.ends_at,
        "before_starts_at": notice.before and notice.before.starts_at,
        "before_ends_at": notice.before and notice.before.ends_at,
    }
