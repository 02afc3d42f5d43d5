"""Everything a run reads, as columns: what decides beside the rules and the seed, and nothing more.

Applicants are numbered in the order of their ids, offerings in the order of theirs. No identity number is among it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from admissions.domain.offerings import Offering

Column = NDArray[Any]
GRADES = "ABCDEF-"
NOWHERE = -1
_OCCASION_AT, _SUBJECT_AT, _APPLICANT_AT = 24, 8, 32


def _nothing() -> Column:
    return np.zeros(0, np.int32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Columns by what they are about.

    One entry an applicant: `ids` (16 bytes each), `homes` (municipality code as a number), and the place held when the
    run begins: `held` (its offering, or -1), `held_pool` (0 the merit pool, n the nth of QUOTAS), `stays` (wants to
    move up). One entry for each rank of each application ever handed in, by applicant, revision and rank: `choice_…`;
    `choice_at` in microseconds since 2000-01-01 UTC. `grades`: one number for each grade, in order: see `grade_of`.
    `subjects`: codes of the subjects they are about. `test_…`: results of skill tests, `test_tenths` what each is
    worth. `free_…`: who may take part in a free quota where. `before_…`: the queues of the binding round before this
    one. `decided_…`: decisions on reception in force, `decided_ground` a number of `receiving.GROUNDS`. `lacking_…`:
    what an applicant's home municipality says that it can't offer. `knowing_…`: subjects that count as passed beside
    the grades. `turning`, `completed`: one entry an applicant (none: nobody is barred), the age reached in the intake
    year and whether a national programme is completed. `dancing`: one entry an applicant (none: nobody does), who has
    the reduced timetable of preparatory dancer training.
    """

    ids: Column
    homes: Column
    held: Column
    held_pool: Column
    stays: Column
    choice_applicant: Column
    choice_revision: Column
    choice_rank: Column
    choice_offering: Column
    choice_at: Column
    grades: Column
    test_applicant: Column
    test_offering: Column
    test_tenths: Column
    test_passed: Column
    free_applicant: Column
    free_offering: Column
    before_applicant: Column
    before_offering: Column
    before_queue: Column
    decided_applicant: Column = field(default_factory=_nothing)
    decided_offering: Column = field(default_factory=_nothing)
    decided_ground: Column = field(default_factory=_nothing)
    lacking_applicant: Column = field(default_factory=_nothing)
    lacking_offering: Column = field(default_factory=_nothing)
    knowing_applicant: Column = field(default_factory=_nothing)
    knowing_subject: Column = field(default_factory=_nothing)
    turning: Column = field(default_factory=_nothing)
    completed: Column = field(default_factory=_nothing)
    dancing: Column = field(default_factory=_nothing)
    subjects: tuple[str, ...]
    offerings: tuple[Offering, ...]

    def columns(self) -> dict[str, Column]:
        """The columns by name; subjects and offerings are no columns."""
        return {name: getattr(self, name) for name in COLUMNS}


COLUMNS = tuple(field.name for field in fields(Intake) if field.name not in ("subjects", "offerings"))


def packed_grades(applicant: Column, occasion: Column, subject: Column, grade: Column) -> Column:
    """One number for each grade, in order of applicant, occasion and subject."""
    packed = applicant.astype(np.int64) << _APPLICANT_AT
    packed |= occasion.astype(np.int64) << _OCCASION_AT
    packed |= subject.astype(np.int64) << _SUBJECT_AT
    packed |= grade.astype(np.int64)
    packed.sort()
    return packed


@dataclass(frozen=True, slots=True)
class GradeColumns:
    """The grades apart: whose, on which occasion (its number), in which subject and which grade (numbers)."""

    applicant: Column
    occasion: Column
    subject: Column
    grade: Column


def grade_of(packed: Column) -> GradeColumns:
    """What `packed_grades` packed."""
    return GradeColumns(
        (packed >> _APPLICANT_AT).astype(np.int32),
        ((packed >> _OCCASION_AT) & 0xFF).astype(np.uint8),
        ((packed >> _SUBJECT_AT) & 0xFFFF).astype(np.int32),
        (packed & 0xFF).astype(np.uint8),
    )


def id_texts(ids: Column) -> Sequence[str]:
    """Applicant ids as they are written: 8-4-4-4-12 hexadecimal digits."""
    digits = ids.tobytes().hex()
    return [
        f"{digits[at : at + 8]}-{digits[at + 8 : at + 12]}-{digits[at + 12 : at + 16]}-{digits[at + 16 : at + 20]}-"
        f"{digits[at + 20 : at + 32]}"
        for at in range(0, len(digits), 32)
    ]
