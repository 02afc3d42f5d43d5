"""What comes after the offer: reminders to answer it, and the school's notices of who has started and stopped."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from admissions.adapters import places
from admissions.adapters.rules import rules
from admissions.domain.calendar import swedish_day
from admissions.domain.notices import NoticeRefused, start, stop
from admissions.domain.replies import Effect, Place, Status
from admissions.domain.rounds import named, reply_by
from admissions.messages import accepted, fault
from admissions.messages.places import ended, reminded, started
from shared.events import Incoming
from shared.work import Work

_AT_ONCE = 500


async def remind(work: Work, *, region: str) -> bool:
    """Remind those who have not answered and whose last day comes near, once each; tells whether there are more."""
    today = swedish_day(work.now)
    for intake_year, name in await places.open_rounds(work.connection):
        in_force = rules(region, intake_year)
        last = reply_by(named(name), in_force.calendar)
        if last - timedelta(days=in_force.remind_days) <= today <= last:
            due = await places.remind(work.connection, intake_year, name, at=work.now, most=_AT_ONCE)
            work.announce(*(reminded(place, last, in_force.silence) for place in due))
            if due:
                return True
    return False


async def take_start_notices(work: Work, events: Sequence[Incoming]) -> None:
    """Take a batch of start notices: the place is held from the day the pupil started."""
    known = await places.load(work.connection, {_key(event) for event in events})
    changed: dict[places.Key, Place] = {}
    for event in events:
        key, before = _key(event), known.get(_key(event))
        on = date.fromisoformat(event.data["started_on"])
        try:
            after, effect = start(before, event.data["offering"], on, event.data["revision"])
        except NoticeRefused as refused:
            work.refuse(event, refused.code, fault(refused.code))
            continue
        known[key] = changed[key] = after
        if before is not None and before.status is Status.OFFERED:
            work.announce(replace(accepted(after, on), cause=event))
        if effect is Effect.ACCEPTED:
            work.announce(started(after, on, event))
    await places.save(work.connection, changed.values(), at=work.now)


async def take_stop_notices(work: Work, events: Sequence[Incoming]) -> None:
    """Take a batch of stop notices: the place is free from the day after the last."""
    known = await places.load(work.connection, {_key(event) for event in events})
    changed: dict[places.Key, Place] = {}
    for event in events:
        key = _key(event)
        try:
            after, effect = stop(known.get(key), event.data["offering"], event.data["revision"])
        except NoticeRefused as refused:
            work.refuse(event, refused.code, fault(refused.code))
            continue
        known[key] = changed[key] = after
        if effect is Effect.VACATED:
            free = date.fromisoformat(event.data["last_day"]) + timedelta(days=1)
            work.announce(ended(after, free, event))
    await places.save(work.connection, changed.values(), at=work.now)


def _key(event: Incoming) -> places.Key:
    return str(UUID(event.data["applicant"])), event.data["intake_year"]
