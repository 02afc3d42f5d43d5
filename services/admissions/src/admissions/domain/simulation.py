"""What if: the input of a round changed, to be decided by the same engine and checked by the same verifier.

What is made here is never published: a Simulated is no Run, and nothing that writes runs, places or events takes one.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

import numpy as np

from admissions.domain.assessing import Rules
from admissions.domain.calendar import DatesOutOfOrder
from admissions.domain.intake import COLUMNS, Column, Intake
from admissions.domain.offerings import Offering
from admissions.domain.run import Run

MOVABLE: Final = ("closes", "preliminary", "change_until", "skill_tests_by", "free_quota_by", "residence_on")
"""The dates that decide what a round counts."""
OF_REPORTS: Final = ("skill_tests_by", "free_quota_by", "residence_on")
"""Those of them that need today's data: a run's own input holds only the reports that came in time."""
_REVISION_BITS: Final = 31


class WhyNot(StrEnum):
    """Why a change cannot be made."""

    NO_SUCH_OFFERING = "no_such_offering"
    OFFERING_EXISTS = "offering_exists"
    NO_SUCH_PROGRAMME = "no_such_programme"
    QUOTAS_DO_NOT_FIT = "quotas_do_not_fit"
    DATES_OUT_OF_ORDER = "dates_out_of_order"
    NEEDS_CURRENT_DATA = "needs_current_data"
    CHANGED_TWICE = "changed_twice"


class CannotSimulate(Exception):
    """The change does not fit the data at hand. `about`: the offering or the date in question."""

    def __init__(self, why: WhyNot, about: str) -> None:
        super().__init__(f"{why}: {about}")
        self.why, self.about = why, about


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """An offering that is not there. `like`: everyone who chose that one is taken to want this one next after it;
    without it only those who already named the id choose it."""

    offering: str
    programme: str
    seats: int
    like: str | None = None

    @property
    def municipality(self) -> str:
        """An offering's id begins with the code of its municipality."""
        return self.offering[:4]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """`seats`: new number of seats by offering; `closed`: offerings taken away; `dates`: new days by name (MOVABLE)."""

    seats: Mapping[str, int] = field(default_factory=dict)
    added: Sequence[Added] = ()
    closed: Collection[str] = frozenset()
    dates: Mapping[str, date] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.seats or self.added or self.closed or self.dates)


@dataclass(frozen=True)
class Simulated:
    """A verified placement of changed input. Its `run` is what the engine gave; it has no id and no record."""

    changes: Changes
    run: Run


def changed_rules(rules: Rules, changes: Changes, *, snapshot: bool) -> Rules:
    """The rules with the dates moved. Raises CannotSimulate. `snapshot`: the input is that of a former run."""
    if snapshot and (late := [name for name in OF_REPORTS if name in changes.dates]):
        raise CannotSimulate(WhyNot.NEEDS_CURRENT_DATA, late[0])
    moved: dict[str, Any] = dict(changes.dates)
    try:
        return replace(rules, calendar=replace(rules.calendar, **moved))
    except DatesOutOfOrder:
        raise CannotSimulate(WhyNot.DATES_OUT_OF_ORDER, min(changes.dates)) from None


def changed_intake(intake: Intake, changes: Changes, programmes: Collection[str]) -> Intake:
    """The input with offerings added, closed or resized. Raises CannotSimulate."""
    known = {offering.id: offering for offering in intake.offerings}
    _check(known, changes, programmes)
    after = {name: _changed(offering, changes) for name, offering in known.items()}
    after |= {added.offering: _made(added, after) for added in changes.added}
    moved = _with_offerings(intake, [after[name] for name in sorted(after)])
    for added in changes.added:
        if added.like is not None:
            moved = _chosen_after(moved, added.offering, added.like)
    return moved


