"""Merit and passes of all applicants at once: the rules of `merit`, `grades` and `eligibility`, over columns.

A later occasion never lowers a grade. Swedish and Swedish as a second language are one subject. Who dances has few
grades scaled up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from admissions.domain.eligibility import CORE, EITHER_SWEDISH, SWEDISH, Programme
from admissions.domain.grades import NO_GRADE
from admissions.domain.intake import GRADES, Column, GradeColumns, grade_of
from admissions.domain.merit import MODERN_LANGUAGE_AS_CHOICE, MeritRules

_VALUE_BITS = 12


@dataclass(frozen=True, slots=True)
class Grading:
    """One entry an applicant. `merit` in tenths; `number`: subjects passed; `passed`: a bit for each of `named`."""

    merit: Column
    number: Column
    passed: Column
    named: tuple[str, ...]

    def has(self, subject: str) -> Column:
        """Who has passed this subject; either Swedish does for `SV/SVA`."""
        bit = self.named.index(subject)
        passed: Column = (self.passed >> bit) & 1 == 1
        return passed

    def has_all(self, subjects: Sequence[str]) -> Column:
        """Who has passed all of these."""
        wanted = sum(1 << self.named.index(subject) for subject in subjects)
        passed: Column = (self.passed & wanted) == wanted
        return passed


def named_subjects(compulsory: Sequence[str], programmes: Iterable[Programme]) -> tuple[str, ...]:
    """The subjects that rules name, the two Swedish as one: compulsory ones, and what else a programme asks for."""
    required = [subject for programme in programmes for subject in programme.required_subjects]
    return tuple(dict.fromkeys([EITHER_SWEDISH, *(s for s in (*compulsory, *required) if s not in SWEDISH)]))


def grading(
    grades: Column,
    subjects: Sequence[str],
    applicants: int,
    occasions: Sequence[int],
    named: tuple[str, ...],
    rules: MeritRules,
    dancing: Column,
) -> Grading:
    """The merit of each applicant by the grades of these occasions.

    `named`: the subjects rules name. `dancing`: who has a dancer's reduced timetable, by applicant; empty: nobody.
    """
    entries = grade_of(grades)
    tenths = np.array([rules.scale.points(grade) for grade in GRADES], np.int64)
    merged = _merged(subjects)
    counted = np.isin(entries.occasion, np.array(occasions))
    number = _numbers(entries, counted, merged, subjects, dancing) if dancing.any() else None
    applicant, subject = entries.applicant[counted], merged[entries.subject[counted]]
    applicant, subject, value = _best(applicant, subject, tenths[entries.grade[counted]])
    passed = value >= rules.scale.lowest_pass
    bits = np.array([1 << named.index(code) if code in named else 0 for code in _names(subjects)], np.int64)
    return Grading(
        merit=_merit(applicant, value, _languages(applicant, subject, value, subjects), applicants, rules.best, number),
        number=np.bincount(applicant[passed], minlength=applicants),
        passed=_sums(applicant[passed], bits[subject[passed]], applicants),
        named=named,
    )


def eligible_to(found: Grading, programme: Programme) -> Column:
    """Who is eligible to a national programme (SL 16:30–31)."""
    required = (EITHER_SWEDISH, *CORE, *programme.required_subjects)
    eligible: Column = found.has_all(required) & (found.number >= programme.required_passes)
    return eligible


def close_to(found: Grading) -> Column:
    """Who passes IMV's own test, in either branch (SL 17:10), whatever else they may be eligible to."""
    swedish, english, mathematics = (found.has(subject) for subject in (EITHER_SWEDISH, *CORE))
    others = found.number - swedish - english - mathematics
    close: Column = swedish & (((english | mathematics) & (others >= 4)) | (english & mathematics & (others >= 3)))
    return close


