"""What may be booked, moved, cancelled and settled, and by whom."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from guidance.domain.availability import Channel, Counsellor
from guidance.domain.refusals import (
    AlreadyBegun,
    AlreadyCancelled,
    AlreadySettled,
    CaseClosed,
    ChannelNotOffered,
    DayFull,
    LinkTypeClosed,
    NotASlot,
    NotYetBegun,
    PhoneOnly,
    TooFarAhead,
    TooMany,
    TooSoon,
)
from guidance.domain.slots import Rules, is_slot
from guidance.domain.times import Period, day_of

USUAL = "guidance"


class SessionStatus(StrEnum):
    """`offered`: held for the first on the waitlist. A booked session is in the end held, missed or cancelled."""

    OFFERED = "offered"
    BOOKED = "booked"
    CANCELLED = "cancelled"
    HELD = "held"
    NO_SHOW = "no_show"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionType:
    """How long a session of a kind is (None: as long as the counsellor's own), its pauses and channels.

    `public`: may be booked by link.
    """

    code: str
    length: timedelta | None
    buffer_before: timedelta
    buffer_after: timedelta
    channels: tuple[Channel, ...]
    public: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a session is about, and for whom: a follow-up case, or an invitation without one.

    `by_link`: the person books without an account, so the limits of self-service hold. `session_type` is the only type
    the link is for, if it is for one.
    """

    case: UUID | None
    invitation: UUID | None
    person: UUID
    home_municipality: str
    open: bool
    protected: bool = False
    by_link: bool = False
    session_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What is known around a wished time: the counsellor's periods there, whether something else keeps the counsellor,
    and how many sessions the counsellor has that day, the person ahead, and the person in the peak."""

    periods: Sequence[Period]
    away: Sequence[Period] = ()
    that_day: int = 0
    person_ahead: int = 0
    person_in_peak: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session between a person and a counsellor. `room` is empty unless it is held by video or chat."""

    session: UUID
    case: UUID | None
    applicant: UUID
    counsellor: UUID
    counsellor_municipality: str
    home_municipality: str
    time: Period
    channel: Channel
    status: SessionStatus = SessionStatus.BOOKED
    session_type: str = USUAL
    invitation: UUID | None = None
    protected: bool = False
    moves: int = 0
    room: str | None = None

    @property
    def across_borders(self) -> bool:
        """Whether another municipality than the applicant's own helps."""
        return self.counsellor_municipality != self.home_municipality

    @property
    def matter(self) -> UUID:
        """The case, or the invitation of one without a case."""
        matter = self.case or self.invitation
        assert matter is not None  # the table sees to it
        return matter


def length(kind: SessionType, counsellor: Counsellor) -> timedelta:
    """How long such a session with this counsellor is."""
    return kind.length or counsellor.session_length


def occupied(time: Period, kind: SessionType, counsellor: Counsellor, rules: Rules) -> Period:
    """The time that a session keeps its counsellor: before and after it the longest pause that anyone asks for."""
    before = max(rules.buffer_before, kind.buffer_before, counsellor.buffer_before)
    after = max(rules.buffer_after, kind.buffer_after, counsellor.buffer_after)
    return Period(time.starts_at - before, time.ends_at + after)


def book(
    session: UUID,
    matter: Matter,
    counsellor: Counsellor,
    kind: SessionType,
    agenda: Agenda,
    *,
    starts_at: datetime,
    channel: Channel,
    room: str,
    rules: Rules,
    now: datetime,
) -> Session:
    """The booked session, if the rules allow it. That the time is free is for the database to decide.

    Raises CaseClosed, LinkTypeClosed, PhoneOnly, ChannelNotOffered, TooSoon, TooFarAhead, NotASlot, DayFull, TooMany.
    """
    if not matter.open:
        raise CaseClosed
    _may_be_of(kind, matter)
    time = _time(matter, counsellor, kind, agenda, starts_at, channel, rules, now)
    if matter.by_link:
        _within_limits(agenda, starts_at, rules)
    return Session(
        session=session,
        case=matter.case,
        applicant=matter.person,
        counsellor=counsellor.counsellor,
        counsellor_municipality=counsellor.municipality,
        home_municipality=matter.home_municipality,
        time=time,
        channel=channel,
        session_type=kind.code,
        invitation=matter.invitation,
        protected=matter.protected,
        room=_room(room, channel),
    )


def move(
    session: Session,
    matter: Matter,
    counsellor: Counsellor,
    kind: SessionType,
    agenda: Agenda,
    *,
    starts_at: datetime,
    channel: Channel,
    room: str,
    rules: Rules,
    now: datetime,
) -> Session:
    """The session at its new time, under the rules of booking; its own former time does not count against it.

    Raises what `cancel` and `book` raise, but for the limits on how many one may have.
    """
    _still_ahead(session, now)
    time = _time(matter, counsellor, kind, agenda, starts_at, channel, rules, now)
    return replace(
        session,
        counsellor=counsellor.counsellor,
        counsellor_municipality=counsellor.municipality,
        time=time,
        channel=channel,
        moves=session.moves + 1,
        room=_room(room, channel),
    )


def cancel(session: Session, *, now: datetime) -> Session:
    """The cancelled session. Raises AlreadyCancelled, AlreadySettled and AlreadyBegun."""
    _still_ahead(session, now)
    return replace(session, status=SessionStatus.CANCELLED)


def settle(session: Session, *, came: bool, now: datetime) -> Session:
    """The session held, or missed by the one it was for; a slip may be put right later.

    Raises AlreadyCancelled and NotYetBegun.
    """
    if session.status is SessionStatus.CANCELLED:
        raise AlreadyCancelled
    if now < session.time.starts_at:
        raise NotYetBegun
    return replace(session, status=SessionStatus.HELD if came else SessionStatus.NO_SHOW)


def _may_be_of(kind: SessionType, matter: Matter) -> None:
    if matter.by_link and (not kind.public or matter.session_type not in (None, kind.code)):
        raise LinkTypeClosed


def _time(
    matter: Matter,
    counsellor: Counsellor,
    kind: SessionType,
    agenda: Agenda,
    starts_at: datetime,
    channel: Channel,
    rules: Rules,
    now: datetime,
) -> Period:
    if matter.protected and channel is not Channel.PHONE:
        raise PhoneOnly
    if channel not in counsellor.channels or channel not in kind.channels:
        raise ChannelNotOffered
    if starts_at < rules.earliest(now):
        raise TooSoon
    if matter.by_link and starts_at > now + rules.furthest_ahead:
        raise TooFarAhead
    time = Period(starts_at, starts_at + length(kind, counsellor))
    in_hours = any(is_slot(time, period, length(kind, counsellor)) for period in agenda.periods)
    if not in_hours or any(time.overlaps(each) for each in agenda.away):
        raise NotASlot
    if counsellor.max_per_day is not None and agenda.that_day >= counsellor.max_per_day:
        raise DayFull
    return time


def _within_limits(agenda: Agenda, starts_at: datetime, rules: Rules) -> None:
    peak = rules.peak(day_of(starts_at))
    if agenda.person_ahead >= rules.most_ahead or (peak is not None and agenda.person_in_peak >= peak[0].most):
        raise TooMany


def _room(room: str, channel: Channel) -> str | None:
    return room if channel in (Channel.VIDEO, Channel.CHAT) else None


def _still_ahead(session: Session, now: datetime) -> None:
    if session.status is SessionStatus.CANCELLED:
        raise AlreadyCancelled
    if session.status in (SessionStatus.HELD, SessionStatus.NO_SHOW):
        raise AlreadySettled
    if session.time.starts_at <= now:
        raise AlreadyBegun
