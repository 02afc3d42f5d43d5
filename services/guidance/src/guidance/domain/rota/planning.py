"""What a change of the rota means for shifts that are already planned, and who must be told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from guidance.domain.rota.schedule import Duty
from guidance.domain.times import Period


class Told(StrEnum):
    """What a counsellor is told about shifts of their own."""

    ADDED = "shift_added"
    MOVED = "shift_moved"
    WITHDRAWN = "shift_withdrawn"
    ASKED = "swap_asked"
    ACCEPTED = "swap_accepted"
    DECLINED = "swap_declined"
    STRAY = "swap_stray"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A planned duty. `revision` counts its changes; a withdrawn one may come back under the same id."""

    shift: UUID
    duty: Duty
    revision: int
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something a counsellor is told: about which time, and which time it was before."""

    counsellor: UUID
    told: Told
    period: Period
    before: Period | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Shifts that are new or changed, and those that are no more."""

    scheduled: Sequence[Shift]
    withdrawn: Sequence[Shift]
    notices: Sequence[Notice]


def replan(
    known: Mapping[UUID, Shift], duties: Mapping[UUID, Duty], *, now: datetime, planned_until: datetime | None
) -> Plan:
    """How the planned shifts become these duties. What has ended stays as it was.

    Who gets, loses or has moved a shift is told, but not of what merely comes in sight: shifts after `planned_until`,
    which the rota as it was would have given just so.
    """
    scheduled: list[Shift] = []
    notices: list[Notice] = []
    for shift, duty in duties.items():
        before = known.get(shift)
        if _served(before, now) or duty.period.ends_at <= now:
            continue
        if before is None or before.withdrawn or before.duty != duty:
            scheduled.append(Shift(shift=shift, duty=duty, revision=before.revision + 1 if before else 0))
            notices += _news(before, duty, planned_until)
    gone = [each for each in known.values() if not each.withdrawn and _gone(each, duties, now)]
    withdrawn = [Shift(shift=each.shift, duty=each.duty, revision=each.revision + 1, withdrawn=True) for each in gone]
    notices += [_notice(each.duty, Told.WITHDRAWN) for each in gone]
    return Plan(scheduled, withdrawn, notices)


def _served(before: Shift | None, now: datetime) -> bool:
    return before is not None and not before.withdrawn and before.duty.period.ends_at <= now


def _gone(known: Shift, duties: Mapping[UUID, Duty], now: datetime) -> bool:
    """Not in the schedule any longer, or moved to a time that has passed."""
    if known.duty.period.ends_at <= now:
        return False
    after = duties.get(known.shift)
    return after is None or after.period.ends_at <= now


def _news(before: Shift | None, duty: Duty, planned_until: datetime | None) -> list[Notice]:
    if before is not None and not before.withdrawn:
        same = before.duty.period == duty.period
        return [] if same else [_notice(duty, Told.MOVED, before.duty.period)]
    in_sight_before = planned_until is None or duty.period.starts_at < planned_until
    return [_notice(duty, Told.ADDED)] if in_sight_before else []


def _notice(duty: Duty, told: Told, before: Period | None = None) -> Notice:
    return Notice(counsellor=duty.counsellor, told=told, period=duty.period, before=before)
