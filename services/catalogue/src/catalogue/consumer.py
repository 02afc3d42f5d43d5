"""What the catalogue reads from Kafka."""

from collections.abc import Sequence

from catalogue import commands
from catalogue.adapters.reference import programmes
from catalogue.domain.offerings import Content, Report, Status
from catalogue.domain.programmes import breaches
from catalogue.messages import fault
from shared.consumer import Reading
from shared.events import Incoming
from shared.faults import Fault
from shared.work import Work

TERMS = ("skill_test", "quotas", "introduction", "uses_seats_of")
REPORTED = "se.samverk.catalogue.offering.reported.v1"


def readings() -> Sequence[Reading]:
    """The event types that the catalogue reads."""
    return [Reading(REPORTED, handle=_take, check=_check)]


async def _take(work: Work, events: Sequence[Incoming]) -> None:
    reports = [_report(event) for event in events]
    await commands.take_reports(work, reports, events)


def _check(event: Incoming) -> Sequence[Fault]:
    offering, programme = event.data["offering"], event.data["programme"]
    found = breaches(offering=offering, programme=programme, reporter=event.municipality, programmes=programmes())
    return [fault(breach) for breach in found]


def _report(event: Incoming) -> Report:
    assert event.municipality is not None  # checked: an offering is reported by its own municipality
    data = event.data
    content = Content(
        programme=data["programme"],
        orientation=data.get("orientation"),
        school_unit=data["school_unit"],
        school_name=data["school_name"],
        seats=data["seats"],
        status=Status(data["status"]),
        terms={name: data[name] for name in TERMS if name in data},
    )
    return Report(
        offering=data["offering"],
        intake_year=data["intake_year"],
        municipality=event.municipality,
        revision=data["revision"],
        content=content,
    )
