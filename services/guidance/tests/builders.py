"""Counsellors, cases and times for the tests."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from guidance.domain.availability import Channel, Counsellor
from guidance.domain.cases import Accepted, Admitted, Case, Cause, Status, Unplaced, Word
from guidance.domain.slots import Diary, Rules
from guidance.domain.times import Period

NOW = datetime(2027, 7, 1, 6, 0, tzinfo=UTC)
MONDAY = datetime(2027, 8, 16, 7, 0, tzinfo=UTC)  # nine o'clock in Sweden
APPLICANT = UUID(int=1)
COUNSELLOR = UUID(int=100)
RULES = Rules(
    lead_time=timedelta(hours=2),
    widest_window=timedelta(weeks=6),
    buffer_before=timedelta(0),
    buffer_after=timedelta(0),
    load_counts_back=timedelta(weeks=4),
)


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def period(begins: int, ends: int, day: datetime = MONDAY) -> Period:
    """From so many minutes after `day` to so many."""
    return Period(day + minutes(begins), day + minutes(ends))


def counsellor(**changes: Any) -> Counsellor:
    content: dict[str, Any] = {
        "counsellor": COUNSELLOR,
        "municipality": "2281",
        "display_name": "Vägledare Test",
        "languages": ("sv", "en"),
        "channels": (Channel.VIDEO, Channel.PHONE),
        "session_length": minutes(30),
        "periods": (period(0, 180),),
        "revision": 1,
    }
    return Counsellor(**content | changes)


def diary(
    *periods: Period, occupied: tuple[Period, ...] = (), length: int = 30, number: int = 100, load: int = 0
) -> Diary:
    return Diary(
        counsellor=UUID(int=number), session_length=minutes(length), periods=periods, occupied=occupied, load=load
    )


def case(status: Status = Status.OPEN) -> Case:
    return Case(
        case=UUID(int=50),
        applicant=APPLICANT,
        intake_year=2027,
        home_municipality="2284",
        status=status,
        unplaced=unplaced().said,  # type: ignore[arg-type]  # it is one
    )


def unplaced(round: int = 1, at: datetime = NOW, missing: tuple[str, ...] = ("MA",)) -> Word:
    cause = Cause.INELIGIBLE if missing else Cause.NO_PLACE
    return word(Unplaced(round=round, said_at=at, cause=cause, missing_subjects=missing, open_programmes=("FS",)))


def admitted(round: int = 1) -> Word:
    return word(Admitted(round=round))


def accepted(at: datetime = NOW) -> Word:
    return word(Accepted(said_at=at))


def word(said: Unplaced | Admitted | Accepted) -> Word:
    return Word(applicant=APPLICANT, intake_year=2027, home_municipality="2284", said=said)
