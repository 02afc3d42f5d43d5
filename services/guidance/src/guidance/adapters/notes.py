"""How confidential notes are kept, and how every deed with them is logged."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.domain.notes import Deed, Sealed
from shared.database import as_json

_WRITE = sa.text("""
    INSERT INTO notes (id, case_id, counsellor, written_at, key_id, sealed)
    VALUES (CAST(:id AS uuid), CAST(:case_id AS uuid), CAST(:counsellor AS uuid), CAST(:now AS timestamptz), :key_id,
            :sealed)
""")
_OF_CASE = sa.text("""
    SELECT id, case_id, key_id, sealed, written_at FROM notes
    WHERE case_id = CAST(:case_id AS uuid) AND sealed IS NOT NULL ORDER BY written_at, id
""")
_LOG = sa.text("""
    INSERT INTO note_log (at, case_id, note_id, deed, counsellor, reader)
    SELECT CAST(:now AS timestamptz), r.* FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
        case_id uuid, note_id uuid, deed text, counsellor uuid, reader text)
""")
# Cases that were closed long enough ago, and are; one that was opened again keeps its notes.
_ERASE = sa.text("""
    UPDATE notes SET sealed = NULL, key_id = NULL, erased_at = CAST(:now AS timestamptz)
    WHERE id IN (
        SELECT n.id FROM notes AS n JOIN cases AS c ON c.id = n.case_id
        WHERE n.sealed IS NOT NULL AND c.status = 'closed' AND c.closed_at <= CAST(:before AS timestamptz)
        ORDER BY n.id LIMIT :limit)
    RETURNING id, case_id
""")
_OLD_KEYS = sa.text("""
    SELECT id, case_id, key_id, sealed, written_at FROM notes
    WHERE sealed IS NOT NULL AND key_id <> :current ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED
""")
_RESEAL = sa.text("UPDATE notes SET key_id = :key_id, sealed = :sealed WHERE id = CAST(:id AS uuid)")


async def write(connection: AsyncConnection, note: Sealed, counsellor: UUID) -> None:
    """Keep a new note."""
    row = {
        "id": note.note,
        "case_id": note.case,
        "counsellor": counsellor,
        "now": note.written_at,
        "key_id": note.key_id,
        "sealed": note.content,
    }
    await connection.execute(_WRITE, row)


async def of_case(connection: AsyncConnection, case: UUID) -> Sequence[Sealed]:
    """The case's notes that are not erased, oldest first, sealed."""
    return [_note(row) for row in await connection.execute(_OF_CASE, {"case_id": case})]


async def log(
    connection: AsyncConnection,
    deed: Deed,
    notes: Collection[tuple[UUID, UUID | None]],
    *,
    counsellor: UUID | None = None,
    reader: str | None = None,
    now: datetime,
) -> None:
    """Log the deed with each of the notes, given as case and note (None: the case's notes as a whole)."""
    rows = [
        {
            "case_id": str(case),
            "note_id": None if note is None else str(note),
            "deed": deed,
            "counsellor": None if counsellor is None else str(counsellor),
            "reader": reader if counsellor is None else None,
        }
        for case, note in notes
    ]
    await connection.execute(_LOG, {"batch": as_json(rows), "now": now})


async def erase(
    connection: AsyncConnection, *, closed_before: datetime, now: datetime, limit: int
) -> Sequence[tuple[UUID, UUID]]:
    """Erase notes of cases closed by then; gives case and note of each."""
    rows = await connection.execute(_ERASE, {"before": closed_before, "now": now, "limit": limit})
    return [(row.case_id, row.id) for row in rows]


async def under_old_keys(connection: AsyncConnection, *, current: str, limit: int) -> Sequence[Sealed]:
    """Notes sealed with another key than the current one."""
    return [_note(row) for row in await connection.execute(_OLD_KEYS, {"current": current, "limit": limit})]


async def reseal(connection: AsyncConnection, note: Sealed) -> None:
    """Keep the note as sealed anew."""
    await connection.execute(_RESEAL, {"id": note.note, "key_id": note.key_id, "sealed": note.content})


def _note(row: sa.Row[Any]) -> Sealed:
    return Sealed(note=row.id, case=row.case_id, key_id=row.key_id, content=row.sealed, written_at=row.written_at)
