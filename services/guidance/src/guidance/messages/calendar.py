"""A session as it stands in the calendar of the one who booked it: no name, no case, no counsellor and no link."""

from datetime import datetime
from typing import Final

from guidance.domain.availability import Channel
from guidance.domain.calendars import Entry, NotForCalendars, uid
from guidance.domain.sessions import Session, SessionStatus
from shared.texts import Text

_SUMMARY: Final = Text(sv="Vägledningssamtal", en="Guidance session")
_HOW: Final = {
    Channel.VIDEO: Text(sv="Video, genom länken du bokade med", en="Video, by the link you booked with"),
    Channel.PHONE: Text(sv="Telefon, vägledaren ringer", en="Phone, the counsellor rings"),
    Channel.CHAT: Text(sv="Chatt, genom länken du bokade med", en="Chat, by the link you booked with"),
    Channel.ON_SITE: Text(sv="På plats", en="On site"),
}
_CHANGE: Final = Text(
    sv="Flytta eller avboka med länken du bokade med. Det du ändrar i kalendern når inte vägledaren.",
    en="Move or cancel with the link you booked with. What you change in the calendar does not reach the counsellor.",
)


def entry_of(session: Session, language: str, *, at: datetime) -> Entry:
    """The entry as of now; each move and the cancellation raise its SEQUENCE. Raises NotForCalendars."""
    if session.protected:
        raise NotForCalendars
    cancelled = session.status is SessionStatus.CANCELLED
    return Entry(
        uid=uid("session", session.session),
        sequence=session.moves + cancelled,
        period=session.time,
        summary=_said(_SUMMARY, language),
        description=_said(_CHANGE, language),
        location=_said(_HOW[session.channel], language),
        changed_at=at,
        cancelled=cancelled,
    )


def _said(text: Text, language: str) -> str:
    return text.en if language == "en" else text.sv
