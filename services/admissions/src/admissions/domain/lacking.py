"""What applicants lack, and which programmes stand open to them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from admissions.domain.assessing import Assessed, Rules
from admissions.domain.eligibility import EITHER_SWEDISH, missing_subjects
from admissions.domain.entry import FREE_TO_BEGIN
from admissions.domain.grading import eligible_to
from admissions.domain.intake import Column


@dataclass(frozen=True, slots=True)
class Lacking:
    """For each applicant the number of a list of subjects in `missing`, and of a list of programmes in `open`."""

    missing: Sequence[tuple[str, ...]]
    missing_of: Column
    open: Sequence[tuple[str, ...]]
    open_of: Column


def lacking(assessed: Assessed, rules: Rules) -> Lacking:
    """What each applicant lacks for the highest choice that is known, and which programmes stand open."""
    codes = sorted(rules.programmes)
    doors = np.zeros(len(assessed.ids), np.int64)
    for at, code in enumerate(codes):
        doors |= eligible_to(assessed.grading, rules.programmes[code]).astype(np.int64) << at
    doors[assessed.barred != FREE_TO_BEGIN] = 0
    patterns, open_of = np.unique(doors, return_inverse=True)
    opened = [tuple(code for at, code in enumerate(codes) if pattern >> at & 1) for pattern in patterns.tolist()]
    first = _first_programme(assessed, codes)
    # beyond what a programme asks for it does not matter how many subjects were passed
    most = max((programme.required_passes for programme in rules.programmes.values()), default=0)
    number = np.minimum(assessed.grading.number, most)
    cases = (assessed.grading.passed << 16) | (number << 8) | (first + 1)
    different, missing_of = np.unique(cases, return_inverse=True)
    missing = [
        _missing(case >> 16, (case >> 8) & 0xFF, (case & 0xFF) - 1, assessed.grading.named, codes, rules)
        for case in different.tolist()
    ]
    return Lacking(missing, missing_of, opened, open_of)


def _first_programme(assessed: Assessed, codes: Sequence[str]) -> Column:
    """The programme, by number, of each applicant's highest choice that is known; -1 when none is."""
    numbers = np.array([codes.index(o.programme) if o.programme in codes else -1 for o in assessed.offerings], np.int64)
    rank = np.where(numbers[assessed.listed.offering] >= 0, assessed.listed.rank, 1 << 40)
    order = np.lexsort((rank, assessed.listed.applicant))
    firsts = order[np.searchsorted(assessed.listed.applicant[order], np.arange(len(assessed.ids)))]
    first: Column = numbers[assessed.listed.offering[firsts]]
    return first


def _missing(
    passed: int, number: int, programme: int, named: Sequence[str], codes: Sequence[str], rules: Rules
) -> tuple[str, ...]:
    if programme < 0:
        return ()
    subjects = {subject for bit, subject in enumerate(named) if passed >> bit & 1}
    further = {f"other {at}" for at in range(number - len(subjects))}
    swedish = {"SV"} if EITHER_SWEDISH in subjects else set[str]()
    found = frozenset(subjects - {EITHER_SWEDISH} | swedish | further)
    return missing_subjects(found, rules.programmes[codes[programme]], rules.compulsory)
