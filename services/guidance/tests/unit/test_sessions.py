"""What may be booked and cancelled."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from guidance.domain.availability import Channel
from guidance.domain.cases import Status
from guidance.domain.sessions import (
    AlreadyBegun,
    AlreadyCancelled,
    CaseClosed,
    ChannelNotOffered,
    NotASlot,
    Session,
    SessionStatus,
    TooSoon,
    book,
    cancel,
)
from guidance.domain.times import Period

from ..builders import MONDAY, NOW, RULES, case, counsellor, minutes


def booked(
    starts_at: datetime = MONDAY, channel: Channel = Channel.VIDEO, now: datetime = NOW, **of_counsellor: Any
) -> Session:
    return book(
        UUID(int=7), case(), counsellor(**of_counsellor), starts_at=starts_at, channel=channel, rules=RULES, now=now
    )


def test_a_booked_session_lasts_as_long_as_the_counsellor_says_and_names_both_municipalities() -> None:
    session = booked(MONDAY + minutes(150))
    assert session.time == Period(MONDAY + minutes(150), MONDAY + minutes(180))
    assert (session.home_municipality, session.counsellor_municipality) == ("2284", "2281")
    assert session.across_borders
    assert not booked(municipality="2284").across_borders


@pytest.mark.parametrize("late", [1, 29, 165, 180, -30])
def test_only_a_computed_time_can_be_booked(late: int) -> None:
    with pytest.raises(NotASlot):
        booked(MONDAY + minutes(late))


def test_only_an_offered_channel_can_be_booked() -> None:
    with pytest.raises(ChannelNotOffered):
        booked(channel=Channel.ON_SITE)


def test_notice_is_needed() -> None:
    assert booked(now=MONDAY - timedelta(hours=2)).time.starts_at == MONDAY
    with pytest.raises(TooSoon):
        booked(now=MONDAY - timedelta(hours=2) + minutes(1))


@pytest.mark.parametrize("status", [Status.CLOSED, Status.NONE])
def test_only_an_open_case_can_be_booked_for(status: Status) -> None:
    with pytest.raises(CaseClosed):
        book(UUID(int=7), case(status), counsellor(), starts_at=MONDAY, channel=Channel.VIDEO, rules=RULES, now=NOW)


def test_a_session_is_cancelled_once_and_before_it_begins() -> None:
    cancelled = cancel(booked(), now=NOW)
    assert cancelled == replace(booked(), status=SessionStatus.CANCELLED)
    with pytest.raises(AlreadyCancelled):
        cancel(cancelled, now=NOW)
    with pytest.raises(AlreadyBegun):
        cancel(booked(), now=MONDAY)
