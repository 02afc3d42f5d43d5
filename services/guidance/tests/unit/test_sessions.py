"""What may be booked, moved, cancelled and settled."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from guidance.domain.availability import Channel
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
from guidance.domain.sessions import (
    Agenda,
    Matter,
    Session,
    SessionStatus,
    SessionType,
    book,
    cancel,
    move,
    occupied,
    settle,
)
from guidance.domain.times import Period

from ..builders import MONDAY, NOW, RULES, agenda, counsellor, kind, matter, minutes, period

LINK = {"invitation": UUID(int=60), "by_link": True}
SOON = MONDAY - timedelta(days=3)  # near enough for a link


def booked(
    starts_at: datetime = MONDAY,
    channel: Channel = Channel.VIDEO,
    now: datetime = NOW,
    about: Matter | None = None,
    of_kind: SessionType | None = None,
    around: Agenda | None = None,
    **of_counsellor: Any,
) -> Session:
    return book(
        UUID(int=7),
        about or matter(),
        counsellor(**of_counsellor),
        of_kind or kind(),
        around or agenda(),
        starts_at=starts_at,
        channel=channel,
        room="room",
        rules=RULES,
        now=now,
    )


def moved(session: Session, starts_at: datetime, *, now: datetime = NOW, around: Agenda | None = None) -> Session:
    return move(
        session,
        matter(),
        counsellor(),
        kind(),
        around or agenda(),
        starts_at=starts_at,
        channel=Channel.PHONE,
        room="another room",
        rules=RULES,
        now=now,
    )


def test_a_booked_session_lasts_as_long_as_the_counsellor_says_and_names_both_municipalities() -> None:
    session = booked(MONDAY + minutes(150))
    assert session.time == Period(MONDAY + minutes(150), MONDAY + minutes(180))
    assert (session.home_municipality, session.counsellor_municipality) == ("2284", "2281")
    assert session.across_borders
    assert not booked(municipality="2284").across_borders


def test_a_type_with_a_length_decides_it() -> None:
    hour = kind(length=minutes(60))
    assert booked(MONDAY + minutes(60), of_kind=hour).time == Period(MONDAY + minutes(60), MONDAY + minutes(120))
    with pytest.raises(NotASlot):
        booked(MONDAY + minutes(30), of_kind=hour)


@pytest.mark.parametrize("late", [1, 29, 165, 180, -30])
def test_only_a_computed_time_can_be_booked(late: int) -> None:
    with pytest.raises(NotASlot):
        booked(MONDAY + minutes(late))


def test_who_is_away_is_not_booked() -> None:
    away = agenda(away=[period(45, 50)])
    assert booked(MONDAY, around=away).time == period(0, 30)
    with pytest.raises(NotASlot):
        booked(MONDAY + minutes(30), around=away)


def test_only_an_offered_channel_can_be_booked() -> None:
    with pytest.raises(ChannelNotOffered):
        booked(channel=Channel.ON_SITE)
    with pytest.raises(ChannelNotOffered):
        booked(channel=Channel.VIDEO, of_kind=kind(channels=(Channel.PHONE,)))


def test_notice_is_needed() -> None:
    assert booked(now=MONDAY - timedelta(hours=2)).time.starts_at == MONDAY
    with pytest.raises(TooSoon):
        booked(now=MONDAY - timedelta(hours=2) + minutes(1))


def test_only_an_open_case_can_be_booked_for() -> None:
    with pytest.raises(CaseClosed):
        booked(about=matter(open=False))


def test_a_day_holds_so_many_sessions_and_no_more() -> None:
    assert booked(around=agenda(that_day=3), max_per_day=4).time == period(0, 30)
    assert booked(around=agenda(that_day=99)).time == period(0, 30)
    with pytest.raises(DayFull):
        booked(around=agenda(that_day=4), max_per_day=4)


def test_pauses_are_the_longest_that_region_type_or_counsellor_asks_for_each_side_by_itself() -> None:
    rules = replace(RULES, buffer_before=minutes(5))
    asked = kind(buffer_before=minutes(2), buffer_after=minutes(10))
    whose = counsellor(buffer_before=minutes(7), buffer_after=minutes(1))
    assert occupied(period(0, 30), asked, whose, rules) == period(-7, 40)
    assert occupied(period(0, 30), asked, counsellor(), rules) == period(-5, 40)


def test_the_holder_of_a_link_books_public_types_not_too_far_ahead() -> None:
    assert booked(about=matter(**LINK), now=SOON).invitation == LINK["invitation"]
    with pytest.raises(LinkTypeClosed):
        booked(about=matter(**LINK), now=SOON, of_kind=kind(public=False))
    with pytest.raises(LinkTypeClosed):
        booked(about=matter(**LINK, session_type="study_plan"), now=SOON)
    with pytest.raises(TooFarAhead):
        booked(about=matter(**LINK), now=MONDAY - timedelta(days=61))
    assert booked(now=MONDAY - timedelta(days=61)).time == period(0, 30)  # staff may


def test_by_link_one_has_so_many_sessions_ahead_and_fewer_in_a_peak() -> None:
    with pytest.raises(TooMany):
        booked(about=matter(**LINK), now=SOON, around=agenda(person_ahead=2))
    with pytest.raises(TooMany):  # the sixteenth of August is in the reserve time
        booked(about=matter(**LINK), now=SOON, around=agenda(person_in_peak=1))
    assert booked(around=agenda(person_ahead=9, person_in_peak=9)).time == period(0, 30)  # staff may


@pytest.mark.parametrize("channel", [Channel.VIDEO, Channel.CHAT, Channel.ON_SITE])
def test_protected_identity_is_met_by_phone_only(channel: Channel) -> None:
    with pytest.raises(PhoneOnly):
        booked(about=matter(protected=True), channel=channel, channels=tuple(Channel))
    session = booked(about=matter(protected=True), channel=Channel.PHONE)
    assert session.protected
    assert session.room is None


def test_only_a_session_on_a_screen_has_a_room() -> None:
    assert booked(channel=Channel.VIDEO).room == "room"
    assert booked(channel=Channel.PHONE).room is None


def test_a_moved_session_keeps_its_name_and_gets_a_new_time_and_room() -> None:
    session = booked()
    after = moved(session, MONDAY + minutes(60))
    assert after == replace(session, time=period(60, 90), channel=Channel.PHONE, moves=1, room=None)
    assert moved(after, MONDAY).moves == 2


def test_a_move_follows_the_rules_of_booking_and_comes_in_time() -> None:
    with pytest.raises(NotASlot):
        moved(booked(), MONDAY + minutes(1))
    with pytest.raises(AlreadyBegun):
        moved(booked(), MONDAY + minutes(150), now=MONDAY)
    with pytest.raises(AlreadyCancelled):
        moved(cancel(booked(), now=NOW), MONDAY)


def test_a_session_is_cancelled_once_and_before_it_begins() -> None:
    cancelled = cancel(booked(), now=NOW)
    assert cancelled == replace(booked(), status=SessionStatus.CANCELLED)
    with pytest.raises(AlreadyCancelled):
        cancel(cancelled, now=NOW)
    with pytest.raises(AlreadyBegun):
        cancel(booked(), now=MONDAY)


def test_whether_it_was_held_is_said_once_it_has_begun_and_a_slip_can_be_put_right() -> None:
    with pytest.raises(NotYetBegun):
        settle(booked(), came=True, now=NOW)
    missed = settle(booked(), came=False, now=MONDAY)
    assert missed.status is SessionStatus.NO_SHOW
    assert settle(missed, came=True, now=MONDAY).status is SessionStatus.HELD
    with pytest.raises(AlreadySettled):
        cancel(missed, now=MONDAY)
    with pytest.raises(AlreadyCancelled):
        settle(cancel(booked(), now=NOW), came=True, now=MONDAY)
