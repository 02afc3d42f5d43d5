"""What can be asked of admissions. Each takes its transaction, or opens the one it needs."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from admissions import messages
from admissions.adapters import applications, places, reports, rounds
from admissions.adapters.rules import rules
from admissions.domain.assessment import Rules
from admissions.domain.calendar import Calendar, swedish_day
from admissions.domain.placement import Choice
from admissions.domain.replies import Answer, Effect, Place, ReplyRefused, Status, reply, unanswered
from admissions.domain.rounds import Round, check_may_run, named, reply_by
from admissions.domain.run import Run, run_round
from shared.events import Incoming, Outgoing
from shared.work import UnitOfWork, Work


async def take_applications(work: Work, events: Sequence[Incoming]) -> None:
    """Keep a batch of applications and say which were taken; one seen before has no effect."""
    submissions = [applications.Submission(event.municipality or "", event.data) for event in events]
    exceptions = await applications.take(work.connection, submissions)
    news = []
    for index, event in enumerate(events):
        exception = exceptions.get(index) if exceptions else None
        if exception is None:
            news.append(messages.received(event.municipality or "", event.data, event.traceparent))
        elif exception != applications.REPEATED:
            work.refuse(event, exception, messages.fault(exception))
    work.announce(*news)


async def take_grades(work: Work, events: Sequence[Incoming]) -> None:
    """Keep a batch of grade reports; a report replaces the same municipality's former one of the same occasion."""
    await reports.keep_grades(work.connection, [_grades(event) for event in events])


def _grades(event: Incoming) -> dict[str, Any]:
    data = event.data
    return {
        "applicant": data["applicant"],
        "intake_year": data["intake_year"],
        "occasion": data["occasion"],
        "reported_by": event.municipality,
        "revision": data["revision"],
        "grades": {row["subject"]: row["grade"] for row in data["grades"]},
    }


async def take_offerings(work: Work, events: Sequence[Incoming]) -> None:
    """Keep what the catalogue says of its offerings."""
    await reports.keep_offerings(work.connection, [event.data for event in events])


async def take_replies(work: Work, events: Sequence[Incoming], *, region: str) -> None:
    """Take a batch of answers to offers, and say which places were taken up or given up."""
    known = await places.load(work.connection, {_place_key(event) for event in events})
    changed: dict[places.Key, Place] = {}
    for event in events:
        key = _place_key(event)
        try:
            after, effect = _reply(event, known.get(key), region)
        except ReplyRefused as refused:
            work.refuse(event, refused.code, messages.fault(refused.code))
            continue
        if after != known[key]:
            known[key] = changed[key] = after
            _tell(work, after, effect, rules(region, after.intake_year).calendar, event)
    await places.save(work.connection, changed.values(), at=work.now)


def _place_key(event: Incoming) -> places.Key:
    return str(UUID(event.data["applicant"])), event.data["intake_year"]


def _reply(event: Incoming, place: Place | None, region: str) -> tuple[Place, Effect]:
    """Only the home municipality answers for its applicants; to others there is no offer."""
    if place is None or place.home != event.municipality:
        raise ReplyRefused("no_offer")
    calendar = rules(region, place.intake_year).calendar
    return reply(
        place,
        Answer(event.data["answer"]),
        event.data["revision"],
        replied_on=swedish_day(datetime.fromisoformat(event.data["replied_at"])),
        reply_by=reply_by(named(place.round), calendar),
    )


def _tell(work: Work, place: Place, effect: Effect, calendar: Calendar, event: Incoming) -> None:
    if effect is Effect.ACCEPTED:
        work.announce(replace(messages.accepted(place, calendar.starts_on), traceparent=event.traceparent))
    elif effect is Effect.VACATED:
        on = swedish_day(datetime.fromisoformat(event.data["replied_at"]))
        work.announce(replace(messages.vacated(place, "declined", on), traceparent=event.traceparent))


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseReplies:
    """The last day to answer has passed: offers that nobody answered become what the region says of silence."""

    region: str
    intake_year: int


