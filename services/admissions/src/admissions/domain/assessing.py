"""From what applicants handed in to what the engine compares: merit, eligibility, reception, tests, quotas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from admissions.domain.calendar import Calendar
from admissions.domain.eligibility import Programme
from admissions.domain.entry import (
    COMPLETED,
    FREE_TO_BEGIN,
    TOO_OLD,
    Requirement,
    barred,
    lacking_grade,
    with_knowledge,
)
from admissions.domain.grades import Occasion
from admissions.domain.grading import Grading, best_worth, close_to, eligible_to, grading, named_subjects
from admissions.domain.intake import Column, Intake, id_texts
from admissions.domain.listing import Listed, choices_in_force
from admissions.domain.lookup import pairs
from admissions.domain.merit import MeritRules
from admissions.domain.offerings import Introduction, Offering
from admissions.domain.placement import lottery_numbers
from admissions.domain.receiving import UNDECIDED, UNKNOWN_OFFERING, Received, received
from admissions.domain.reception import Area, Ground
from admissions.domain.replies import Silence
from admissions.domain.rounds import Round, counted_until

VOCATIONAL = "vocational"
# Why a choice is ineligible, by number; 0 is none. The first that holds is said.
INELIGIBLE_BECAUSE = (
    "",
    UNKNOWN_OFFERING,
    "unknown_programme",
    "missing_subjects",
    "fully_eligible",
    "outside_area",
    "test_not_taken",
    "test_not_passed",
    "too_old",
    "completed_programme",
    "grade_required",
)
(
    _FINE, _UNKNOWN_OFFERING, _UNKNOWN_PROGRAMME, _MISSING, _FULLY, _OUTSIDE, _NO_TEST, _NOT_PASSED, _TOO_OLD,
    _COMPLETED, _GRADE
) = range(11)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules of one intake year in one region. `version` names them and changes when any of them does.

    `pools`: the order in which an entitled applicant is tried at quotas and merit pool. `open_to_all`: offerings that
    receive everyone in first hand, with the ground. `remind_days`: how long before the last day to answer. `oldest`:
    the age one may reach in the intake year. `required_grades`: of special variants, by offering.
    """

    version: str
    calendar: Calendar
    merit: MeritRules
    programmes: Mapping[str, Programme]
    compulsory: tuple[str, ...]
    areas: tuple[Area, ...]
    ties: tuple[str, ...]
    silence: Silence
    pools: tuple[str, ...] = ("test", "merit", "free")
    open_to_all: Mapping[str, Ground] = field(default_factory=dict)
    remind_days: int = 5
    oldest: int = 19
    required_grades: Mapping[str, Sequence[Requirement]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Assessed:
    """Everyone who takes part in a round, renumbered from 0, and their choices.

    One entry an applicant: `ids`, `names` (the ids as text), `homes`, `random`, `grading`, `barred`. One entry a
    choice, by applicant, stage and rank: `listed`, `received`, `because` (a number of INELIGIBLE_BECAUSE), `points` (of
    the skill test, tenths) and whether there is a result (`tested`), `free` (may take part in the free quota).
    """

    ids: Column
    names: Sequence[str]
    homes: Column
    random: Column
    grading: Grading
    listed: Listed
    received: Received
    because: Column
    points: Column
    tested: Column
    free: Column
    offerings: tuple[Offering, ...]
    held_pool: Column
    barred: Column
    numbers: Column = field(repr=False)

    @property
    def eligible(self) -> Column:
        """For each choice."""
        eligible: Column = self.because == _FINE
        return eligible

    @property
    def merit(self) -> Column:
        """For each choice, the points of the offering's own skill test included."""
        merit: Column = self.grading.merit[self.listed.applicant] + self.points
        return merit


def assess(this: Round, rules: Rules, intake: Intake, seed: int) -> Assessed:
    """Everyone who has a choice that the round counts."""
    listed = choices_in_force(intake, rules.calendar, counted_until(this, rules.calendar))
    numbers = np.unique(listed.applicant)
    graded = _graded(this, rules, intake, numbers)
    listed = _renumbered(listed, numbers)
    ids = intake.ids[numbers]
    names = id_texts(ids)
    reception = _received(intake, listed, numbers, rules)
    tests = _tests(intake, listed, numbers)
    may_not = _barred(intake, rules, numbers)
    conditions = _beside_grades(this, rules, intake, listed, numbers, may_not)
    return Assessed(
        ids=ids,
        names=names,
        homes=intake.homes[numbers],
        random=lottery_numbers(seed, names),
        grading=graded,
        listed=listed,
        received=reception,
        because=_because(rules, intake.offerings, graded, listed, reception, tests, conditions),
        points=np.where(tests.passed, tests.tenths, 0),
        tested=tests.taken,
        free=pairs(intake.free_applicant, intake.free_offering, numbers[listed.applicant], listed.offering)[0],
        offerings=intake.offerings,
        barred=may_not,
        held_pool=np.where(listed.holds, intake.held_pool[numbers][listed.applicant], 0),
        numbers=numbers,
    )


def _graded(this: Round, rules: Rules, intake: Intake, numbers: Column) -> Grading:
    named = named_subjects(rules.compulsory, rules.programmes.values())
    found = grading(
        intake.grades, intake.subjects, len(intake.ids), _occasions(this), named, rules.merit, intake.dancing
    )
    if len(intake.knowing_applicant):
        found = with_knowledge(found, intake.knowing_applicant, intake.knowing_subject, intake.subjects)
    return Grading(found.merit[numbers], found.number[numbers], found.passed[numbers], named)


def _occasions(this: Round) -> list[int]:
    return [list(Occasion).index(occasion) for occasion in this.occasions]


def _barred(intake: Intake, rules: Rules, numbers: Column) -> Column:
    if not len(intake.turning):
        return np.full(len(numbers), FREE_TO_BEGIN, np.int8)
    return barred(intake.turning[numbers], intake.completed[numbers], rules.oldest)


def _beside_grades(
    this: Round, rules: Rules, intake: Intake, listed: Listed, numbers: Column, may_not: Column
) -> list[tuple[Column, int]]:
    """Who may not begin, and which required grades are lacking; with the number of the reason."""
    wanted = {each.subject for required in rules.required_grades.values() for each in required}
    worth = {
        subject: best_worth(intake.grades, intake.subjects, len(intake.ids), _occasions(this), subject, rules.merit)[
            numbers
        ]
        for subject in sorted(wanted)
    }
    lacking = lacking_grade(
        listed.applicant, listed.offering, intake.offerings, rules.required_grades, worth, rules.merit.scale.tenths
    )
    why = may_not[listed.applicant]
    return [(why == TOO_OLD, _TOO_OLD), (why == COMPLETED, _COMPLETED), (lacking, _GRADE)]


def _received(intake: Intake, listed: Listed, numbers: Column, rules: Rules) -> Received:
    """As decided, else as the rules propose."""
    applicant = numbers[listed.applicant]
    stands, at = pairs(intake.decided_applicant, intake.decided_offering, applicant, listed.offering)
    decided = np.full(len(applicant), UNDECIDED, np.int64)
    decided[stands] = intake.decided_ground[at[stands]]
    return received(
        intake.homes[applicant],
        listed.offering,
        intake.offerings,
        rules.areas,
        open_to_all=rules.open_to_all,
        lacking_at_home=pairs(intake.lacking_applicant, intake.lacking_offering, applicant, listed.offering)[0],
        decided=decided,
    )


def _renumbered(listed: Listed, numbers: Column) -> Listed:
    applicant = np.searchsorted(numbers, listed.applicant)
    return Listed(applicant, listed.rank, listed.offering, listed.timely, listed.holds)


@dataclass(frozen=True, slots=True)
class _Tests:
    taken: Column
    passed: Column
    tenths: Column


def _tests(intake: Intake, listed: Listed, numbers: Column) -> _Tests:
    taken, at = pairs(intake.test_applicant, intake.test_offering, numbers[listed.applicant], listed.offering)
    passed, tenths = np.zeros(len(taken), bool), np.zeros(len(taken), np.int64)
    passed[taken] = intake.test_passed[at[taken]]
    tenths[taken] = intake.test_tenths[at[taken]]
    return _Tests(taken, passed, tenths)


def _because(
    rules: Rules, offerings: Sequence[Offering], graded: Grading, listed: Listed, reception: Received, tests: _Tests,
    beside: Sequence[tuple[Column, int]],
) -> Column:  # fmt: skip
    """Why each choice is ineligible; whoever holds the place stays eligible. `beside`: what is asked beside grades."""
    programme_of, full, vocational = _eligibilities(rules, offerings, graded)
    applicant, programme = listed.applicant, programme_of[listed.offering]
    known = np.array([offering.known for offering in offerings], bool)[listed.offering]
    fully = full[applicant, programme]
    imv, imy = (_of_kind(offerings, kind)[listed.offering] for kind in (Introduction.IMV, Introduction.IMY))
    required = np.array([o.test is not None and o.test.required for o in offerings], bool)[listed.offering]
    conditions: list[tuple[Column, int]] = [
        (listed.holds, _FINE),
        (~known, _UNKNOWN_OFFERING),
        (programme < 0, _UNKNOWN_PROGRAMME),
        *beside[:2],
        (imv & fully | imy & vocational[applicant], _FULLY),
        (imv & ~close_to(graded)[applicant], _MISSING),
        (~imv & ~imy & ~fully, _MISSING),
        ((imv | imy) & ~reception.at_home, _OUTSIDE),
        (required & ~tests.taken, _NO_TEST),
        (required & ~tests.passed, _NOT_PASSED),
        *beside[2:],
    ]
    because: Column = np.select([c for c, _ in conditions], [n for _, n in conditions], _FINE).astype(np.uint8)
    return because


def _eligibilities(rules: Rules, offerings: Sequence[Offering], graded: Grading) -> tuple[Column, Column, Column]:
    """Each offering's programme by number (-1: unknown), who is eligible to which, and who to any vocational one."""
    codes = list(rules.programmes)
    number = {code: at for at, code in enumerate(codes)}
    programme = np.array([number.get(offering.programme, -1) for offering in offerings], np.int64)
    full = np.zeros((len(graded.merit), len(codes) + 1), bool)  # the last column, for the unknown, stays empty
    for at, code in enumerate(codes):
        full[:, at] = eligible_to(graded, rules.programmes[code])
    vocational = [at for at, code in enumerate(codes) if rules.programmes[code].kind == VOCATIONAL]
    any_vocational: Column = np.any(full[:, vocational], axis=1)
    return programme, full, any_vocational


def _of_kind(offerings: Sequence[Offering], kind: Introduction) -> Column:
    return np.array([offering.introduction is kind for offering in offerings], bool)
