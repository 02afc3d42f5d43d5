"""What is told to calendars, and why one cannot be read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from guidance.domain.times import Period

# Busy times are looked for as far ahead as anyone can book, and a little further.
LOOK_AHEAD: Final = timedelta(weeks=26)
READ_EVERY: Final = timedelta(minutes=15)
# A source that fails is asked ever more seldom; what it last said holds meanwhile.
SELDOM: Final = timedelta(hours=6)
MOST_SOURCES: Final = 5
OURS: Final = "@samverk"


class SourceKind(StrEnum):
    """An address of a calendar file, or a CalDAV account (RFC 4791)."""

    ICS = "ics"
    CALDAV = "caldav"


class Fault(StrEnum):
    """Why a source could not be read."""

    ADDRESS_REFUSED = "address_refused"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    UNAUTHORIZED = "unauthorized"
    NOT_FOUND = "not_found"
    REFUSED = "refused"
    NOT_A_CALENDAR = "not_a_calendar"
    NO_CALENDAR = "no_calendar"
    KEY_MISSING = "key_missing"


class FeedUnknown(Exception):
    """There is no such calendar; its address has been revoked or was never given."""

    sv = "Kalendern finns inte; adressen är återkallad eller har aldrig getts ut."


class SourceUnknown(Exception):
    """You have no such calendar source."""

    sv = "Du har ingen sådan kalenderkälla."


class TooManySources(Exception):
    """You already have as many calendar sources as can be read; remove one first."""

    sv = "Du har redan så många kalenderkällor som kan läsas; ta bort en först."


class AddressWrong(Exception):
    """The calendar's address must begin with https:// and name a host."""

    sv = "Kalenderns adress ska börja med https:// och ange en server."


class CalendarsOff(Exception):
    """Nothing can be kept sealed: SAMVERK_GUIDANCE_CALENDAR_KEYS is not set."""

    sv = "Inget kan sparas förseglat: SAMVERK_GUIDANCE_CALENDAR_KEYS är inte satt."


class NotForCalendars(Exception):
    """This session is held by phone only and stands in no calendar."""

    sv = "Samtalet hålls bara per telefon och står inte i någon kalender."


class Unreadable(Exception):
    """The source could not be read, for the reason in `fault`."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing in a calendar. The same `uid` with a higher `sequence` replaces what was said before (RFC 5545)."""

    uid: str
    sequence: int
    period: Period
    summary: str
    description: str = ""
    location: str = ""
    changed_at: datetime
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class BusyTimes:
    """What a calendar says about being busy, and how many of its events could not be understood."""

    periods: tuple[Period, ...]
    passed_over: int


def uid(kind: str, id_: object) -> str:
    """The UID of a session or a shift; it stays for as long as the thing does."""
    return f"{kind}-{id_}{OURS}"


def joined(periods: list[Period]) -> tuple[Period, ...]:
    """The same time with as few periods as can be, in order."""
    found: list[Period] = []
    for period in sorted(periods):
        if found and period.starts_at <= found[-1].ends_at:
            found[-1] = Period(found[-1].starts_at, max(found[-1].ends_at, period.ends_at))
        else:
            found.append(period)
    return tuple(found)


def next_try(now: datetime, failures: int) -> datetime:
    """When a source is to be read again after so many failures in a row."""
    pause: timedelta = READ_EVERY * 2 ** min(failures, 10)
    return now + min(pause, SELDOM)
