"""How the drop-in queue is kept."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.domain.drop_in import Channel, Outcome, Visit
from guidance.domain.rota.refusals import TicketUnknown, VisitUnknown
from shared.database import as_json

# Numbers of a day follow each other, and the queue is never longer than allowed: one joins at a time.
_LOCK: Final = sa.text("SELECT pg_advisory_xact_lock(hashtextextended('drop-in queue', 0))")
_NUMBERS: Final = sa.text("""
    SELECT coalesce(max(number) FILTER (WHERE joined_at >= CAST(:day AS timestamptz)), 0) + 1 AS next,
           count(*) FILTER (WHERE status = 'waiting') AS waiting
    FROM drop_ins WHERE joined_at >= CAST(:day AS timestamptz) OR status = 'waiting'
""")
_JOIN: Final = sa.text("""
    INSERT INTO drop_ins (id, number, ticket, municipality, language, channel, phone, status, joined_at, seen_at)
    VALUES (CAST(:id AS uuid), :number, :ticket, :municipality, :language, :channel, :phone, 'waiting',
            CAST(:now AS timestamptz), CAST(:now AS timestamptz))
""")
_SHOWN: Final = """
    SELECT d.*, c.municipality AS counsellor_municipality,
           CASE WHEN d.status = 'waiting' THEN
               (SELECT count(*) FROM drop_ins AS b
                WHERE b.status = 'waiting' AND (b.joined_at, b.number) < (d.joined_at, d.number))
           END AS place
    FROM drop_ins AS d LEFT JOIN counsellors AS c ON c.counsellor = d.counsellor
"""
_BY_TICKET: Final = sa.text(_SHOWN + " WHERE d.ticket = :ticket")
_OWN: Final = sa.text(_SHOWN + " WHERE d.counsellor = CAST(:counsellor AS uuid) AND d.status = 'called'")
_WAITING: Final = sa.text(_SHOWN + " WHERE d.status = 'waiting' ORDER BY d.joined_at, d.number")
_LOCKED: Final = sa.text("SELECT id FROM drop_ins WHERE id = CAST(:id AS uuid) AND status <> 'ended' FOR UPDATE")
_SEEN: Final = sa.text("""
    UPDATE drop_ins SET seen_at = CAST(:now AS timestamptz) WHERE ticket = :ticket AND status <> 'ended'
""")
_TAKE: Final = sa.text("""
    UPDATE drop_ins SET status = 'called', counsellor = CAST(:counsellor AS uuid),
        called_at = CAST(:now AS timestamptz),
        room = CASE WHEN channel = 'video' THEN CAST(:room AS bytea) END
    WHERE id = (
        SELECT d.id FROM drop_ins AS d JOIN counsellors AS c ON c.counsellor = CAST(:counsellor AS uuid)
        WHERE d.status = 'waiting' AND d.language = ANY(c.languages)
        ORDER BY d.joined_at, d.number LIMIT 1 FOR UPDATE OF d SKIP LOCKED)
    RETURNING id
""")
_BUSY: Final = sa.text("""
    SELECT EXISTS (SELECT 1 FROM drop_ins WHERE counsellor = CAST(:counsellor AS uuid) AND status = 'called')
""")
_END: Final = sa.text("""
    UPDATE drop_ins AS d SET status = 'ended', ended_at = CAST(:now AS timestamptz), outcome = r.outcome,
        phone = NULL, room = NULL
    FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (id uuid, outcome text)
    WHERE d.id = r.id AND d.status <> 'ended'
    RETURNING d.*, (SELECT c.municipality FROM counsellors AS c WHERE c.counsellor = d.counsellor)
        AS counsellor_municipality, NULL AS place
""")
_STALE: Final = sa.text("""
    SELECT id, CASE WHEN status = 'called' THEN 'helped' WHEN NOT CAST(:open AS boolean) THEN 'closed'
        ELSE 'timed_out' END AS outcome
    FROM drop_ins
    WHERE status = 'waiting' AND (seen_at < CAST(:gone AS timestamptz) OR NOT CAST(:open AS boolean))
       OR status = 'called' AND called_at < CAST(:longest AS timestamptz)
    FOR UPDATE SKIP LOCKED
