"""How sessions are kept. That no time is booked twice is decided here, by the database's exclusion constraints."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.domain.availability import Channel
from guidance.domain.refusals import CaseBusy, SlotTaken
from guidance.domain.sessions import Session, SessionStatus
from guidance.domain.times import Period
from shared.database import as_json
from shared.work import ConcurrentChange

# DO NOTHING makes the losers of a race wait for the winner's commit and then leave; a plain INSERT deadlocks.
_BOOK: Final = sa.text("""
    INSERT INTO sessions (id, case_id, invitation_id, person, counsellor, counsellor_municipality, home_municipality,
                          starts_at, ends_at, occupied, channel, session_type, protected, room, status, booked_at)
    SELECT id, case_id, invitation_id, person, counsellor, counsellor_municipality, home_municipality, starts_at,
           ends_at, tstzrange(occupied_from, occupied_to), channel, session_type, protected, room, status,
           CAST(:now AS timestamptz)
    FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
        id uuid, case_id uuid, invitation_id uuid, person uuid, counsellor uuid, counsellor_municipality text,
        home_municipality text, starts_at timestamptz, ends_at timestamptz, occupied_from timestamptz,
        occupied_to timestamptz, channel text, session_type text, protected boolean, room text, status text)
    ON CONFLICT DO NOTHING
    RETURNING id
""")
_PERSON_BUSY: Final = sa.text("""
    SELECT true FROM sessions WHERE person = CAST(:person AS uuid) AND status IN ('booked', 'offered')
        AND tstzrange(starts_at, ends_at) && tstzrange(CAST(:starts_at AS timestamptz), CAST(:ends_at AS timestamptz))
        AND id <> CAST(:id AS uuid)
    LIMIT 1
""")
_GET: Final = sa.text("SELECT * FROM sessions WHERE id = CAST(:id AS uuid)")
_MOVE: Final = sa.text("""
    UPDATE sessions SET counsellor = CAST(:counsellor AS uuid), counsellor_municipality = :counsellor_municipality,
        starts_at = CAST(:starts_at AS timestamptz), ends_at = CAST(:ends_at AS timestamptz),
        occupied = tstzrange(CAST(:occupied_from AS timestamptz), CAST(:occupied_to AS timestamptz)),
        channel = :channel, room = :room, moves = :moves, moved_at = CAST(:now AS timestamptz)
    WHERE id = CAST(:id AS uuid) AND status = 'booked' AND moves = :moves - 1 RETURNING 1
""")
_CANCEL: Final = sa.text("""
    UPDATE sessions SET status = 'cancelled', cancelled_at = CAST(:now AS timestamptz)
    WHERE id = CAST(:id AS uuid) AND status = 'booked' RETURNING 1
""")
_SETTLE: Final = sa.text("""
    UPDATE sessions SET status = :status, settled_at = CAST(:now AS timestamptz)
    WHERE id = CAST(:id AS uuid) AND status = :before RETURNING 1
