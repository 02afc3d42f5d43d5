"""What the municipalities' local systems hand in through the year, as CloudEvents."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from samverk.demo.cast import Applicant, Cast
from samverk.demo.costs import cost_bases
from samverk.demo.grades import Grades
from samverk.demo.region import Municipality, Offering
from samverk.envelopes import Envelope, envelope
from samverk.reading.values import SWEDEN

OFFERING = "se.samverk.catalogue.offering.reported.v1"
COST_BASIS = "se.samverk.pricing.cost_basis.reported.v1"
APPLICATION = "se.samverk.admissions.application.submitted.v1"
GRADES = "se.samverk.admissions.grades.reported.v1"
REPLY = "se.samverk.admissions.reply.given.v1"
AVAILABILITY = "se.samverk.guidance.availability.reported.v1"

LATE_WITH_COSTS = "2260"
_DAY_MINUTES = 14 * 60
_OPENS = time(7)


@dataclass(frozen=True, slots=True)
class Report:
    """One event of a municipality to a service."""

    municipality: Municipality
    service: str
    event: Envelope


def moment(day: date, number: int = 0) -> datetime:
    """A Swedish moment of the day, another for another number."""
    return datetime.combine(day, _OPENS, SWEDEN) + timedelta(minutes=number % _DAY_MINUTES, seconds=number % 60)


def report(home: Municipality, type: str, subject: str, data: Mapping[str, Any], at: datetime) -> Report:
    """A report of that municipality's local system."""
    event = envelope(source=home.source, type=type, subject=subject, data=data, time=at)
    return Report(home, type.split(".")[2], event)


def offerings(cast: Cast) -> list[Report]:
    """Every offering with its seats."""
    return [offering(cast, home, each) for home in cast.region.municipalities for each in home.offerings]


def offering(cast: Cast, home: Municipality, each: Offering, **changed: Any) -> Report:
    """One offering, with some fields changed."""
    data = {
        "offering": each.id,
        "intake_year": cast.region.intake_year,
        "programme": each.programme,
        "school_unit": each.school_unit,
        "school_name": each.school_name,
        "seats": each.seats,
        "status": "offered",
        "revision": 1,
    } | changed
    return report(home, OFFERING, str(data["offering"]), data, moment(cast.region.dates["offerings_from"]))


def costs(cast: Cast) -> list[Report]:
    """Every cost basis; those of the late municipality are sent apart."""
    random = Random(f"{cast.seed} costs")
    return [
        _cost_basis(cast, home, basis.programme, basis.pupils, basis.costs_ore)
        for home in cast.region.municipalities
        for basis in cost_bases(cast.region, home, random)
    ]


def _cost_basis(cast: Cast, home: Municipality, programme: str, pupils: int, items: Mapping[str, int]) -> Report:
    dates = cast.region.dates
    day = dates["late_cost_basis"] if home.code == LATE_WITH_COSTS else dates["offerings_from"]
    year = cast.region.intake_year
    data = {"price_year": year, "programme": programme, "pupils": pupils, "costs_ore": dict(items), "revision": 1}
    return report(home, COST_BASIS, f"{home.code}-{year}-{programme}", data, moment(day))


def applications(cast: Cast) -> list[Report]:
    """Everyone's first list of choices, before the web closes."""
    first, last = cast.region.dates["applications_from"], cast.region.dates["applications_to"]
    days = (last - first).days + 1
    return [
        application(cast, each, each.choices, moment(first + timedelta(days=number % days), number))
        for number, each in enumerate(cast.applicants)
    ]


def changes(cast: Cast) -> list[Report]:
    """The new lists of those who change their minds, a few of them too late."""
    dates = cast.region.dates
    days = (dates["changes_to"] - dates["changes_from"]).days + 1
    made = []
    for number, each in enumerate(each for each in cast.applicants if each.changed is not None):
        day = dates["late_changes"] if each.late else dates["changes_from"] + timedelta(days=number % days)
        made.append(application(cast, each, each.changed or (), moment(day, number), revision=2))
    return made


def application(cast: Cast, each: Applicant, choices: Sequence[str], at: datetime, *, revision: int = 1) -> Report:
    """One list of choices."""
    data = {
        "applicant": each.id,
        "identity": each.person.identity,
        "protected": each.person.protected,
        "intake_year": cast.region.intake_year,
        "submitted_at": at.isoformat(timespec="seconds"),
        "revision": revision,
        "choices": [{"rank": rank, "offering": offering} for rank, offering in enumerate(choices, start=1)],
    }
    return report(each.person.home, APPLICATION, each.id, data, at)


def grades(cast: Cast, occasion: str) -> list[Report]:
    """Everyone's grades of one occasion: autumn, final, or lovskola (those who need it)."""
    day = cast.region.dates[f"{occasion}_grades"]
    made = []
    for number, each in enumerate(cast.applicants):
        given: Grades | None = getattr(each.grades, occasion)
        if given is not None:
            made.append(_grades(cast, each, occasion, given, moment(day, number)))
    return made


def _grades(cast: Cast, each: Applicant, occasion: str, given: Grades, at: datetime) -> Report:
    data = {
        "applicant": each.id,
        "intake_year": cast.region.intake_year,
        "occasion": occasion,
        "revision": 1,
        "grades": [{"subject": subject, "grade": grade} for subject, grade in given.items()],
    }
    return report(each.person.home, GRADES, each.id, data, at)


def reply(cast: Cast, each: Applicant, answer: str, at: datetime) -> Report:
    """An answer to an offered place."""
    data = {
        "applicant": each.id,
        "intake_year": cast.region.intake_year,
        "answer": answer,
        "replied_at": at.isoformat(timespec="seconds"),
        "revision": 1,
    }
    return report(each.person.home, REPLY, each.id, data, at)


def rows_of(reports: Sequence[Report], code: str) -> Iterator[Report]:
    """One municipality's reports."""
    return (each for each in reports if each.municipality.code == code)
