"""What may be booked and cancelled."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from guidance.domain.availability import Channel, Counsellor
from guidance.domain.cases import Case, Status
from guidance.domain.slots import Rules, is_slot
from guidance.domain.times import Period


class CaseClosed(Exception):
    """The case is closed; only an open case can have sessions booked."""

    sv = "Ärendet är stängt; samtal kan bara bokas i ett öppet ärende."


class ChannelNotOffered(Exception):
    """The counsellor does not meet through that channel; choose one of the channels of the slot."""

    sv = "Vägledaren möter inte i den kanalen; välj en av kanalerna som tiden anger."


class NotASlot(Exception):
    """The counsellor has no such time; choose one of the times of GET /slots."""

    sv = "Vägledaren har ingen sådan tid; välj en av tiderna i GET /slots."


class TooSoon(Exception):
    """The time is too near or has passed; choose a later one."""

    sv = "Tiden är för nära inpå eller har passerat; välj en senare."


class SlotTaken(Exception):
    """The time is taken; choose another."""

    sv = "Tiden är upptagen; välj en annan."


class CaseBusy(Exception):
    """The case already has a session at that time; choose another time or cancel that session first."""

    sv = "Ärendet har redan ett samtal på den tiden; välj en annan tid eller avboka det samtalet först."


class AlreadyCancelled(Exception):
    """The session is already cancelled."""

    sv = "Samtalet är redan avbokat."


class AlreadyBegun(Exception):
    """The session has begun and can no longer be cancelled."""

    sv = "Samtalet har börjat och kan inte längre avbokas."


class SessionStatus(StrEnum):
    """A session is booked until somebody cancels it."""

    BOOKED = "booked"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session between a case's applicant and a counsellor."""

    session: UUID
    case: UUID
    applicant: UUID
    counsellor: UUID
    counsellor_municipality: str
    home_municipality: str
    time: Period
    channel: Channel
    status: SessionStatus = SessionStatus.BOOKED

    @property
    def across_borders(self) -> bool:
        """Whether another municipality than the applicant's own helps."""
        return self.counsellor_municipality != self.home_municipality


def book(
    session: UUID,
    case: Case,
    counsellor: Counsellor,
    *,
    starts_at: datetime,
    channel: Channel,
    rules: Rules,
    now: datetime,
) -> Session:
    """The booked session, if the rules allow it. That the time is free is for the database to decide.

    Raises CaseClosed, ChannelNotOffered, TooSoon and NotASlot.
    """
    if case.status is not Status.OPEN:
        raise CaseClosed
    if channel not in counsellor.channels:
        raise ChannelNotOffered
    if starts_at < rules.earliest(now):
        raise TooSoon
    time = Period(starts_at, starts_at + counsellor.session_length)
    if not any(is_slot(time, period, counsellor.session_length) for period in counsellor.periods):
        raise NotASlot
    return Session(
        session=session,
        case=case.case,
        applicant=case.applicant,
        counsellor=counsellor.counsellor,
        counsellor_municipality=counsellor.municipality,
        home_municipality=case.home_municipality,
        time=time,
        channel=channel,
    )


def cancel(session: Session, *, now: datetime) -> Session:
    """The cancelled session. Raises AlreadyCancelled and AlreadyBegun."""
    if session.status is SessionStatus.CANCELLED:
        raise AlreadyCancelled
    if session.time.starts_at <= now:
        raise AlreadyBegun
    return replace(session, status=SessionStatus.CANCELLED)