""")
_CLOSED_BY: Final = "no_double_booking", "one_session_at_a_time"


class SessionUnknown(Exception):
    """There is no such session in your municipality; GET /sessions lists them."""

    sv = "Samtalet finns inte i er kommun; GET /sessions räknar upp dem."


async def save_booked(
    connection: AsyncConnection, sessions: Sequence[tuple[Session, Period]], *, now: datetime
) -> set[UUID]:
    """Take the times, each with the pauses around it, in one statement; gives the sessions that got theirs."""
    batch = as_json([_row(session, occupied) for session, occupied in sessions])
    return set(await connection.scalars(_BOOK, {"batch": batch, "now": now}))


async def why_not(connection: AsyncConnection, session: Session) -> SlotTaken | CaseBusy:
    """What stands in the way of a session that could not be booked: the counsellor's time, or the person's own."""
    busy = await connection.scalar(_PERSON_BUSY, _times(session))
    return CaseBusy() if busy else SlotTaken()


async def save_moved(connection: AsyncConnection, session: Session, occupied: Period, *, now: datetime) -> None:
    """Give the session its new time and let go of the old one, in one step.

    Raises SlotTaken and CaseBusy when another session is in the way, ConcurrentChange when another was first.
    """
    asked = _moved(session, occupied) | {"now": now}
    try:
        async with connection.begin_nested():
            moved = await connection.scalar(_MOVE, asked)
    except IntegrityError as error:
        name = getattr(error.orig.__cause__, "constraint_name", None) if error.orig else None
        if name not in _CLOSED_BY:
            raise
        raise (SlotTaken if name == "no_double_booking" else CaseBusy) from error
    if not moved:
        raise ConcurrentChange


async def save_cancelled(connection: AsyncConnection, session: Session, *, now: datetime) -> None:
    """Free the time. Raises ConcurrentChange when another was first to cancel."""
    if not await connection.scalar(_CANCEL, {"id": session.session, "now": now}):
        raise ConcurrentChange


async def save_settled(connection: AsyncConnection, session: Session, before: SessionStatus, *, now: datetime) -> None:
    """Keep whether it was held. Raises ConcurrentChange when another was first."""
    asked = {"id": session.session, "status": session.status.value, "before": before.value, "now": now}
    if not await connection.scalar(_SETTLE, asked):
        raise ConcurrentChange


async def get(connection: AsyncConnection, session: UUID, *, municipality: str | None) -> Session:
    """The session, if this municipality is home or has the counsellor (None: any). Raises SessionUnknown."""
    row = (await connection.execute(_GET, {"id": session})).first()
    if row is None or row.status == SessionStatus.OFFERED:
        raise SessionUnknown
    if municipality not in (None, row.home_municipality, row.counsellor_municipality):
        raise SessionUnknown
    return of_row(row)


async def find(connection: AsyncConnection, session: UUID) -> Session | None:
    """The session, also one that is only on offer; None when there is none."""
    row = (await connection.execute(_GET, {"id": session})).first()
    return None if row is None else of_row(row)


def of_row(row: sa.Row[Any]) -> Session:
    """The session of a row of the table."""
    return Session(
        session=row.id,
        case=row.case_id,
        applicant=row.person,
        counsellor=row.counsellor,
        counsellor_municipality=row.counsellor_municipality,
        home_municipality=row.home_municipality,
        time=Period(row.starts_at, row.ends_at),
        channel=Channel(row.channel),
        status=SessionStatus(row.status),
        session_type=row.session_type,
        invitation=row.invitation_id,
        protected=row.protected,
        moves=row.moves,
        room=row.room,
    )


def _times(session: Session) -> dict[str, object]:
    return {
        "id": session.session,
        "person": session.applicant,
        "starts_at": session.time.starts_at,
        "ends_at": session.time.ends_at,
    }


def _moved(session: Session, occupied: Period) -> dict[str, object]:
    return {
        "id": session.session,
        "counsellor": session.counsellor,
        "counsellor_municipality": session.counsellor_municipality,
        "channel": session.channel.value,
        "room": session.room,
        "moves": session.moves,
        "starts_at": session.time.starts_at,
        "ends_at": session.time.ends_at,
        "occupied_from": occupied.starts_at,
        "occupied_to": occupied.ends_at,
    }


def _row(session: Session, occupied: Period) -> dict[str, object]:
    # the driver's own UUIDs are unknown to the JSON encoder
    return {
        "id": str(session.session),
        "case_id": session.case and str(session.case),
        "invitation_id": session.invitation and str(session.invitation),
        "person": str(session.applicant),
        "counsellor": str(session.counsellor),
        "counsellor_municipality": session.counsellor_municipality,
        "home_municipality": session.home_municipality,
        "starts_at": session.time.starts_at,
        "ends_at": session.time.ends_at,
        "occupied_from": occupied.starts_at,
        "occupied_to": occupied.ends_at,
        "channel": session.channel.value,
        "session_type": session.session_type,
        "protected": session.protected,
        "room": session.room,
        "status": session.status.value,
    }
