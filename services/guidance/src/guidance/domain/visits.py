"""The lobby of a remote session: its door is open around its time only, and the counsellor lets in."""

from datetime import datetime
from enum import StrEnum

from guidance.domain.sessions import Session, SessionStatus
from guidance.domain.slots import Rules


class DoorClosed(Exception):
    """The session's room is open from shortly before its time until shortly after it; come back then."""

    sv = "Samtalets rum är öppet från strax före till strax efter tiden; kom tillbaka då."


class NotLetIn(Exception):
    """The counsellor has not let you in yet; wait in the lobby."""

    sv = "Vägledaren har inte släppt in dig än; vänta i lobbyn."


class Door(StrEnum):
    """How the door of a room stands. `none`: the session has no room, since it is by phone or on site."""

    EARLY = "early"
    OPEN = "open"
    OVER = "over"
    NONE = "none"


def door(session: Session, rules: Rules, *, now: datetime) -> Door:
    """How the door stands now."""
    if session.room is None or session.protected or session.status not in (SessionStatus.BOOKED, SessionStatus.HELD):
        return Door.NONE
    if now < opens_at(session, rules):
        return Door.EARLY
    return Door.OPEN if now < closes_at(session, rules) else Door.OVER


def opens_at(session: Session, rules: Rules) -> datetime:
    """When one may come in."""
    return session.time.starts_at - rules.door_opens_before


def closes_at(session: Session, rules: Rules) -> datetime:
    """When nobody may any more."""
    return session.time.ends_at + rules.door_closes_after