""")
_ERASE: Final = sa.text("DELETE FROM drop_ins WHERE status = 'ended' AND ended_at < CAST(:before AS timestamptz)")


def digest(secret: str) -> bytes:
    """What is kept of a ticket's secret."""
    return sha256(secret.encode()).digest()


async def lock(connection: AsyncConnection, day: datetime) -> tuple[int, int]:
    """The next number of the day, and how many wait; nobody else joins until the transaction ends."""
    await connection.execute(_LOCK)
    row = (await connection.execute(_NUMBERS, {"day": day})).one()
    return row.next, row.waiting


async def join(connection: AsyncConnection, row: dict[str, Any]) -> None:
    """Put the visitor last in the queue."""
    await connection.execute(_JOIN, row)


async def by_ticket(connection: AsyncConnection, secret: str) -> Visit:
    """The visit that the secret belongs to. Raises TicketUnknown."""
    row = (await connection.execute(_BY_TICKET, {"ticket": digest(secret)})).first()
    if row is None:
        raise TicketUnknown
    return _visit(row)


async def seen(connection: AsyncConnection, secret: str, *, now: datetime) -> None:
    """The visitor's page has asked."""
    await connection.execute(_SEEN, {"ticket": digest(secret), "now": now})


async def own(connection: AsyncConnection, counsellor: UUID) -> Visit | None:
    """The visit that the counsellor has under way."""
    row = (await connection.execute(_OWN, {"counsellor": counsellor})).first()
    return None if row is None else _visit(row)


async def waiting(connection: AsyncConnection) -> Sequence[Visit]:
    """Who waits, first come first."""
    return [_visit(row) for row in await connection.execute(_WAITING)]


async def take(connection: AsyncConnection, counsellor: UUID, room: bytes, *, now: datetime) -> bool:
    """The next in the queue whose language the counsellor speaks is called; whether there was one."""
    row = {"counsellor": counsellor, "room": room, "now": now}
    return await connection.scalar(_TAKE, row) is not None


async def has_visit(connection: AsyncConnection, counsellor: UUID) -> bool:
    """Whether the counsellor has a visit under way."""
    return bool(await connection.scalar(_BUSY, {"counsellor": counsellor}))


async def lock_visit(connection: AsyncConnection, visit: UUID) -> None:
    """Keep the visit from being ended twice. Raises VisitUnknown when it is over."""
    if await connection.scalar(_LOCKED, {"id": visit}) is None:
        raise VisitUnknown


async def end(connection: AsyncConnection, ends: Sequence[tuple[UUID, Outcome]], *, now: datetime) -> Sequence[Visit]:
    """End visits; what the visitor had left is erased with it. Gives those that were not over already."""
    if not ends:
        return []
    batch = as_json([{"id": str(visit), "outcome": outcome.value} for visit, outcome in ends])
    return [_visit(row) for row in await connection.execute(_END, {"batch": batch, "now": now})]


async def stale(
    connection: AsyncConnection, *, gone: datetime, longest: datetime, open_now: bool
) -> Sequence[tuple[UUID, Outcome]]:
    """Visits that are over without anybody having said so, locked."""
    rows = await connection.execute(_STALE, {"gone": gone, "longest": longest, "open": open_now})
    return [(row.id, Outcome(row.outcome)) for row in rows]


async def erase(connection: AsyncConnection, before: datetime) -> None:
    """Erase visits that ended before this."""
    await connection.execute(_ERASE, {"before": before})


def _visit(row: sa.Row[Any]) -> Visit:
    return Visit(
        visit=row.id,
        number=row.number,
        municipality=row.municipality,
        language=row.language,
        channel=Channel(row.channel),
        status=row.status,
        joined_at=row.joined_at,
        called_at=row.called_at,
        ended_at=row.ended_at,
        outcome=None if row.outcome is None else Outcome(row.outcome),
        counsellor=row.counsellor,
        counsellor_municipality=row.counsellor_municipality,
        phone=row.phone,
        room=row.room,
        place=row.place,
    )
