"""Counsellors, cases and times for the tests."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from guidance.domain.availability import Channel, Counsellor
from guidance.domain.cases import Accepted, Admitted, Case, Cause, Status, Unplaced, Word
from guidance.domain.sessions import Agenda, Matter, SessionType
from guidance.domain.slots import Peak, Rules
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
    furthest_ahead=timedelta(days=60),
    most_ahead=2,
    peaks=[Peak(name_sv="reservtiden", name_en="the reserve time", begins=(7, 1), ends=(8, 20), most=1)],
    offer_stands=timedelta(hours=4),
    offers_unanswered=2,
    door_opens_before=timedelta(minutes=10),
    door_closes_after=timedelta(minutes=15),
    remind_before=timedelta(days=1),
    survey_after=timedelta(hours=1),
    link_lasts=timedelta(days=180),
    contacts_kept=timedelta(days=14),
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


def kind(**changes: Any) -> SessionType:
    """The usual type: as long as the counsellor's own, through any channel."""
    content: dict[str, Any] = {
        "code": "guidance",
        "length": None,
        "buffer_before": timedelta(0),
        "buffer_after": timedelta(0),
        "channels": tuple(Channel),
        "public": True,
    }
    return SessionType(**content | changes)


def matter(**changes: Any) -> Matter:
    """A case of Örnsköldsvik."""
    content: dict[str, Any] = {
        "case": UUID(int=50),
        "invitation": None,
        "person": APPLICANT,
        "home_municipality": "2284",
        "open": True,
    }
    return Matter(**content | changes)


def agenda(**changes: Any) -> Agenda:
    """Three hours from nine."""
    return Agenda(**{"periods": [period(0, 180)]} | changes)


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
