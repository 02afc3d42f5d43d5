"""An intake written down one applicant at a time, as columns: for tests of the rules without a database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import numpy as np

from admissions.domain.grades import Grades, Occasion
from admissions.domain.intake import GRADES, Intake, packed_grades
from admissions.domain.listing import microseconds
from admissions.domain.offerings import QUOTAS, Offering

NAMES = UUID(int=27)


def identified(name: str) -> str:
    """A stable id for a name."""
    return str(uuid5(NAMES, name))


@dataclass(frozen=True, slots=True)
class Revision:
    """One full list of choices as it was handed in; `offerings` stand in rank order."""

    number: int
    submitted_at: datetime
    offerings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A place held when the run begins. `stays`: the holder wants to move up if a higher choice opens."""

    offering: str
    stays: bool
    pool: str = "merit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """`tests`: by offering what the result is worth in tenths and whether it is passed; `free`: where in free quota.

    `knows`: subjects that count as passed beside the grades; `turning`: the age reached in the intake year;
    `dances`: with the reduced timetable of a dancer.
    """

    id: str
    home: str
    revisions: tuple[Revision, ...]
    grades: Mapping[Occasion, Grades] = field(default_factory=dict)
    held: Held | None = None
    tests: Mapping[str, tuple[int, bool]] = field(default_factory=dict)
    free: Sequence[str] = ()
    knows: Sequence[str] = ()
    turning: int = 16
    completed: bool = False
    dances: bool = False


def intake_of(
    applicants: Sequence[Applicant], offerings: Sequence[Offering], before: Sequence[tuple[str, str, int]] = ()
) -> Intake:
    """`before`: applicant, offering and place of the queues of the binding round before."""
    people = sorted(applicants, key=lambda applicant: identified(applicant.id))
    number = {applicant.id: at for at, applicant in enumerate(people)}
    known = {offering.id: offering for offering in offerings}
    chosen = {name for a in people for r in a.revisions for name in r.offerings} | {
        a.held.offering for a in people if a.held
    }
    everything = sorted(
        [*offerings, *(Offering(id=name, known=False) for name in chosen - known.keys())], key=lambda o: o.id
    )
    at = {offering.id: number for number, offering in enumerate(everything)}
    choices = sorted(
        (number[a.id], r.number, rank, at[name], microseconds(r.submitted_at))
        for a in people for r in a.revisions for rank, name in enumerate(r.offerings, start=1)
    )  # fmt: skip
    tests = [(number[a.id], at[name], *result) for a in people for name, result in a.tests.items()]
    free = [(number[a.id], at[name]) for a in people for name in a.free]
    ahead = [(number[name], at[offering], queue) for name, offering, queue in before if name in number]
    grades, subjects = _grades(people)
    knowing = [(number[a.id], subjects.index(subject)) for a in people for subject in a.knows]
    return Intake(
        ids=np.frombuffer(b"".join(UUID(identified(a.id)).bytes for a in people), np.uint8).reshape(-1, 16),
        homes=_column([int(a.home) for a in people]),
        held=_column([at[a.held.offering] if a.held else -1 for a in people]),
        held_pool=_column([("merit", *QUOTAS).index(a.held.pool) if a.held else 0 for a in people]),
        stays=np.array([bool(a.held and a.held.stays) for a in people], bool),
        **_columns(choices, "choice_applicant", "choice_revision", "choice_rank", "choice_offering", "choice_at"),
        grades=grades,
        **_columns(tests, "test_applicant", "test_offering", "test_tenths", "test_passed"),
        **_columns(free, "free_applicant", "free_offering"),
        **_columns(ahead, "before_applicant", "before_offering", "before_queue"),
        **_columns(knowing, "knowing_applicant", "knowing_subject"),
        turning=_column([a.turning for a in people]),
        completed=np.array([a.completed for a in people], bool),
        dancing=np.array([a.dances for a in people], bool),
        subjects=subjects,
        offerings=tuple(everything),
    )


def _grades(people: Sequence[Applicant]) -> tuple[np.ndarray, tuple[str, ...]]:
    occasions = list(Occasion)
    entries = [
        (number, occasions.index(occasion), subject, GRADES.index(grade))
        for number, a in enumerate(people) for occasion, report in a.grades.items() for subject, grade in report.items()
    ]  # fmt: skip
    known = {subject for a in people for subject in a.knows}
    subjects = tuple(sorted({subject for _, _, subject, _ in entries} | known))
    rows = [(a, occasion, subjects.index(subject), grade) for a, occasion, subject, grade in entries]
    return packed_grades(*(_column([row[at] for row in rows]) for at in range(4))), subjects


def _columns(rows: Sequence[tuple[Any, ...]], *names: str) -> dict[str, np.ndarray]:
    return {name: _column([row[at] for row in rows]) for at, name in enumerate(names)}


def _column(values: Sequence[Any]) -> np.ndarray:
    kind = bool if values and isinstance(values[0], bool) else np.int64
    return np.array(values, kind)
