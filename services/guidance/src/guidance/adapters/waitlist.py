"""How the waitlist and its offers are kept. A time on offer is a row among the sessions, so nobody else can take it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.domain.availability import Channel
from guidance.domain.waitlist import AlreadyWaiting, Entry, Offer, OfferOver, WaitStatus

_JOIN: Final = sa.text("""
    INSERT INTO waitlist (id, invitation_id, session_type, channel, counsellor, language, not_before, not_after,
                          joined_at, status)
    VALUES (:id, :invitation, :session_type, :channel, :counsellor, :language, :not_before, :not_after, :now, 'waiting')
    ON CONFLICT DO NOTHING RETURNING 1
""")
# In the order they came. Nobody is offered the same time twice, nor a time beside one they already have.
_NEXT: Final = sa.text("""
    SELECT w.*, i.version, i.person, i.home_municipality FROM waitlist AS w
    JOIN invitations AS i ON i.id = w.invitation_id AND i.revoked_at IS NULL
        AND i.expires_at > CAST(:now AS timestamptz)
    JOIN counsellors AS c ON c.counsellor = CAST(:counsellor AS uuid) AND w.channel = ANY(c.channels)
        AND (w.language IS NULL OR w.language = ANY(c.languages))
    WHERE w.status = 'waiting' AND (w.counsellor IS NULL OR w.counsellor = c.counsellor)
      AND w.not_before <= CAST(:starts_at AS timestamptz) AND w.not_after > CAST(:starts_at AS timestamptz)
      AND NOT EXISTS (SELECT FROM offers AS o WHERE o.waitlist_id = w.id AND o.counsellor = c.counsellor
                          AND o.starts_at = CAST(:starts_at AS timestamptz))
    ORDER BY w.place
    LIMIT 50
""")
_WAITING: Final = sa.text("""
    SELECT w.*, i.version, i.person, i.home_municipality FROM waitlist AS w
    JOIN invitations AS i ON i.id = w.invitation_id AND i.revoked_at IS NULL
        AND i.expires_at > CAST(:now AS timestamptz)
    WHERE w.status = 'waiting' ORDER BY w.place LIMIT :limit
""")
_REFUSED: Final = sa.text("SELECT counsellor, starts_at FROM offers WHERE waitlist_id = CAST(:entry AS uuid)")
_CHANGE: Final = sa.text("""
    UPDATE waitlist SET status = :status WHERE id = CAST(:entry AS uuid) AND status = :before RETURNING 1
""")
_OFFER: Final = sa.text("""
    INSERT INTO offers (id, waitlist_id, counsellor, starts_at, offered_at, until, outcome)
    VALUES (:offer, :entry, :counsellor, :starts_at, :now, :until, 'open')
""")
_LET_GO: Final = sa.text("DELETE FROM sessions WHERE id = CAST(:offer AS uuid) AND status = 'offered'")
_OVER: Final = sa.text("""
    SELECT id FROM offers WHERE outcome = 'open' AND until <= CAST(:now AS timestamptz) ORDER BY until LIMIT :limit
""")
_GET: Final = sa.text("""
    SELECT o.id AS offer, o.counsellor AS offered_by, o.starts_at, o.until, w.*, i.version, i.person,
           i.home_municipality
    FROM offers AS o JOIN waitlist AS w ON w.id = o.waitlist_id JOIN invitations AS i ON i.id = w.invitation_id
    WHERE o.id = CAST(:offer AS uuid) AND o.outcome = 'open'
""")
_ANSWERED: Final = sa.text("""
    UPDATE offers SET outcome = :outcome WHERE id = CAST(:offer AS uuid) AND outcome = 'open' RETURNING waitlist_id
""")
_LAPSED: Final = sa.text("SELECT count(*) FROM offers WHERE waitlist_id = CAST(:entry AS uuid) AND outcome = 'lapsed'")
_TAKE: Final = sa.text("""
    UPDATE sessions SET status = 'booked', booked_at = CAST(:now AS timestamptz)
    WHERE id = CAST(:offer AS uuid) AND status = 'offered' RETURNING *
""")
_EXPIRE: Final = sa.text("""
    UPDATE waitlist SET status = 'expired' WHERE status = 'waiting' AND not_after <= CAST(:now AS timestamptz)
    RETURNING id
""")
_OF: Final = sa.text("""
    SELECT w.id, w.status, o.id AS offer FROM waitlist AS w
    LEFT JOIN offers AS o ON o.waitlist_id = w.id AND o.outcome = 'open'
    WHERE w.invitation_id = CAST(:invitation AS uuid) AND w.status IN ('waiting', 'offered')
