"""How the secret addresses of feeds are kept: only as a digest, so that the database gives nobody a calendar."""

from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

_SAVE: Final = sa.text("""
    INSERT INTO calendar_feeds (counsellor, secret, made_at)
    VALUES (CAST(:counsellor AS uuid), :secret, CAST(:now AS timestamptz))
    ON CONFLICT (counsellor) DO UPDATE SET secret = excluded.secret, made_at = excluded.made_at, read_at = NULL
""")
_REMOVE: Final = sa.text("DELETE FROM calendar_feeds WHERE counsellor = CAST(:counsellor AS uuid)")
_READ: Final = sa.text("""
    UPDATE calendar_feeds SET read_at = CAST(:now AS timestamptz)
    WHERE secret = :secret AND (read_at IS NULL OR read_at < CAST(:now AS timestamptz) - interval '1 hour')
""")


def digest(secret: str) -> bytes:
    """What is kept of the secret; it is too long to be guessed, so no slow hash is needed."""
    return sha256(secret.encode()).digest()


async def save(connection: AsyncConnection, counsellor: UUID, secret: str, *, now: datetime) -> None:
    """From now on this is the counsellor's address; an earlier one is void."""
    await connection.execute(_SAVE, {"counsellor": counsellor, "secret": digest(secret), "now": now})


async def remove(connection: AsyncConnection, counsellor: UUID) -> None:
    """The address is void."""
    await connection.execute(_REMOVE, {"counsellor": counsellor})


async def note_reading(connection: AsyncConnection, secret: str, *, now: datetime) -> None:
    """Remember, by the hour, that the feed was read."""
    await connection.execute(_READ, {"secret": digest(secret), "now": now})
