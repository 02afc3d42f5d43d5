"""What can be asked of admissions about adult education. Handlers take a batch in the transaction they are given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from admissions.adapters import adult
from admissions.adapters.adult_rules import adult_rules
from admissions.domain.adult.applications import (
    AdultApplication,
    AdultRefused,
    AdultRules,
    Opinion,
    Status,
    candidate,
    decide,
    give_opinion,
    move,
    submit,
    turn_down,
    validate,
)
from admissions.domain.adult.selection import Candidate, select
from admissions.messages import adult as said
from shared.events import Incoming, Outgoing
from shared.work import UnitOfWork, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """A report of an application, with the person's identity and protection beside it."""

    application: AdultApplication
    person: Mapping[str, Any]
    withdrawn: bool


async def take_courses(work: Work, reports: Sequence[dict[str, Any]]) -> None:
    """Keep courses with their starts; of several reports of one course the highest revision."""
    newest: dict[str, dict[str, Any]] = {}
    for report in reports:
        known = newest.get(report["course"])
        if known is None or known["revision"] < report["revision"]:
            newest[report["course"]] = report
    await adult.keep_courses(work.connection, list(newest.values()))


async def take_applications(work: Work, reports: Sequence[tuple[Incoming, HandedIn]]) -> None:
    """Take a batch of applications: decide each in turn, forward what is new or changed."""
    known = await adult.load(work.connection, {report.application.application for _, report in reports})
    changed: dict[str, adult.Kept] = {}
    for event, report in reports:
        key = report.application.application
        before = known[key][0] if key in known else None
        rules = rules_for(report.application)
        try:
            after = submit(before, report.application, rules, withdrawn=report.withdrawn)
        except AdultRefused as refused:
            work.refuse(event, refused.code, said.fault(refused.code))
            continue
        if after is not before:
            known[key] = changed[key] = (after, report.person)
            work.announce(_news(after, rules, work, event))
    await adult.save(work.connection, changed.values(), at=work.now)
    await _append(work, [kept for kept, _ in changed.values() if kept.status is Status.WITHDRAWN])


def rules_for(application: AdultApplication) -> AdultRules:
    """The rules of the year in which the education starts at the earliest."""
    return adult_rules(application.wanted.from_day.year)


def _news(after: AdultApplication, rules: AdultRules, work: Work, event: Incoming) -> Outgoing:
    if after.status is Status.WITHDRAWN:
        return said.decided(after, at=work.now, trace=event.traceparent)
    return said.forwarded(after, after.standing(rules).kind, trace=event.traceparent)


async def take_opinions(work: Work, reports: Sequence[tuple[Incoming, str, Opinion]]) -> None:
    """Take the home municipalities' opinions."""
    known = await adult.load(work.connection, {application for _, application, _ in reports})
    changed: dict[str, adult.Kept] = {}
    for event, key, opinion in reports:
        try:
            before = _known(known, key)
            after = give_opinion(before, opinion, rules_for(before))
        except AdultRefused as refused:
            work.refuse(event, refused.code, said.fault(refused.code))
            continue
        if after is not before:
            known[key] = changed[key] = (after, known[key][1])
            work.announce(said.opinion_registered(after, trace=event.traceparent))
    await adult.save(work.connection, changed.values(), at=work.now)


def _known(known: Mapping[str, adult.Kept], key: str) -> AdultApplication:
    if key not in known:
        raise AdultRefused("unknown_application")
    return known[key][0]


async def take_validations(work: Work, reports: Sequence[tuple[Incoming, str]]) -> None:
    """Close the applications whose knowledge was shown by validation; only their organiser may say so."""
    known = await adult.load(work.connection, {application for _, application in reports})
    changed: dict[str, adult.Kept] = {}
    for event, key in reports:
        try:
            before = _known(known, key)
            if before.wanted.organiser != event.municipality:
                raise AdultRefused("not_organiser")
            after = before if before.status is Status.VALIDATED else validate(before)
        except AdultRefused as refused:
            work.refuse(event, refused.code, said.fault(refused.code))
            continue
        if after is not before:
            known[key] = changed[key] = (after, known[key][1])
            work.announce(said.decided(after, at=work.now, trace=event.traceparent))
    await adult.save(work.connection, changed.values(), at=work.now)
    await _append(work, [kept for kept, _ in changed.values()])


async def take_moves(work: Work, reports: Sequence[tuple[Incoming, str, str]]) -> None:
    """Follow persons who moved: (event, applicant, new home municipality)."""
    waiting = await adult.waiting_of(work.connection, {applicant for _, applicant, _ in reports})
    changed: dict[str, adult.Kept] = {}
    for event, applicant, to in reports:
        for key, (before, person) in waiting.items():
            if before.applicant != applicant or before.home != event.municipality:
                continue
            after = move(before, to, rules_for(before))
            waiting[key] = changed[key] = (after, person)
            work.announce(said.forwarded(after, after.standing(rules_for(after)).kind, trace=event.traceparent))
    await adult.save(work.connection, changed.values(), at=work.now)


async def _append(work: Work, decided: Sequence[AdultApplication]) -> None:
    rows = [(application, rules_for(application).version) for application in decided]
    await adult.append(work.connection, rows, by="report", at=work.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectForStart:
    """Decide who is admitted to a start. `municipality` is the caller's, None for the region's staff."""

    course: str
    starts_on: date
    municipality: str | None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a selection did; `seats_missing` are seats given by right beyond those there were."""

    admitted: int
    reserves: int
    not_received: int
    seats_left: int
    seats_missing: int


async def select_for_start(command: SelectForStart, unit_of_work: UnitOfWork) -> Selection:
    """Decide all that is ready for a start; may be done again as applications come.

    Raises NoSuchStart and NotOrganiser.
    """
    rules = adult_rules(command.starts_on.year)
    async with unit_of_work() as work:
        seats = await adult.seats_left(work.connection, command.course, command.starts_on, command.municipality)
        found = await adult.for_start(work.connection, command.course, command.starts_on)
        decided = _decide(found, rules, command, max(seats, 0))
        changed = [after for after in decided if after != found[after.application][0]]
        await adult.save(work.connection, [(after, found[after.application][1]) for after in changed], at=work.now)
        rows = [(after, rules.version) for after in changed]
        await adult.append(work.connection, rows, by=command.by, at=work.now)
        work.announce(*(said.decided(after, at=work.now, trace=None) for after in changed))
    return _counted(decided, seats)


def _decide(
    found: Mapping[str, adult.Kept], rules: AdultRules, command: SelectForStart, seats: int
) -> list[AdultApplication]:
    judged = {key: candidate(kept, rules, command.starts_on) for key, (kept, _) in found.items()}
    turned_down = [
        turn_down(found[key][0], reason, command.starts_on) for key, reason in judged.items() if isinstance(reason, str)
    ]
    candidates = [judgement for judgement in judged.values() if isinstance(judgement, Candidate)]
    lot = f"{command.course} {command.starts_on}"
    chosen = select(candidates, seats, details=rules.details, lot=lot)
    return turned_down + [decide(found[one.application][0], one, command.starts_on) for one in chosen]


def _counted(decided: Sequence[AdultApplication], seats: int) -> Selection:
    number = {status: sum(1 for a in decided if a.status is status) for status in Status}
    left = seats - number[Status.ADMITTED]
    return Selection(
        admitted=number[Status.ADMITTED],
        reserves=number[Status.RESERVE],
        not_received=number[Status.NOT_RECEIVED],
        seats_left=max(left, 0),
        seats_missing=max(-left, 0),
    )
