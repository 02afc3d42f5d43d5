"""Reception as a decision of its own: opinions, decisions of organisers and of the office, changes on appeal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from admissions.adapters import receptions
from admissions.adapters.receptions import Key
from admissions.domain.calendar import swedish_day
from admissions.domain.reception import Ground
from admissions.domain.receptions import Decision, ReceptionRefused, Source, follows
from admissions.messages import fault
from admissions.messages.receptions import registered
from shared.events import Incoming
from shared.work import ConcurrentChange, UnitOfWork, Work


class NoSuchChoice(Exception):
    """The applicant has not chosen this offering in this intake year."""

    sv = "Den sökande har inte valt utbildningen det här antagningsåret."


class NotYourSchool(Exception):
    """Only the municipality that runs the offering, or the region's office, decides on reception there."""

    sv = "Bara kommunen som anordnar utbildningen, eller regionens kansli, beslutar om mottagande där."


async def take_opinions(work: Work, events: Sequence[Incoming]) -> None:
    """Keep a batch of opinions; they count from the municipality in which the applicant lives."""
    await receptions.keep_opinions(work.connection, [event.data | {"given_by": event.municipality} for event in events])


async def take_receptions(work: Work, events: Sequence[Incoming]) -> None:
    """Take a batch of organisers' decisions. One seen before, or that says what is in force, has no effect."""
    await receptions.lock(work.connection, {event.data["intake_year"] for event in events})
    known = await receptions.made(work.connection, {_key(event.data) for event in events})
    added: list[Decision] = []
    for event in events:
        before = known.setdefault(_key(event.data), [])
        if event.data["revision"] <= max((d.revision or 0 for d in before), default=0):
            continue
        try:
            decision = follows(before[-1] if before else None, _reported(event))
        except ReceptionRefused as refused:
            if refused.code != "nothing_changed":
                work.refuse(event, refused.code, fault(refused.code))
            continue
        before.append(decision)
        added.append(decision)
        work.announce(registered(decision, event))
    await receptions.add(work.connection, added, at=work.now)


def _key(data: Mapping[str, Any]) -> Key:
    return str(UUID(data["applicant"])), data["intake_year"], data["offering"]


def _reported(event: Incoming) -> Decision:
    data = event.data
    return Decision(
        applicant=str(UUID(data["applicant"])),
        intake_year=data["intake_year"],
        offering=data["offering"],
        version=0,
        ground=Ground(data["ground"]),
        reason=data["reason"],
        source=Source.APPEAL if data["on_appeal"] else Source.ORGANISER,
        decided_by=event.municipality or "",
        decided_on=date.fromisoformat(data["decided_on"]),
        revision=data["revision"],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideReception:
    """Decide otherwise than the rules propose, or confirm them. `version`: the one in force that was read (0: none).

    `municipality`: the caller's, None for the region's office; `on_appeal`: it is the appeal board's decision.
    """

    applicant: UUID
    intake_year: int
    offering: str
    ground: Ground
    reason: str
    on_appeal: bool
    version: int
    municipality: str | None
    by: str


async def decide_reception(command: DecideReception, unit_of_work: UnitOfWork) -> Decision:
    """The version that is in force from now on.

    Raises NotYourSchool, NoSuchChoice, ReceptionRefused, and ConcurrentChange when `version` is no longer in force.
    """
    if command.municipality not in (None, command.offering[:4]):
        raise NotYourSchool
    key: Key = (str(command.applicant), command.intake_year, command.offering)
    async with unit_of_work() as work:
        if not await receptions.is_chosen(work.connection, command.applicant, command.intake_year, command.offering):
            raise NoSuchChoice
        await receptions.lock(work.connection, [command.intake_year])
        before = (await receptions.made(work.connection, {key})).get(key, [])
        if command.version != len(before):
            raise ConcurrentChange
        decision = follows(before[-1] if before else None, _asked(command, swedish_day(work.now)))
        await receptions.add(work.connection, [decision], at=work.now)
        work.announce(registered(decision, None))
    return decision


def _asked(command: DecideReception, today: date) -> Decision:
    source = Source.OFFICE if command.municipality is None else Source.ORGANISER
    return Decision(
        applicant=str(command.applicant),
        intake_year=command.intake_year,
        offering=command.offering,
        version=0,
        ground=command.ground,
        reason=command.reason,
        source=Source.APPEAL if command.on_appeal else source,
        decided_by=command.by,
        decided_on=today,
    )
