"""What the week and the hours of a counsellor have in common: days with what lies in them, and rules in the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.adapters.reference import holidays_en, holidays_sv, rules
from guidance.adapters.rooms import NoRooms
from guidance.commands.hours import HoursReported
from guidance.domain import refusals, visits
from guidance.domain.diary import Day, FreeTime, days, free_times, shown_twice, summer_time
from guidance.domain.slots import window
from guidance.domain.times import Period
from guidance.pages.diary_words import DIARY_WORDS
from guidance.queries import booking, diary, slots
from guidance.queries.slots import FreeSlot, Wish
from shared.texts import Text

# What a reader can mend in the form at hand; all else is a page of its own.
RULES: Final = (
    refusals.CaseClosed,
    refusals.ChannelNotOffered,
    refusals.PhoneOnly,
    refusals.NotASlot,
    refusals.TooSoon,
    refusals.DayFull,
    refusals.SlotTaken,
    refusals.CaseBusy,
    refusals.AlreadyCancelled,
    refusals.AlreadySettled,
    refusals.AlreadyBegun,
    refusals.NotYetBegun,
    visits.DoorClosed,
    NoRooms,
    HoursReported,
)
# The rule's own sentence speaks to those who write programs.
SAID: Final[dict[type[Exception], Text]] = {
    refusals.NotASlot: DIARY_WORDS["not_free"],
    refusals.ChannelNotOffered: DIARY_WORDS["not_that_channel"],
}
_MOST: Final = 2000


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in the diary. `kind`: session, offered, shift, absence, busy or free; `about` is the row itself."""

    kind: str
    starts_at: datetime
    ends_at: datetime
    about: Any


async def entries(connection: AsyncConnection, counsellor: UUID, within: Period, *, now: datetime) -> list[Entry]:
    """All that lies in the time, and the free time in between."""
    booked = await booking.week(connection, counsellor, within, now=now)
    taken = await diary.kept(connection, counsellor, within)
    found = [Entry("offered" if s.status == "offered" else "session", s.starts_at, s.ends_at, s) for s in booked]
    found += [Entry(each.kind, each.starts_at, each.ends_at, each) for each in taken]
    return found + await free(connection, counsellor, within, now=now)


async def free(connection: AsyncConnection, counsellor: UUID, within: Period, *, now: datetime) -> list[Entry]:
    """The times in which the usual session can be booked; times that follow each other are one."""
    found = await free_slots(connection, within, Wish(counsellor=counsellor), now=now)
    joined: list[FreeTime] = free_times(Period(slot.starts_at, slot.ends_at) for slot in found)
    return [Entry("free", each.starts_at, each.ends_at, each) for each in joined]


async def free_slots(connection: AsyncConnection, within: Period, wish: Wish, *, now: datetime) -> Sequence[FreeSlot]:
    """Each time that can still be booked."""
    if within.ends_at <= rules().earliest(now):
        return []
    ahead = window(within.starts_at, within.ends_at, rules(), now=now)
    return await slots.free_slots(connection, ahead, wish, rules(), now=now, limit=_MOST)


def shown(first: date, number: int, found: Sequence[Entry]) -> dict[str, Any]:
    """What the template of days needs."""
    made: list[Day[Entry]] = days(first, number, found)
    weeks = [made[start : start + 7] for start in range(0, len(made), 7)]
    holidays = {each.day: Text(holidays_sv()[each.day], holidays_en()[each.day]) for each in made if _closed(each.day)}
    return {"weeks": weeks, "holidays": holidays, "zone": zone}


def zone(moment: datetime) -> Text | None:
    """Which of two it is, for a time that clocks show twice that day."""
    if not shown_twice(moment):
        return None
    return DIARY_WORDS["summer_time" if summer_time(moment) else "standard_time"]


def _closed(day: date) -> bool:
    return day in holidays_sv()


WEEK: Final = timedelta(days=7)
