"""Who wants news of their shifts by e-mail, and what they have not been sent yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

# A change of the rota makes many notices within a moment: they wait so long for each other, and go in one letter.
GATHER: Final = timedelta(minutes=2)
AGAIN_AFTER: Final = timedelta(minutes=15)

_GET: Final = sa.text("SELECT address FROM shift_mail WHERE counsellor = CAST(:counsellor AS uuid)")
_SAVE: Final = sa.text("""
    INSERT INTO shift_mail (counsellor, address, language) VALUES (:counsellor, :address, :language)
    ON CONFLICT (counsellor) DO UPDATE SET address = excluded.address, language = excluded.language, try_after = NULL
""")
# What was told before one asked for mail is old news.
_PASS_OVER: Final = sa.text("""
    UPDATE shift_notices SET mailed_at = CAST(:now AS timestamptz)
    WHERE counsellor = CAST(:counsellor AS uuid) AND mailed_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM shift_mail WHERE counsellor = CAST(:counsellor AS uuid))
""")
_FORGET: Final = sa.text("DELETE FROM shift_mail WHERE counsellor = CAST(:counsellor AS uuid)")
_NEXT: Final = sa.text("""
    SELECT m.counsellor, m.address, m.language FROM shift_mail AS m
    WHERE (m.try_after IS NULL OR m.try_after <= CAST(:now AS timestamptz))
      AND (SELECT max(n.made_at) FROM shift_notices AS n
           WHERE n.counsellor = m.counsellor AND n.read_at IS NULL AND n.mailed_at IS NULL
          ) <= CAST(:gathered AS timestamptz)
    ORDER BY m.counsellor LIMIT 1 FOR UPDATE OF m SKIP LOCKED
""")
_CLAIM: Final = sa.text("""
    UPDATE shift_notices SET mailed_at = CAST(:now AS timestamptz)
    WHERE counsellor = CAST(:counsellor AS uuid) AND read_at IS NULL AND mailed_at IS NULL
    RETURNING id, kind, starts_at, ends_at
""")
_UNMARK: Final = sa.text("UPDATE shift_notices SET mailed_at = NULL WHERE id = ANY(:notices)")
_PUT_OFF: Final = sa.text("""
    UPDATE shift_mail SET try_after = CAST(:at AS timestamptz) WHERE counsellor = CAST(:counsellor AS uuid)
""")


@dataclass(frozen=True, slots=True)
class News:
    """Something that changed: which kind of notice, and of which shift."""

    id: UUID
    kind: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Bundle:
    """All that one counsellor is to be told."""

    counsellor: UUID
    address: str
    language: str
    news: Sequence[News]


async def address(connection: AsyncConnection, counsellor: UUID) -> str | None:
    """Where the counsellor wants it, or None."""
    found: str | None = await connection.scalar(_GET, {"counsellor": counsellor})
    return found


async def save(connection: AsyncConnection, counsellor: UUID, to: str, language: str, *, now: datetime) -> None:
    """Mail what is told from now on."""
    await connection.execute(_PASS_OVER, {"counsellor": counsellor, "now": now})
    await connection.execute(_SAVE, {"counsellor": counsellor, "address": to, "language": language})


async def forget(connection: AsyncConnection, counsellor: UUID) -> None:
    """Mail no more; the address is erased."""
    await connection.execute(_FORGET, {"counsellor": counsellor})


async def claim(connection: AsyncConnection, *, now: datetime) -> Bundle | None:
    """What the next counsellor is to be told, marked as sent; None when nobody waits."""
    row = (await connection.execute(_NEXT, {"now": now, "gathered": now - GATHER})).first()
    if row is None:
        return None
    rows = await connection.execute(_CLAIM, {"counsellor": row.counsellor, "now": now})
    news = sorted((News(**each._asdict()) for each in rows), key=lambda each: each.starts_at)
    return Bundle(row.counsellor, row.address, row.language, news)


async def put_back(connection: AsyncConnection, bundle: Bundle, *, now: datetime) -> None:
    """It could not be sent: again in a while."""
    await connection.execute(_UNMARK, {"notices": [each.id for each in bundle.news]})
    await connection.execute(_PUT_OFF, {"counsellor": bundle.counsellor, "at": now + AGAIN_AFTER})