def _check(known: Mapping[str, Offering], changes: Changes, programmes: Collection[str]) -> None:
    there = {name for name, offering in known.items() if offering.known}
    new = [added.offering for added in changes.added]
    likes = [added.like for added in changes.added if added.like is not None]
    small = (name for name, seats in changes.seats.items() if seats < sum(known[name].quotas.values()))
    for why, faulty in (
        (WhyNot.NO_SUCH_OFFERING, (name for name in (*changes.seats, *changes.closed, *likes) if name not in there)),
        (WhyNot.OFFERING_EXISTS, (name for name in new if name in there)),
        (WhyNot.CHANGED_TWICE, (name for name in new if new.count(name) > 1)),
        (WhyNot.CHANGED_TWICE, (name for name in changes.seats if name in changes.closed)),
        (WhyNot.NO_SUCH_PROGRAMME, (a.programme for a in changes.added if a.programme not in programmes)),
        (WhyNot.QUOTAS_DO_NOT_FIT, small),
    ):
        for name in faulty:
            raise CannotSimulate(why, name)


def _changed(offering: Offering, changes: Changes) -> Offering:
    if offering.id in changes.closed:
        return Offering(id=offering.id, known=False)
    return replace(offering, seats=changes.seats.get(offering.id, offering.seats))


def _made(added: Added, after: Mapping[str, Offering]) -> Offering:
    """As the one it is like, where it is like one: same skill test, same kind of education; no quotas."""
    like = after[added.like] if added.like is not None else Offering(id=added.offering)
    return Offering(
        id=added.offering,
        municipality=added.municipality,
        programme=added.programme,
        seats=added.seats,
        introduction=like.introduction,
        test=like.test,
    )


def _with_offerings(intake: Intake, offerings: Sequence[Offering]) -> Intake:
    """Renumbered: added offerings stand in the order of their ids, so those there already keep their order."""
    at = {offering.id: number for number, offering in enumerate(offerings)}
    # one more at the end, for -1: nowhere stays nowhere
    numbers = np.array([*(at[offering.id] for offering in intake.offerings), -1], np.int32)
    columns: dict[str, Any] = {
        name: numbers[getattr(intake, name)] for name in COLUMNS if name == "held" or name.endswith("_offering")
    }
    return replace(intake, **columns, offerings=tuple(offerings))


def _chosen_after(intake: Intake, new: str, like: str) -> Intake:
    """Everyone who chose `like`, in any revision, has `new` next after it, unless it is chosen there already."""
    at = {offering.id: number for number, offering in enumerate(intake.offerings)}
    lists = (intake.choice_applicant.astype(np.int64) << _REVISION_BITS) | intake.choice_revision
    chosen = np.isin(lists, lists[intake.choice_offering == at[new]])
    has = np.flatnonzero((intake.choice_offering == at[like]) & ~chosen)
    rows = np.concatenate((np.arange(len(intake.choice_offering)), has))
    offering = intake.choice_offering[rows]
    offering[len(intake.choice_offering) :] = at[new]
    applicant, revision = intake.choice_applicant[rows], intake.choice_revision[rows]
    twice = intake.choice_rank[rows].astype(np.int64) * 2
    twice[len(intake.choice_offering) :] += 1
    order = np.lexsort((twice, revision, applicant))
    return replace(
        intake,
        choice_applicant=applicant[order],
        choice_revision=revision[order],
        choice_rank=_ranks(applicant[order], revision[order]).astype(intake.choice_rank.dtype),
        choice_offering=offering[order],
        choice_at=intake.choice_at[rows][order],
    )


def _ranks(applicant: Column, revision: Column) -> Column:
    """1, 2, … within each list; the rows stand in order."""
    begins = np.ones(len(applicant), bool)
    begins[1:] = (applicant[1:] != applicant[:-1]) | (revision[1:] != revision[:-1])
    first = np.flatnonzero(begins)
    ranks: Column = np.arange(len(applicant)) - np.repeat(first, np.diff(np.append(first, len(applicant)))) + 1
    return ranks