async def close_replies(command: CloseReplies, unit_of_work: UnitOfWork) -> int:
    """How many offers were closed. Raises NoRules. Done twice, the second time closes none."""
    in_force = rules(command.region, command.intake_year)
    async with unit_of_work() as work:
        await rounds.lock(work.connection, command.intake_year)
        silent = await places.of_year(work.connection, command.intake_year, Status.OFFERED)
        closed = [unanswered(place, in_force.silence) for place in silent]
        await places.save(work.connection, [place for place, _ in closed], at=work.now)
        work.announce(*(_closed(place, effect, in_force.calendar) for place, effect in closed))
    return len(closed)


def _closed(place: Place, effect: Effect, calendar: Calendar) -> Outgoing:
    if effect is Effect.ACCEPTED:
        return messages.accepted(place, calendar.starts_on)
    return messages.vacated(place, "silent", reply_by(named(place.round), calendar))


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRound:
    """Run a round: place, verify, publish. `by`: the caller's subject; `seed` is drawn with `draw` when not given."""

    region: str
    intake_year: int
    round: str
    by: str
    seed: int | None
    draw: Callable[[], int]


async def run(command: RunRound, unit_of_work: UnitOfWork) -> UUID:
    """The published run's id. Raises UnknownRound, RoundCannotRun, NoRules, and RunNotPublished when the check fails.

    Everything happens in one transaction, one run of an intake year at a time.
    """
    this, in_force = named(command.round), rules(command.region, command.intake_year)
    run_id, seed = uuid4(), command.draw() if command.seed is None else command.seed
    async with unit_of_work() as work:
        await _check_turn(work, this, command.intake_year)
        held = await places.of_year(work.connection, command.intake_year)
        found = await _decide(work, this, in_force, seed)
        await rounds.save(work.connection, run_id, found, by=command.by, at=work.now)
        work.announce(messages.decided(run_id, found, work.now))
        if this.binding:
            await _give_places(work, run_id, found, held)
    return run_id


async def _check_turn(work: Work, this: Round, intake_year: int) -> None:
    await rounds.lock(work.connection, intake_year)
    waiting = await places.unanswered(work.connection, intake_year)
    check_may_run(this, await rounds.published(work.connection, intake_year), waiting)


async def _decide(work: Work, this: Round, in_force: Rules, seed: int) -> Run:
    """The matching runs in a thread, so that health checks and other requests are answered meanwhile."""
    read = await rounds.snapshot(work.connection, in_force.calendar.intake_year, this)
    return await asyncio.to_thread(partial(run_round, this, in_force, read.offerings, read.applicants, seed))


async def _give_places(work: Work, run_id: UUID, found: Run, held: Sequence[Place]) -> None:
    """New seats are offered. Who moves up has left the old and accepted the new; who kept theirs is not told again."""
    before = {place.applicant: place for place in held if place.status is not Status.VACATED}
    given = []
    for applicant, decision in found.admitted.items():
        old = before.get(applicant)
        if old is None or old.offering != decision.offering:
            choice = found.choices[applicant, decision.rank]
            given.append(_place(found, choice, old))
            _tell_of_place(work, run_id, found, choice, old, given[-1])
    await places.save(work.connection, given, at=work.now)
    work.announce(*messages.unplaced(run_id, found))


def _place(found: Run, choice: Choice, old: Place | None) -> Place:
    """A new offer, or for one who held a place and stayed in reserve: the higher place, accepted already."""
    offering = found.offering[choice.offering]
    return Place(
        applicant=choice.applicant,
        intake_year=found.rules.calendar.intake_year,
        offering=offering.id,
        programme=offering.programme,
        home=found.assessment[choice.applicant].home,
        school=offering.municipality,
        round=found.round.name,
        status=Status.ACCEPTED if old else Status.OFFERED,
        stays=old is not None,
        revision=old.revision if old else 0,
    )


def _tell_of_place(work: Work, run_id: UUID, found: Run, choice: Choice, old: Place | None, new: Place) -> None:
    calendar = found.rules.calendar
    if old is None:
        work.announce(messages.admitted(run_id, found, choice, new))
        return
    # Runs may be made ahead of the calendar, never behind it: a move takes effect on the later of the two days.
    today = swedish_day(work.now)
    work.announce(
        messages.vacated(old, "moved_up", max(calendar.reserve_from, today)),
        messages.admitted(run_id, found, choice, new),
        messages.accepted(new, max(calendar.starts_on, today)),
    )