""")


async def join(connection: AsyncConnection, entry: Entry, *, now: datetime) -> None:
    """Stand last in line. Raises AlreadyWaiting."""
    row = {
        "id": entry.entry,
        "invitation": entry.invitation,
        "session_type": entry.session_type,
        "channel": entry.channel.value,
        "counsellor": entry.counsellor,
        "language": entry.language,
        "not_before": entry.not_before,
        "not_after": entry.not_after,
        "now": now,
    }
    if not await connection.scalar(_JOIN, row):
        raise AlreadyWaiting


async def next_for(
    connection: AsyncConnection, counsellor: UUID, starts_at: datetime, *, now: datetime
) -> Sequence[Entry]:
    """Who would have this time, in order."""
    asked = {"counsellor": counsellor, "starts_at": starts_at, "now": now}
    return [_entry(row) for row in await connection.execute(_NEXT, asked)]


async def waiting(connection: AsyncConnection, *, now: datetime, limit: int) -> Sequence[Entry]:
    """All who wait, in order."""
    return [_entry(row) for row in await connection.execute(_WAITING, {"now": now, "limit": limit})]


async def had_offers(connection: AsyncConnection, entry: UUID) -> set[tuple[UUID, datetime]]:
    """The times that this one was offered before."""
    return {(row.counsellor, row.starts_at) for row in await connection.execute(_REFUSED, {"entry": entry})}


async def save_offer(connection: AsyncConnection, offer: Offer, *, now: datetime) -> bool:
    """Offer the time that is already held; False (and the time let go) when the one who waits got another meanwhile."""
    asked = {"entry": offer.entry.entry, "status": WaitStatus.OFFERED.value, "before": WaitStatus.WAITING.value}
    if not await connection.scalar(_CHANGE, asked):
        await connection.execute(_LET_GO, {"offer": offer.offer})
        return False
    row = {"offer": offer.offer, "entry": offer.entry.entry, "counsellor": offer.counsellor}
    await connection.execute(_OFFER, row | {"starts_at": offer.starts_at, "until": offer.until, "now": now})
    return True


async def get_offer(connection: AsyncConnection, offer: UUID) -> Offer:
    """An offer that is open. Raises OfferOver."""
    row = (await connection.execute(_GET, {"offer": offer})).first()
    if row is None:
        raise OfferOver
    return Offer(
        offer=row.offer, entry=_entry(row), counsellor=row.offered_by, starts_at=row.starts_at, until=row.until
    )


async def over(connection: AsyncConnection, *, now: datetime, limit: int) -> Sequence[UUID]:
    """Offers whose time to answer has passed."""
    return list(await connection.scalars(_OVER, {"now": now, "limit": limit}))


async def answer(connection: AsyncConnection, offer: Offer, outcome: str, status: WaitStatus | None) -> WaitStatus:
    """Close an offer as taken, declined or lapsed. `status` is where the one who waits then stands; None: as the number
    of lapsed offers says. Raises OfferOver when another was first."""
    if not await connection.scalar(_ANSWERED, {"offer": offer.offer, "outcome": outcome}):
        raise OfferOver
    after = status or WaitStatus.WAITING
    asked = {"entry": offer.entry.entry, "status": after.value, "before": WaitStatus.OFFERED.value}
    await connection.execute(_CHANGE, asked)
    return after


async def lapsed(connection: AsyncConnection, entry: UUID) -> int:
    """How many offers this one has left unanswered."""
    return int(await connection.scalar(_LAPSED, {"entry": entry}) or 0)


async def take(connection: AsyncConnection, offer: UUID, *, now: datetime) -> sa.Row[Any]:
    """The held time becomes a booked session; gives its row. Raises OfferOver."""
    row = (await connection.execute(_TAKE, {"offer": offer, "now": now})).first()
    if row is None:
        raise OfferOver
    return row


async def let_go(connection: AsyncConnection, offer: UUID) -> None:
    """The held time is free."""
    await connection.execute(_LET_GO, {"offer": offer})


async def leave(connection: AsyncConnection, entry: UUID, before: WaitStatus) -> bool:
    """Step out of line."""
    asked = {"entry": entry, "status": WaitStatus.LEFT.value, "before": before.value}
    return bool(await connection.scalar(_CHANGE, asked))


async def expire(connection: AsyncConnection, *, now: datetime) -> int:
    """Those whose wished time has passed wait no longer."""
    return len((await connection.execute(_EXPIRE, {"now": now})).all())


async def of(connection: AsyncConnection, invitation: UUID) -> tuple[UUID, WaitStatus, UUID | None] | None:
    """Where the holder of this invitation stands in line, and the offer that is open."""
    row = (await connection.execute(_OF, {"invitation": invitation})).first()
    return None if row is None else (row.id, WaitStatus(row.status), row.offer)


def _entry(row: sa.Row[Any]) -> Entry:
    return Entry(
        entry=row.id,
        invitation=row.invitation_id,
        version=row.version,
        person=row.person,
        home_municipality=row.home_municipality,
        session_type=row.session_type,
        channel=Channel(row.channel),
        counsellor=row.counsellor,
        language=row.language,
        not_before=row.not_before,
        not_after=row.not_after,
    )
