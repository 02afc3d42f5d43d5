"""What is said of sessions."""

from typing import Final

from guidance.domain.sessions import Session, SessionStatus
from guidance.messages.times import utc
from shared.events import Outgoing

SESSION_BOOKED: Final = "se.samverk.guidance.session.booked.v1"
SESSION_CANCELLED: Final = "se.samverk.guidance.session.cancelled.v1"
SAYS: Final = (SESSION_BOOKED, SESSION_CANCELLED)


def of_session(session: Session) -> Outgoing:
    """A session booked or cancelled."""
    data = {
        "session": str(session.session),
        "case": str(session.case),
        "applicant": str(session.applicant),
        "counsellor": str(session.counsellor),
        "counsellor_municipality": session.counsellor_municipality,
        "home_municipality": session.home_municipality,
        "starts_at": utc(session.time.starts_at),
        "ends_at": utc(session.time.ends_at),
        "channel": session.channel.value,
    }
    kind = SESSION_BOOKED if session.status is SessionStatus.BOOKED else SESSION_CANCELLED
    return Outgoing(type=kind, subject=str(session.session), data=data)
