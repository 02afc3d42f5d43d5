"""What opens or bars upper-secondary education beside grades.

An English exemption (SL 16:32) and equivalent knowledge (16:33) count as a pass and give no merit. Who is too old
(15:5) or has completed a national programme (15:6) may not begin. A special variant may require a grade in a subject
(16:34).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from admissions.domain.grading import Grading, one_name
from admissions.domain.intake import Column
from admissions.domain.offerings import Offering

FREE_TO_BEGIN, TOO_OLD, COMPLETED = range(3)


@dataclass(frozen=True, slots=True)
class Requirement:
    """A special variant's own: at least this grade in a subject."""

    subject: str
    grade: str


def barred(turning: Column, completed: Column, oldest: int) -> Column:
    """For each applicant FREE_TO_BEGIN or why not. `turning`: the age reached in the intake year."""
    why: Column = np.select([completed, turning > oldest], [COMPLETED, TOO_OLD], FREE_TO_BEGIN).astype(np.int8)
    return why


def with_knowledge(found: Grading, applicant: Column, subject: Column, subjects: Sequence[str]) -> Grading:
    """The passes with what counts as passed beside grades; `subject`: numbers of `subjects`, of those rules name."""
    passed, number = found.passed.copy(), found.number.copy()
    for name in dict.fromkeys(one_name(code) for code in subjects):
        numbers = [at for at, code in enumerate(subjects) if one_name(code) == name]
        who = np.unique(applicant[np.isin(subject, numbers)])
        if len(who) and name in found.named:
            bit = 1 << found.named.index(name)
            new = who[passed[who] & bit == 0]
            passed[new] |= bit
            number[new] += 1
    return replace(found, passed=passed, number=number)


def lacking_grade(
    applicant: Column,
    offering: Column,
    offerings: Sequence[Offering],
    required: Mapping[str, Sequence[Requirement]],
    worth: Mapping[str, Column],
    tenths: Mapping[str, int],
) -> Column:
    """For each choice whether a grade that the offering requires is lacking.

    `worth`: by subject what each applicant's best grade is worth; `tenths`: what each grade is worth.
    """
    lacking = np.zeros(len(applicant), bool)
    for at, each in enumerate(offerings):
        for requirement in required.get(each.id, ()):
            here = offering == at
            lacking[here] |= worth[requirement.subject][applicant[here]] < tenths[requirement.grade]
    return lacking
