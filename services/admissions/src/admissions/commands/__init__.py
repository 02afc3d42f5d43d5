"""What can be asked of admissions. Each takes its transaction, or opens the one it needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from admissions import messages
from admissions.adapters import applications, places, reports, runs, terms
from admissions.adapters.persons import reported_by
from admissions.adapters.rules import rules
from admissions.domain.calendar import Calendar, swedish_day
from admissions.domain.grades import Occasion
from admissions.domain.replies import Answer, Effect, Place, ReplyRefused, Status, reply, unanswered
from admissions.domain.rounds import named, reply_by
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
            news.append(messages.received(event.municipality or "", event.data, event))
        elif exception != applications.REPEATED:
            work.refuse(event, exception, messages.fault(exception))
    work.announce(*news)


async def take_grades(work: Work, events: Sequence[Incoming]) -> None:
    """Keep a batch of grade reports; a report replaces the same municipality's former one of the same occasion."""
    await reports.keep_grades(work.connection, [_grades(event, event.data) | _dancing(event) for event in events])


def _dancing(event: Incoming) -> dict[str, bool]:
    return {"reduced_timetable_for_dance": event.data.get("reduced_timetable_for_dance", False)}


def _grades(event: Incoming, data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "applicant": data["applicant"],
        "intake_year": data["intake_year"],
        "occasion": data["occasion"],
        "reported_by": event.municipality,
        "revision": data["revision"],
        "grades": {row["subject"]: row["grade"] for row in data["grades"]},
    }


async def take_examinations(work: Work, events: Sequence[Incoming]) -> None:
    """Keep a batch of grades set after examination (prövning): an occasion of their own."""
    occasion = {"occasion": Occasion.EXAMINATION.value}
    await reports.keep_grades(work.connection, [_grades(event, event.data | occasion) for event in events])


async def take_knowledge(work: Work, events: Sequence[Incoming]) -> None:
    """Keep a batch of reports of what applicants know or have completed beside their grades."""
    await reports.keep_knowledge(
        work.connection, [event.data | {"reported_by": event.municipality} for event in events]
    )


async def take_offerings(work: Work, events: Sequence[Incoming]) -> None:
    """Keep what the catalogue says of its offerings."""
    await reports.keep_offerings(
        work.connection, [event.data | {"terms": terms.stated(event.data)} for event in events]
    )


async def take_test_results(work: Work, events: Sequence[Incoming]) -> None:
    """Keep a batch of results of skill tests."""
    await reports.keep_test_results(work.connection, [event.data for event in events])


async def take_free_quota(work: Work, events: Sequence[Incoming]) -> None:
    """Keep a batch of decisions on who is tried in a free quota."""
    await reports.keep_free_quota(work.connection, [event.data for event in events])


async def take_replies(work: Work, events: Sequence[Incoming], *, region: str) -> None:
    """Take a batch of answers to offers, and say which places were taken up or given up."""
    known = await places.load(work.connection, {_place_key(event) for event in events})
    reporters = await _reporters(work, events, known)
    changed: dict[places.Key, Place] = {}
    for event in events:
        key = _place_key(event)
        try:
            after, effect = _reply(event, known.get(key), reporters.get(key[0]), region)
        except ReplyRefused as refused:
            work.refuse(event, refused.code, messages.fault(refused.code))
            continue
        if after != known[key]:
            known[key] = changed[key] = after
            _tell(work, after, effect, rules(region, after.intake_year).calendar, event)
    await places.save(work.connection, changed.values(), at=work.now)


def _place_key(event: Incoming) -> places.Key:
    return str(UUID(event.data["applicant"])), event.data["intake_year"]


async def _reporters(work: Work, events: Sequence[Incoming], known: Mapping[places.Key, Place]) -> dict[str, str]:
    """Who handed in the applications of those who have moved since: answered for by another than the home."""
    moved = [
        place.applicant
        for event in events
        if (place := known.get(_place_key(event))) is not None and place.home != event.municipality
    ]
    return await reported_by(work.connection, moved) if moved else {}


def _reply(event: Incoming, place: Place | None, reporter: str | None, region: str) -> tuple[Place, Effect]:
    """The home municipality answers, or the one that handed in the application; to others there is no offer."""
    if place is None or event.municipality not in (place.home, reporter):
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
        work.announce(replace(messages.accepted(place, calendar.starts_on), cause=event))
    elif effect is Effect.VACATED:
        on = swedish_day(datetime.fromisoformat(event.data["replied_at"]))
        work.announce(replace(messages.vacated(place, "declined", on), cause=event))


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseReplies:
    """The last day to answer has passed: offers that nobody answered become what the region says of silence."""

    region: str
    intake_year: int


async def close_replies(command: CloseReplies, unit_of_work: UnitOfWork) -> int:
    """How many offers were closed. Raises NoRules. Done twice, the second time closes none."""
    in_force = rules(command.region, command.intake_year)
    async with unit_of_work() as work:
        await runs.lock(work.connection, command.intake_year)
        silent = await places.of_year(work.connection, command.intake_year, Status.OFFERED)
        closed = [unanswered(place, in_force.silence) for place in silent]
        await places.save(work.connection, [place for place, _ in closed], at=work.now)
        work.announce(*(_closed(place, effect, in_force.calendar) for place, effect in closed))
    return len(closed)


def _closed(place: Place, effect: Effect, calendar: Calendar) -> Outgoing:
    if effect is Effect.ACCEPTED:
        return messages.accepted(place, calendar.starts_on)
    return messages.vacated(place, "silent", reply_by(named(place.round), calendar))
