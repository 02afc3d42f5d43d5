"""What admissions reads of adult education: translated, and checked beyond the contracts."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from admissions.commands import adult as commands
from admissions.domain.adult.applications import AdultApplication, Opinion, Status
from admissions.domain.adult.facts import Aim, Facts, Form, Need, Wanted
from admissions.domain.identity import is_valid
from admissions.messages import adult as said
from admissions.messages import fault
from shared.consumer import Reading
from shared.events import Incoming
from shared.faults import Fault
from shared.work import Work

_IN: Final = "se.samverk.admissions"


def readings() -> Sequence[Reading]:
    """The event types of adult education."""
    return [
        Reading(f"{_IN}.adult_course.reported.v1", handle=_courses, check=check_course),
        Reading(f"{_IN}.adult_application.submitted.v1", handle=_applications, check=check_application),
        Reading(f"{_IN}.adult_opinion.given.v1", handle=_opinions),
        Reading(f"{_IN}.adult_validation.reported.v1", handle=_validations),
        Reading(f"{_IN}.adult_applicant.moved.v1", handle=_moves),
    ]


def check_course(event: Incoming) -> Sequence[Fault]:
    """A municipality reports courses of its own, each start once."""
    starts = [start["starts_on"] for start in event.data["starts"]]
    codes = ["start_twice"] if len(set(starts)) < len(starts) else []
    if event.data["course"][:4] != event.municipality:
        codes.append("other_organiser")
    return [said.fault(code) for code in codes]


def check_application(event: Incoming) -> Sequence[Fault]:
    """The identity is valid and the course is the organiser's."""
    faults = [] if is_valid(event.data["identity"]) else [fault("identity")]
    if event.data["course"][:4] != event.data["organiser"]:
        faults.append(said.fault("other_organiser"))
    return faults


async def _courses(work: Work, events: Sequence[Incoming]) -> None:
    await commands.take_courses(
        work, [{"code": None, **event.data, "organiser": event.municipality} for event in events]
    )


async def _applications(work: Work, events: Sequence[Incoming]) -> None:
    await commands.take_applications(work, [(event, _handed_in(event)) for event in events])


async def _opinions(work: Work, events: Sequence[Incoming]) -> None:
    await commands.take_opinions(work, [(event, event.data["application"], _opinion(event)) for event in events])


async def _validations(work: Work, events: Sequence[Incoming]) -> None:
    # a certificate or nothing changes no application; it is the organiser's own record
    graded = [event for event in events if event.data["outcome"] == "grade"]
    await commands.take_validations(work, [(event, event.data["application"]) for event in graded])


async def _moves(work: Work, events: Sequence[Incoming]) -> None:
    await commands.take_moves(work, [(event, event.data["applicant"], event.data["to"]) for event in events])


def _handed_in(event: Incoming) -> commands.HandedIn:
    data = event.data
    assert event.municipality is not None  # the type is read from the municipalities' topics only
    application = AdultApplication(
        application=data["application"],
        applicant=data["applicant"],
        home=event.municipality,
        wanted=_wanted(data),
        facts=_facts(data),
        study_plan=data.get("study_plan"),
        revision=data["revision"],
        status=Status.READY,
    )
    person = {"identity": data["identity"].replace("-", ""), "protected": data["protected"]}
    return commands.HandedIn(application=application, person=person, withdrawn=data.get("withdrawn", False))


def _wanted(data: dict[str, Any]) -> Wanted:
    return Wanted(
        organiser=data["organiser"],
        course=data["course"],
        form=Form(data["form"]),
        vocational=data["vocational"],
        from_day=date.fromisoformat(data["from_day"]),
        submitted_at=datetime.fromisoformat(data["submitted_at"]).astimezone(UTC),
    )


def _facts(data: dict[str, Any]) -> Facts:
    facts = data["facts"]
    parsed = facts | {"aim": Aim(facts["aim"]), "need": Need(facts["need"])}
    return Facts(birth_year=int(data["identity"][:4]), **{name: parsed[name] for name in _FACTS})


_FACTS: Final = tuple(name for name in Facts.__dataclass_fields__ if name != "birth_year")


def _opinion(event: Incoming) -> Opinion:
    assert event.municipality is not None  # the type is read from the municipalities' topics only
    return Opinion(by=event.municipality, undertakes=event.data["undertakes"], revision=event.data["revision"])
