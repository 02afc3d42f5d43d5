"""Working hours as the municipalities' systems report them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from guidance.commands import hours
from guidance.domain.hours import Exceptional, Hours, Weekly, breaches
from guidance.domain.times import Period
from guidance.messages.hours import fault, unknown
from shared.events import Incoming
from shared.faults import Fault
from shared.work import Work

HOURS: Final = "se.samverk.guidance.hours.reported.v1"


def check(event: Incoming) -> Sequence[Fault]:
    """What is wrong beyond the shape."""
    data = event.data
    return [fault(breach) for breach in breaches(_weekly(data), _exceptions(data), _absences(data))]


async def take(work: Work, events: Sequence[Incoming]) -> None:
    """Take the newest of each counsellor; refuse those of counsellors not known as the municipality's."""
    answers = await hours.take_hours(work, [_hours(event) for event in events])
    for event, wrong in zip(events, answers, strict=True):
        if wrong is not None:
            work.refuse(event, wrong, unknown())


def _hours(event: Incoming) -> Hours:
    assert event.municipality is not None  # the type is read from the municipalities' topics only
    data = event.data
    return Hours(
        counsellor=UUID(data["counsellor"]),
        municipality=event.municipality,
        weekly=tuple(_weekly(data)),
        exceptions=tuple(_exceptions(data)),
        absences=tuple(_absences(data)),
        specialities=tuple(data.get("specialities", ())),
        max_per_day=data.get("max_per_day"),
        buffer_before=timedelta(minutes=data.get("buffer_before_minutes", 0)),
        buffer_after=timedelta(minutes=data.get("buffer_after_minutes", 0)),
        phone=data.get("phone"),
        revision=data["revision"],
    )


def _weekly(data: dict[str, Any]) -> list[Weekly]:
    return [
        Weekly(
            weekday=row["weekday"],
            begins=time.fromisoformat(row["begins"]),
            ends=time.fromisoformat(row["ends"]),
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_until=_day(row.get("valid_until")),
        )
        for row in data["weekly"]
    ]


def _exceptions(data: dict[str, Any]) -> list[Exceptional]:
    return [
        Exceptional(day=date.fromisoformat(row["day"]), begins=_clock(row.get("begins")), ends=_clock(row.get("ends")))
        for row in data["exceptions"]
    ]


def _absences(data: dict[str, Any]) -> list[Period]:
    return [Period(_moment(row["starts_at"]), _moment(row["ends_at"])) for row in data["absences"]]


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _clock(text: str | None) -> time | None:
    return None if text is None else time.fromisoformat(text)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(microsecond=0)
