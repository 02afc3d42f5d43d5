"""What can be asked of the register of persons. Whoever looks somebody up is logged with the reason, found or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from admissions.adapters import persons
from admissions.adapters.persons import OFFICE, MoveReport, ProtectionReport
from admissions.domain.calendar import swedish_day
from admissions.domain.persons import LEVELS, Person, Protection
from admissions.messages.persons import home_changed
from shared.events import Incoming
from shared.work import UnitOfWork, Work


class NoSuchPerson(Exception):
    """There is no such person, or they concern another municipality."""

    sv = "Personen finns inte, eller rör en annan kommun."


async def take_moves(work: Work, events: Sequence[Incoming]) -> None:
    """Keep a batch of moves, and say what has changed; they count from who handed in the application."""
    reports = [
        MoveReport(
            applicant=str(UUID(event.data["applicant"])),
            reported_by=event.municipality or "",
            moved_on=date.fromisoformat(event.data["moved_on"]),
            home_municipality=event.data["to"],
            revision=event.data["revision"],
            recorded_by=event.id,
        )
        for event in events
    ]
    causes = {report.recorded_by: event for report, event in zip(reports, events, strict=True)}
    await _keep_moves(work, reports, causes)


async def _keep_moves(work: Work, reports: Sequence[MoveReport], causes: dict[str, Incoming]) -> None:
    new = await persons.keep_moves(work.connection, reports, at=work.now)
    owners = await persons.reported_by(work.connection, [report.applicant for report in reports])
    newest = {(r.applicant, r.reported_by, r.moved_on): r for r in sorted(reports, key=lambda r: r.revision)}
    for key, report in newest.items():
        if key in new and report.reported_by in (OFFICE, owners.get(report.applicant)):
            cause = causes.get(report.recorded_by)
            work.announce(home_changed(report.applicant, report.home_municipality, report.moved_on, cause))


async def take_protections(work: Work, events: Sequence[Incoming]) -> None:
    """Keep a batch of levels of protection."""
    reports = [
        ProtectionReport(
            applicant=str(UUID(event.data["applicant"])),
            reported_by=event.municipality or "",
            level=LEVELS[event.data["level"]],
            revision=event.data["revision"],
            recorded_by=event.id,
        )
        for event in events
    ]
    await persons.keep_protections(work.connection, reports, at=work.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who asks. `municipality`: None for the region's office; `sees_protected`: may see the protected unmasked."""

    subject: str
    municipality: str | None
    sees_protected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUp:
    """Look a person up, by id or by identity number, for a purpose."""

    applicant: UUID | None
    identity: str | None
    purpose: str
    reader: Reader


async def look_up(command: LookUp, unit_of_work: UnitOfWork) -> list[Person]:
    """Those found, as the reader may see them. The look-up is logged before anything is told, found or not."""
    reader = command.reader
    async with unit_of_work() as work:
        found = await persons.find(work.connection, applicant=command.applicant, identity=command.identity)
        today = swedish_day(work.now)
        told = [_shown(person, reader) for person in found if _concerns(person, reader, today)]
        shown = {person.applicant: "masked" if person.masked else "all" for person in told}
        entries: list[tuple[str | None, str]] = [(p.applicant, shown.get(p.applicant, "nothing")) for p in found]
        await persons.log(
            work.connection, entries or [(None, "nothing")], at=work.now, reader=reader.subject,
            municipality=reader.municipality, purpose=command.purpose,
        )  # fmt: skip
    return told


def _concerns(person: Person, reader: Reader, today: date) -> bool:
    """A municipality's staff see those who live there, and those whose application it handed in."""
    return reader.municipality in (None, person.reported_by, person.home_on(today))


def _shown(person: Person, reader: Reader) -> Person:
    if person.protection is Protection.NONE or reader.sees_protected:
        return person
    return person.without_details()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMove:
    """Note that a person has moved. `revision` counts up with each correction of the same day."""

    applicant: UUID
    to: str
    moved_on: date
    revision: int
    reader: Reader


async def record_move(command: RecordMove, unit_of_work: UnitOfWork) -> None:
    """Raises NoSuchPerson. What is already known changes nothing."""
    async with unit_of_work() as work:
        await _check_concerns(work, command.applicant, command.reader)
        report = MoveReport(
            applicant=str(command.applicant),
            reported_by=command.reader.municipality or OFFICE,
            moved_on=command.moved_on,
            home_municipality=command.to,
            revision=command.revision,
            recorded_by=command.reader.subject,
        )
        await _keep_moves(work, [report], {})


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordProtection:
    """Note how a person's details are protected."""

    applicant: UUID
    level: Protection
    revision: int
    reader: Reader


async def record_protection(command: RecordProtection, unit_of_work: UnitOfWork) -> None:
    """Raises NoSuchPerson."""
    async with unit_of_work() as work:
        await _check_concerns(work, command.applicant, command.reader)
        report = ProtectionReport(
            applicant=str(command.applicant),
            reported_by=command.reader.municipality or OFFICE,
            level=command.level,
            revision=command.revision,
            recorded_by=command.reader.subject,
        )
        await persons.keep_protections(work.connection, [report], at=work.now)


async def _check_concerns(work: Work, applicant: UUID, reader: Reader) -> None:
    """Nobody is looked up here and nothing is told but whether the person is the caller's own."""
    owners = await persons.reported_by(work.connection, [str(applicant)])
    if str(applicant) not in owners or reader.municipality not in (None, owners[str(applicant)]):
        raise NoSuchPerson
