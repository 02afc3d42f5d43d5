"""What guidance reads from Kafka."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from guidance import reported_hours
from guidance.commands import activity_responsibility, counsellors, follow_up, study_plans
from guidance.domain.availability import Channel, Counsellor, breaches
from guidance.domain.cases import Accepted, Admitted, Cause, Unplaced, Word, round_order
from guidance.domain.times import Period
from guidance.messages.availability import fault
from shared.consumer import Handler, Reading
from shared.events import Incoming
from shared.faults import Fault
from shared.work import Work

AVAILABILITY: Final = "se.samverk.guidance.availability.reported.v1"
UNPLACED: Final = "se.samverk.admissions.applicant.unplaced.v1"
ADMITTED: Final = "se.samverk.admissions.applicant.admitted.v1"
ACCEPTED: Final = "se.samverk.admissions.place.accepted.v1"
VACATED: Final = "se.samverk.admissions.place.vacated.v1"
OFFERINGS: Final = tuple(f"se.samverk.catalogue.offering.{what}.v1" for what in ("published", "changed", "withdrawn"))

Said = Unplaced | Admitted | Accepted


def readings() -> Sequence[Reading]:
    """The event types that guidance reads."""
    return [
        Reading(AVAILABILITY, handle=_take_availability, check=_check_availability),
        Reading(reported_hours.HOURS, handle=reported_hours.take, check=reported_hours.check),
        Reading(UNPLACED, handle=_hearing(_unplaced)),
        Reading(ADMITTED, handle=_hearing(_admitted)),
        Reading(ACCEPTED, handle=_hearing(_accepted)),
        Reading(VACATED, handle=_give_up_places),
        *(Reading(kind, handle=_take_offerings) for kind in OFFERINGS),
    ]


async def _take_availability(work: Work, events: Sequence[Incoming]) -> None:
    breaches = await counsellors.take_availability(work, [_counsellor(event) for event in events])
    for event, breach in zip(events, breaches, strict=True):
        if breach is not None:
            work.refuse(event, breach.wrong, fault(breach))


def _check_availability(event: Incoming) -> Sequence[Fault]:
    return [fault(breach) for breach in breaches(_periods(event.data))]


def _counsellor(event: Incoming) -> Counsellor:
    assert event.municipality is not None  # the type is read from the municipalities' topics only
    data = event.data
    return Counsellor(
        counsellor=UUID(data["counsellor"]),
        municipality=event.municipality,
        display_name=data["display_name"],
        languages=tuple(data["languages"]),
        channels=tuple(Channel(channel) for channel in data["channels"]),
        session_length=timedelta(minutes=data["session_minutes"]),
        periods=tuple(_periods(data)),
        revision=data["revision"],
    )


def _periods(data: dict[str, Any]) -> Sequence[Period]:
    return [Period(_moment(period["starts_at"]), _moment(period["ends_at"])) for period in data["periods"]]


def _moment(text: str) -> datetime:
    """Whole seconds: no clock of ours shows less, and slots are reckoned in them."""
    return datetime.fromisoformat(text).astimezone(UTC).replace(microsecond=0)


def _hearing(said: Callable[[dict[str, Any], datetime], Said]) -> Handler:
    """A handler of one of admissions' types; `said` reads what is particular to it."""

    async def handle(work: Work, events: Sequence[Incoming]) -> None:
        words = [(_word(event, said(event.data, event.time or work.now)), event) for event in events]
        await follow_up.hear(work, words)

    return handle


def _word(event: Incoming, said: Said) -> Word:
    data = event.data
    return Word(
        applicant=UUID(data["applicant"]),
        intake_year=data["intake_year"],
        home_municipality=data["home_municipality"],
        said=said,
    )


def _unplaced(data: dict[str, Any], at: datetime) -> Unplaced:
    return Unplaced(
        round=round_order(data["round"]),
        said_at=at,
        cause=Cause(data["cause"]),
        missing_subjects=tuple(data["missing_subjects"]),
        open_programmes=tuple(data["open_programmes"]),
    )


def _admitted(data: dict[str, Any], at: datetime) -> Admitted:  # noqa: ARG001  # rounds are compared, not times
    return Admitted(round=round_order(data["round"]))


def _accepted(data: dict[str, Any], at: datetime) -> Accepted:
    return Accepted(said_at=at, starts_on=date.fromisoformat(data["starts_on"]), offering=data["offering"])


async def _give_up_places(work: Work, events: Sequence[Incoming]) -> None:
    places = [(UUID(event.data["applicant"]), event.data["offering"]) for event in events]
    await activity_responsibility.give_up_places(work, places)


async def _take_offerings(work: Work, events: Sequence[Incoming]) -> None:
    await study_plans.take_offerings(work, [_offering(event) for event in events])


def _offering(event: Incoming) -> dict[str, Any]:
    """A withdrawn offering is told of by its name and version alone."""
    data = event.data
    kept = {name: data.get(name) for name in ("offering", "intake_year", "municipality", "programme", "school_name")}
    return kept | {
        "seats": data.get("seats", 0),
        "withdrawn": event.type.endswith(".withdrawn.v1"),
        "version": data["version"],
    }
