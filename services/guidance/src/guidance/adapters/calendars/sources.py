"""How sources of busy times, and what they said, are kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.domain.calendars import (
    MOST_SOURCES,
    BusyTimes,
    Fault,
    SourceKind,
    SourceUnknown,
    TooManySources,
    next_try,
)
from shared.database import as_json

# Longer than reading a source can take; then another process may have it.
_LEASE: Final = timedelta(minutes=5)
_LOCK: Final = sa.text("SELECT 1 FROM counsellors WHERE counsellor = CAST(:counsellor AS uuid) FOR UPDATE")
_NUMBER: Final = sa.text("SELECT count(*) FROM calendar_sources WHERE counsellor = CAST(:counsellor AS uuid)")
_ADD: Final = sa.text("""
    INSERT INTO calendar_sources (id, counsellor, kind, sealed, host, added_at, next_at, failures, passed_over)
    VALUES (CAST(:id AS uuid), CAST(:counsellor AS uuid), :kind, :sealed, :host, CAST(:now AS timestamptz),
            CAST(:now AS timestamptz), 0, 0)
""")
_REMOVE: Final = sa.text("""
    DELETE FROM calendar_sources WHERE id = CAST(:id AS uuid) AND counsellor = CAST(:counsellor AS uuid) RETURNING 1
""")
_SOON: Final = sa.text("""
    UPDATE calendar_sources SET next_at = CAST(:now AS timestamptz)
    WHERE id = CAST(:id AS uuid) AND counsellor = CAST(:counsellor AS uuid) RETURNING 1
""")
_CLAIM: Final = sa.text("""
    UPDATE calendar_sources SET next_at = CAST(:lease AS timestamptz), tried_at = CAST(:now AS timestamptz)
    WHERE id = (SELECT id FROM calendar_sources WHERE next_at <= CAST(:now AS timestamptz)
                ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, counsellor, kind, sealed, etag, last_modified, failures, expanded_at
""")
_SAME: Final = sa.text("""
    UPDATE calendar_sources SET next_at = CAST(:next_at AS timestamptz), read_at = CAST(:now AS timestamptz),
        fault = NULL, failures = 0
    WHERE id = CAST(:id AS uuid)
""")
_READ: Final = sa.text("""
    UPDATE calendar_sources SET next_at = CAST(:next_at AS timestamptz), read_at = CAST(:now AS timestamptz),
        expanded_at = CAST(:now AS timestamptz), fault = NULL, failures = 0, etag = :etag,
        last_modified = :last_modified, passed_over = :passed_over
    WHERE id = CAST(:id AS uuid) RETURNING 1
""")
_FAILED: Final = sa.text("""
    UPDATE calendar_sources SET next_at = CAST(:next_at AS timestamptz), fault = :fault, failures = failures + 1
    WHERE id = CAST(:id AS uuid)
""")
_FORGET: Final = sa.text("DELETE FROM busy_times WHERE source = CAST(:id AS uuid)")
_KEEP: Final = sa.text("""
    INSERT INTO busy_times (source, counsellor, starts_at, ends_at)
    SELECT CAST(:id AS uuid), CAST(:counsellor AS uuid), r.starts_at, r.ends_at
    FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (starts_at timestamptz, ends_at timestamptz)
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A source that this process is to read now."""

    source: UUID
    counsellor: UUID
    kind: SourceKind
    sealed: bytes
    etag: str | None
    last_modified: str | None
    failures: int
    expanded_at: datetime | None


async def add(
    connection: AsyncConnection,
    source: UUID,
    counsellor: UUID,
    kind: SourceKind,
    sealed: bytes,
    host: str,
    now: datetime,
) -> None:
    """A new source, to be read at once. Raises TooManySources."""
    await connection.execute(_LOCK, {"counsellor": counsellor})
    if (await connection.scalar(_NUMBER, {"counsellor": counsellor}) or 0) >= MOST_SOURCES:
        raise TooManySources
    row = {"id": source, "counsellor": counsellor, "kind": kind.value, "sealed": sealed, "host": host, "now": now}
    await connection.execute(_ADD, row)


async def remove(connection: AsyncConnection, source: UUID, counsellor: UUID) -> None:
    """Forget the source and all that it said; the calendar itself is untouched. Raises SourceUnknown."""
    if not await connection.scalar(_REMOVE, {"id": source, "counsellor": counsellor}):
        raise SourceUnknown


async def read_soon(connection: AsyncConnection, source: UUID, counsellor: UUID, *, now: datetime) -> None:
    """The source is to be read as soon as can be. Raises SourceUnknown."""
    if not await connection.scalar(_SOON, {"id": source, "counsellor": counsellor, "now": now}):
        raise SourceUnknown


async def claim(connection: AsyncConnection, *, now: datetime) -> Claimed | None:
    """A source that is due and that no other process has; None when there is none."""
    row = (await connection.execute(_CLAIM, {"now": now, "lease": now + _LEASE})).first()
    if row is None:
        return None
    return Claimed(
        source=row.id,
        counsellor=row.counsellor,
        kind=SourceKind(row.kind),
        sealed=bytes(row.sealed),
        etag=row.etag,
        last_modified=row.last_modified,
        failures=row.failures,
        expanded_at=row.expanded_at,
    )


async def keep(
    connection: AsyncConnection,
    known: Claimed,
    read: BusyTimes,
    tags: tuple[str | None, str | None],
    *,
    now: datetime,
) -> None:
    """What the source says now, instead of what it said before."""
    row = {"id": known.source, "now": now, "next_at": next_try(now, 0), "passed_over": read.passed_over}
    if not await connection.scalar(_READ, row | {"etag": tags[0], "last_modified": tags[1]}):
        return  # it was removed meanwhile
    await connection.execute(_FORGET, {"id": known.source})
    batch = [{"starts_at": period.starts_at, "ends_at": period.ends_at} for period in read.periods]
    await connection.execute(_KEEP, {"id": known.source, "counsellor": known.counsellor, "batch": as_json(batch)})


async def keep_same(connection: AsyncConnection, known: Claimed, *, now: datetime) -> None:
    """The source has not changed."""
    await connection.execute(_SAME, {"id": known.source, "now": now, "next_at": next_try(now, 0)})


async def keep_fault(connection: AsyncConnection, known: Claimed, fault: Fault, *, now: datetime) -> None:
    """The source could not be read; what it last said stays."""
    row = {"id": known.source, "fault": fault.value, "next_at": next_try(now, known.failures + 1)}
    await connection.execute(_FAILED, row)
