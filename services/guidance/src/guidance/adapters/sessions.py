"""How sessions are kept. That no time is booked twice is decided here, by the database's exclusion constraints."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.domain.availability import Channel
from guidance.domain.sessions import CaseBusy, Session, SessionStatus, SlotTaken
from guidance.domain.times import Period
from shared.work import ConcurrentChange

# DO NOTHING makes the losers of a race wait for the winner's commit and then leave; a plain INSERT deadlocks.
_BOOK = sa.text("""
    INSERT INTO sessions (id, case_id, counsellor, counsellor_municipality, home_municipality, starts_at, ends_at,
                          occupied, channel, status, booked_at)
    VALUES (CAST(:id AS uuid), CAST(:case_id AS uuid), CAST(:counsellor AS uuid), :counsellor_municipality,
            :home_municipality, CAST(:starts_at AS timestamptz), CAST(:ends_at AS timestamptz),
            tstzrange(CAST(:occupied_from AS timestamptz), CAST(:occupied_to AS timestamptz)), :channel, 'booked', :now)
    ON CONFLICT DO NOTHING
    RETURNING 1
""")
_CASE_BUSY = sa.text("""
    SELECT true FROM sessions WHERE case_id = CAST(:case_id AS uuid) AND status = 'booked'
        AND tstzrange(starts_at, ends_at) && tstzrange(CAST(:starts_at AS timestamptz), CAST(:ends_at AS timestamptz))
    LIMIT 1
""")
_GET = sa.text("""
    SELECT s.*, c.applicant FROM sessions AS s JOIN cases AS c ON c.id = s.case_id WHERE s.id = CAST(:id AS uuid)
""")
_CANCEL = sa.text("""
    UPDATE sessions SET status = 'cancelled', cancelled_at = CAST(:now AS timestamptz)
    WHERE id = CAST(:id AS uuid) AND status = 'booked' RETURNING 1
""")


class SessionUnknown(Exception):
    """There is no such session in your municipality; GET /sessions lists them."""

    sv = "Samtalet finns inte i er kommun; GET /sessions räknar upp dem."


async def save_booked(connection: AsyncConnection, session: Session, occupied: Period, *, now: datetime) -> None:
    """Book the time. Raises SlotTaken and CaseBusy when a booked session is in the way."""
    time = {"case_id": session.case, "starts_at": session.time.starts_at, "ends_at": session.time.ends_at}
    row = time | {
        "id": session.session,
        "counsellor": session.counsellor,
        "counsellor_municipality": session.counsellor_municipality,
        "home_municipality": session.home_municipality,
        "occupied_from": occupied.starts_at,
        "occupied_to": occupied.ends_at,
        "channel": session.channel.value,
        "now": now,
    }
    if await connection.scalar(_BOOK, row):
        return
    if await connection.scalar(_CASE_BUSY, time):
        raise CaseBusy
    raise SlotTaken


async def save_cancelled(connection: AsyncConnection, session: Session, *, now: datetime) -> None:
    """Free the time. Raises ConcurrentChange when another was first to cancel."""
    if not await connection.scalar(_CANCEL, {"id": session.session, "now": now}):
        raise ConcurrentChange


async def get(connection: AsyncConnection, session: UUID, *, municipality: str | None) -> Session:
    """The session, if this municipality is home or has the counsellor (None: any). Raises SessionUnknown."""
    row = (await connection.execute(_GET, {"id": session})).first()
    if row is None or municipality not in (None, row.home_municipality, row.counsellor_municipality):
        raise SessionUnknown
    return _session(row)


def _session(row: sa.Row[Any]) -> Session:
    return Session(
        session=row.id,
        case=row.case_id,
        applicant=row.applicant,
        counsellor=row.counsellor,
        counsellor_municipality=row.counsellor_municipality,
        home_municipality=row.home_municipality,
        time=Period(row.starts_at, row.ends_at),
        channel=Channel(row.channel),
        status=SessionStatus(row.status),
    )