def best_worth(
    grades: Column, subjects: Sequence[str], applicants: int, occasions: Sequence[int], wanted: str, rules: MeritRules
) -> Column:
    """What each applicant's best grade in one subject is worth, in tenths; 0 where there is none."""
    entries = grade_of(grades)
    numbers = [at for at, code in enumerate(subjects) if one_name(code) == one_name(wanted)]
    rows = np.isin(entries.subject, numbers) & np.isin(entries.occasion, np.array(occasions))
    worth = np.zeros(applicants, np.int64)
    tenths = np.array([rules.scale.points(grade) for grade in GRADES], np.int64)
    np.maximum.at(worth, entries.applicant[rows], tenths[entries.grade[rows]])
    return worth


def one_name(subject: str) -> str:
    """The two Swedish are one subject to the rules."""
    return EITHER_SWEDISH if subject in SWEDISH else subject


def _names(subjects: Sequence[str]) -> list[str]:
    return [one_name(subject) for subject in subjects]


def _merged(subjects: Sequence[str]) -> Column:
    """Each subject's number, the two Swedish having the same."""
    names = _names(subjects)
    return np.array([names.index(name) for name in names], np.int64)


def _best(applicant: Column, subject: Column, value: Column) -> tuple[Column, Column, Column]:
    """One value for each applicant and subject: the best of all occasions. In order of applicant and subject."""
    key = (applicant.astype(np.int64) << 32) | (subject << _VALUE_BITS) | value
    key.sort()
    last = np.append(key[1:] >> _VALUE_BITS != key[:-1] >> _VALUE_BITS, True) if len(key) else np.zeros(0, bool)
    key = key[last]
    return key >> 32, (key >> _VALUE_BITS) & 0xFFFFF, key & ((1 << _VALUE_BITS) - 1)


def _languages(applicant: Column, subject: Column, value: Column, subjects: Sequence[str]) -> Column:
    """Which entries are the applicant's best modern language as språkval: the only one that may be a 17th grade."""
    is_choice = _are_choice(subjects)
    at = np.flatnonzero(is_choice[subject]) if len(subjects) else np.zeros(0, np.int64)
    order = at[np.lexsort((value[at], applicant[at]))]
    last = np.append(applicant[order][1:] != applicant[order][:-1], True) if len(order) else np.zeros(0, bool)
    languages = np.zeros(len(applicant), bool)
    languages[order[last]] = True
    return languages


def _are_choice(subjects: Sequence[str]) -> Column:
    return np.array([code.startswith(MODERN_LANGUAGE_AS_CHOICE) for code in subjects], bool)


def _numbers(
    entries: GradeColumns, counted: Column, merged: Column, subjects: Sequence[str], dancing: Column
) -> Column:
    """How many grades each dancer has beside the language on top; 0 for all others."""
    rows = counted & dancing[entries.applicant] & (entries.grade != GRADES.index(NO_GRADE))
    key = np.unique((entries.applicant[rows].astype(np.int64) << 32) | merged[entries.subject[rows]])
    applicant, language = key >> 32, _are_choice(subjects)[key & 0xFFFFFFFF]
    on_top = np.bincount(applicant[language], minlength=len(dancing)) > 0
    number: Column = np.bincount(applicant, minlength=len(dancing)) - on_top
    return number


def _merit(
    applicant: Column, value: Column, languages: Column, applicants: int, best: int, number: Column | None
) -> Column:
    """The sum of the best grades beside the language, a dancer's scaled up, and the language on top."""
    top = int(value.max(initial=0))
    key = (applicant[~languages] << _VALUE_BITS) | (top - value[~languages])
    key.sort()
    owner, worth = key >> _VALUE_BITS, top - (key & ((1 << _VALUE_BITS) - 1))
    first = np.searchsorted(owner, np.arange(applicants))
    counted = np.arange(len(owner)) - first[owner] < best
    rest = _sums(owner[counted], worth[counted], applicants)
    if number is not None:
        few = (number > 0) & (number < best)
        rest[few] = (2 * rest[few] * best + number[few]) // (2 * number[few])
    return rest + _sums(applicant[languages], value[languages], applicants)


def _sums(applicant: Column, value: Column, applicants: int) -> Column:
    """Whole sums by applicant; far below 2^53, so that bincount's floats are exact."""
    return np.bincount(applicant, weights=value, minlength=applicants).astype(np.int64)
