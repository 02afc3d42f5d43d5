"""Messages to be sent to those who booked by link: written down beside what they tell of, sent afterwards.

A row says what kind of message is due and when; its words and its address are looked up when it is sent, so no name and
no address is copied, and what is no longer true then is not sent.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.domain.notices import Kind, Notice, Outcome
from guidance.domain.sessions import Session
from guidance.domain.slots import Rules
from shared.database import as_json

MOST_ATTEMPTS: Final = 8
_CLAIM: Final = timedelta(minutes=2)
_WRITE: Final = sa.text("""
    INSERT INTO notices (id, kind, invitation_id, session_id, moves, send_at)
    SELECT * FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
        id uuid, kind text, invitation_id uuid, session_id uuid, moves smallint, send_at timestamptz)
""")
# One row a turn: a sender that hangs holds up nothing but itself, and a second replica takes the next row.
_CLAIMED: Final = sa.text("""
    UPDATE notices SET claimed_until = CAST(:now AS timestamptz) + CAST(:claim AS interval), attempts = attempts + 1
    WHERE id = (SELECT id FROM notices WHERE done_at IS NULL AND send_at <= CAST(:now AS timestamptz)
                    AND (claimed_until IS NULL OR claimed_until <= CAST(:now AS timestamptz))
                ORDER BY send_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, kind, invitation_id, session_id, moves, attempts
""")
_DONE: Final = sa.text("""
    UPDATE notices SET done_at = CAST(:now AS timestamptz), outcome = :outcome WHERE id = CAST(:id AS uuid)
""")
_LATER: Final = sa.text("""
    UPDATE notices SET claimed_until = CAST(:at AS timestamptz) WHERE id = CAST(:id AS uuid)
""")


async def of_booked(connection: AsyncConnection, sessions: Iterable[Session], rules: Rules, *, now: datetime) -> None:
    """A confirmation at once, a reminder in time and afterwards the survey, for those booked by link. Protected
    identity: nothing is sent."""
    rows = [row for each in sessions for row in _of_time(each, Kind.BOOKED, rules, now)]
    await _write(connection, rows)


async def of_moved(connection: AsyncConnection, session: Session, rules: Rules, *, now: datetime) -> None:
    """The new time, a reminder of it and afterwards the survey."""
    await _write(connection, _of_time(session, Kind.MOVED, rules, now))


async def of_session(connection: AsyncConnection, session: Session, kind: Kind, *, now: datetime) -> None:
    """One message at once."""
    if session.invitation is not None and not session.protected:
        await _write(connection, [_row(kind, session.invitation, session, now)])


async def of_invitation(connection: AsyncConnection, invitation: UUID, *, now: datetime) -> None:
    """The link itself."""
    await _write(connection, [_row(Kind.INVITED, invitation, None, now)])


async def claim(connection: AsyncConnection, *, now: datetime) -> Notice | None:
    """The message that has been due longest; nobody else gets it for two minutes."""
    row = (await connection.execute(_CLAIMED, {"now": now, "claim": _CLAIM})).first()
    return None if row is None else _notice(row)


async def done(connection: AsyncConnection, notice: UUID, outcome: Outcome, *, now: datetime) -> None:
    """Never to be sent again."""
    await connection.execute(_DONE, {"id": notice, "outcome": outcome.value, "now": now})


async def later(connection: AsyncConnection, notice: UUID, at: datetime) -> None:
    """To be tried again then."""
    await connection.execute(_LATER, {"id": notice, "at": at})


def _of_time(session: Session, kind: Kind, rules: Rules, now: datetime) -> list[dict[str, object]]:
    if session.invitation is None or session.protected:
        return []
    remind_at = session.time.starts_at - rules.remind_before
    reminder = [_row(Kind.REMINDER, session.invitation, session, remind_at)] if remind_at > now else []
    survey = _row(Kind.SURVEY, session.invitation, session, session.time.ends_at + rules.survey_after)
    return [_row(kind, session.invitation, session, now), *reminder, survey]


def _row(kind: Kind, invitation: UUID, session: Session | None, at: datetime) -> dict[str, object]:
    return {
        "id": str(uuid4()),
        "kind": kind.value,
        "invitation_id": str(invitation),
        "session_id": str(session.session) if session else None,
        "moves": session.moves if session else 0,
        "send_at": at,
    }


async def _write(connection: AsyncConnection, rows: Sequence[dict[str, object]]) -> None:
    if rows:
        await connection.execute(_WRITE, {"batch": as_json(rows)})


def _notice(row: sa.Row[Any]) -> Notice:
    return Notice(
        id=row.id,
        kind=Kind(row.kind),
        invitation=row.invitation_id,
        session=row.session_id,
        moves=row.moves,
        attempts=row.attempts,
    )
