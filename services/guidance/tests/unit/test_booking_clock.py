"""Times as the booking pages word them, above all when clocks change."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from guidance.pages.booking_clock import by_day, clocks_change, moment, when
from guidance.queries.slots import FreeSlot

HALF_HOUR = timedelta(minutes=30)


def slot(starts_at: datetime) -> FreeSlot:
    return FreeSlot(
        counsellor=UUID(int=1),
        display_name="Eva Ek",
        municipality="2281",
        languages=["sv"],
        channels=["phone"],
        specialities=[],
        starts_at=starts_at,
        ends_at=starts_at + HALF_HOUR,
    )


def listed(*starts: datetime) -> list[tuple[str, str, list[str]]]:
    days = by_day([slot(each) for each in starts], "sv", lambda each: each.starts_at.isoformat())
    return [(day.name, day.zone, [time.clock for time in day.times]) for day in days]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # year to minute


def test_days_are_swedish_days() -> None:
    assert listed(utc(2027, 9, 12, 21, 30), utc(2027, 9, 12, 22, 0)) == [
        ("söndag 12 september", "svensk sommartid (UTC+2)", ["23:30"]),
        ("måndag 13 september", "svensk sommartid (UTC+2)", ["00:00"]),
    ]


def test_the_hour_that_october_has_twice_is_told_apart() -> None:
    doubled = [utc(2027, 10, 31, 0, 30), utc(2027, 10, 31, 1, 30)]
    assert listed(*doubled) == [("söndag 31 oktober", "", ["02:30 (UTC+2)", "02:30 (UTC+1)"])]
    assert clocks_change([slot(each) for each in doubled])


def test_the_hour_that_march_lacks_is_never_shown() -> None:
    around = [utc(2028, 3, 26, 0, 30), utc(2028, 3, 26, 1, 0)]
    assert listed(*around) == [("söndag 26 mars", "", ["01:30 (UTC+1)", "03:00 (UTC+2)"])]


@pytest.mark.parametrize(
    ("starts_at", "swedish", "english"),
    [
        (
            utc(2028, 1, 10, 8, 0),
            "måndag 10 januari 2028 09:00–09:30, svensk normaltid (UTC+1)",
            "Monday 10 January 2028 09:00–09:30, Swedish standard time (UTC+1)",
        ),
        (
            utc(2028, 7, 10, 7, 0),
            "måndag 10 juli 2028 09:00–09:30, svensk sommartid (UTC+2)",
            "Monday 10 July 2028 09:00–09:30, Swedish summer time (UTC+2)",
        ),
    ],
)
def test_a_time_is_told_with_its_zone(starts_at: datetime, swedish: str, english: str) -> None:
    told = [when(starts_at, starts_at + HALF_HOUR, language).whole for language in ("sv", "en")]
    assert told == [swedish, english]


def test_a_moment_is_told_by_its_day() -> None:
    assert moment(utc(2027, 9, 10, 11, 0), "sv") == "fredag 10 september 13:00"
