"""What is said of sessions."""

from typing import Any, Final

from guidance.domain.sessions import Session, SessionStatus
from guidance.domain.times import Period
from guidance.messages.times import utc
from shared.events import Outgoing

SESSION_BOOKED: Final = "se.samverk.guidance.session.booked.v1"
SESSION_MOVED: Final = "se.samverk.guidance.session.moved.v1"
SESSION_CANCELLED: Final = "se.samverk.guidance.session.cancelled.v1"
SESSION_HELD: Final = "se.samverk.guidance.session.held.v1"
SESSION_MISSED: Final = "se.samverk.guidance.session.missed.v1"
SAYS: Final = (SESSION_BOOKED, SESSION_MOVED, SESSION_CANCELLED, SESSION_HELD, SESSION_MISSED)
_KINDS: Final = {
    SessionStatus.BOOKED: SESSION_BOOKED,
    SessionStatus.CANCELLED: SESSION_CANCELLED,
    SessionStatus.HELD: SESSION_HELD,
    SessionStatus.NO_SHOW: SESSION_MISSED,
}


def of_session(session: Session) -> Outgoing:
    """A session booked, cancelled, held or missed."""
    return _outgoing(_KINDS[session.status], session, {})


def of_moved(session: Session, before: Period) -> Outgoing:
    """A session at another time, perhaps with another counsellor; and when it would have been."""
    return _outgoing(SESSION_MOVED, session, {"moved_from": utc(before.starts_at), "moves": session.moves})


def _outgoing(kind: str, session: Session, more: dict[str, Any]) -> Outgoing:
    data = {
        "session": str(session.session),
        "case": str(session.matter),
        "applicant": str(session.applicant),
        "counsellor": str(session.counsellor),
        "counsellor_municipality": session.counsellor_municipality,
        "home_municipality": session.home_municipality,
        "starts_at": utc(session.time.starts_at),
        "ends_at": utc(session.time.ends_at),
        "channel": session.channel.value,
        "session_type": session.session_type,
    }
    return Outgoing(type=kind, subject=str(session.session), data=data | more)
