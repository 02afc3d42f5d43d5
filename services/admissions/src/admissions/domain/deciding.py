"""The placement of everyone assessed, in two stages, verified before it is given.

First the national programmes. Then the group-designed introduction programmes, for those without a place: in seats set
aside for them and, where the school says so, in seats left over in a national programme (SL 17:19; practice of the
offices). Seats left over go to one group only: the first by id of those that name the same offering.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from admissions.domain.assessing import INELIGIBLE_BECAUSE, Assessed, Rules
from admissions.domain.audit import audit
from admissions.domain.audit_case import Case, SeatsAside
from admissions.domain.intake import NOWHERE, Column
from admissions.domain.matching import match
from admissions.domain.offerings import FREE, MERIT, QUOTAS, TEST, Offering
from admissions.domain.verdicts import Verdict
from admissions.domain.wishes import ADMITTED, INELIGIBLE, RESERVE, STRUCK, TIES, Matched, Quota, Wishes, steps

_ADMITTED_BECAUSE = ("priority_reached", "place_kept")
_STRUCK_BECAUSE = ("higher_choice_admitted", "placed_in_national_programme")
_WAITS_BECAUSE = ("held_places", "reception", "timeliness", "merit", *TIES, "no_seats")
REASONS = (*_ADMITTED_BECAUSE, *_STRUCK_BECAUSE, *_WAITS_BECAUSE, *INELIGIBLE_BECAUSE[1:])


class RunNotPublished(Exception):
    """The independent check found fault with the placement; nothing was published."""

    def __init__(self, verdicts: Sequence[Verdict]) -> None:
        super().__init__(f"{len(verdicts)} faults found")
        self.verdicts = tuple(verdicts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One entry a choice: `outcome`, `queue` (0: none), `reason` (of REASONS), `pool` (whose seat it is, of `pools`).

    `last`: for each offering the choice last admitted without quota, or -1. `quotas`: the names of `pools` but the
    merit pool's, `entitled` to each, by choice.
    """

    outcome: Column
    queue: Column
    reason: Column
    pool: Column
    last: Column
    pools: tuple[str, ...]
    entitled: tuple[Column, ...]


def decide(assessed: Assessed, rules: Rules) -> Decided:
    """Raises RunNotPublished, UnknownTies and TooLarge."""
    wishes = _wishes(assessed, rules)
    stage = _stages(assessed.offerings)[wishes.offering]
    matched = _in_two_stages(wishes, stage, _lenders(assessed.offerings), rules.ties)
    if verdicts := audit(_case(assessed, wishes, matched), rules.ties):
        raise RunNotPublished(verdicts)
    return Decided(
        outcome=matched.outcome,
        queue=matched.queue,
        reason=_reasons(assessed, wishes, matched, stage, rules.ties),
        pool=matched.pool,
        last=matched.last,
        pools=(MERIT, *(quota.name for quota in wishes.quotas)),
        entitled=tuple(quota.entitled for quota in wishes.quotas),
    )


def _wishes(assessed: Assessed, rules: Rules) -> Wishes:
    listed = assessed.listed
    quotas = [_quota(assessed, name) for name in rules.pools if name != MERIT]
    numbers = {name: at for at, name in enumerate([quota.name for quota in quotas], start=1)}
    held_in = np.array([0, *(numbers.get(name, 0) for name in QUOTAS)], np.int64)[assessed.held_pool]
    return Wishes(
        applicant=listed.applicant,
        rank=listed.rank,
        offering=listed.offering,
        hand=assessed.received.hand,
        timely=listed.timely,
        merit=assessed.merit,
        holds=listed.holds,
        eligible=assessed.eligible,
        random=assessed.random,
        seats=np.array([offering.seats for offering in assessed.offerings], np.int64),
        grade_value=assessed.grading.merit,
        number_of_grades=assessed.grading.number,
        quotas=quotas,
        quotas_first=rules.pools.index(MERIT),
        held_in=held_in,
    )


def _quota(assessed: Assessed, name: str) -> Quota:
    seats = np.array([offering.quotas.get(name, 0) for offering in assessed.offerings], np.int64)
    if name == TEST:
        return Quota(name=TEST, seats=seats, entitled=assessed.points > 0, value=assessed.points)
    return Quota(name=FREE, seats=seats, entitled=assessed.free)


def _stages(offerings: Sequence[Offering]) -> Column:
    return np.array([offering.stage for offering in offerings], np.int64)


def _lenders(offerings: Sequence[Offering]) -> Column:
    """For each offering the one whose seats left over it may use, or NOWHERE."""
    at = {offering.id: number for number, offering in enumerate(offerings)}
    lenders = np.full(len(offerings), NOWHERE, np.int64)
    lent = set[int]()
    for number, offering in enumerate(offerings):
        lender = at.get(offering.uses_seats_of or "", NOWHERE)
        if offering.stage > 1 and lender not in (NOWHERE, *lent) and offerings[lender].stage == 1:
            lenders[number] = lender
            lent.add(lender)
    return lenders


def _in_two_stages(wishes: Wishes, stage: Column, lenders: Column, ties: Sequence[str]) -> Matched:
    if (stage == 1).all():
        return match(wishes, ties)
    groups = np.flatnonzero(lenders != NOWHERE)
    held = np.bincount(wishes.offering[wishes.holds], minlength=len(wishes.seats))
    seats = wishes.seats.copy()
    lent = np.maximum(held - seats, 0)[groups]
    seats[lenders[groups]] = np.maximum(seats[lenders[groups]] - lent, 0)
    first = np.flatnonzero(stage == 1)
    national = match(_part(wishes, first, seats), ties)
    admitted = national.outcome == ADMITTED
    taken = np.bincount(wishes.offering[first[admitted]], minlength=len(seats))
    seats[groups] += np.maximum(seats - taken, 0)[lenders[groups]] + lent
    placed = np.zeros(len(wishes.random), bool)
    placed[wishes.applicant[first[admitted]]] = True
    second = np.flatnonzero((stage == 2) & ~placed[wishes.applicant])
    return _joined(wishes, (first, national), (second, match(_part(wishes, second, seats), ties)))


def _part(wishes: Wishes, rows: Column, seats: Column) -> Wishes:
    """These choices alone."""
    by_choice = ("applicant", "rank", "offering", "hand", "timely", "merit", "holds", "eligible", "held_in")
    values = {field.name: getattr(wishes, field.name) for field in fields(Wishes)}
    quotas = [
        Quota(
            name=quota.name,
            seats=quota.seats,
            entitled=quota.entitled[rows],
            value=None if quota.value is None else quota.value[rows],
        )
        for quota in wishes.quotas
    ]
    return Wishes(**values | {name: values[name][rows] for name in by_choice} | {"seats": seats, "quotas": quotas})


def _joined(wishes: Wishes, *parts: tuple[Column, Matched]) -> Matched:
    """What no part decided is struck: those with a place in a national programme do not compete for the others."""
    size = len(wishes.rank)
    outcome = np.where(wishes.eligible, STRUCK, INELIGIBLE).astype(np.uint8)
    queue, step, pool = np.zeros(size, np.int32), np.zeros(size, np.uint8), np.zeros(size, np.uint8)
    last = np.full(len(wishes.seats), -1, np.int64)
    for rows, matched in parts:
        outcome[rows], queue[rows], step[rows], pool[rows] = matched.outcome, matched.queue, matched.step, matched.pool
        seated = matched.last >= 0
        last[seated] = rows[matched.last[seated]]
    return Matched(outcome, queue, step, pool, last)


def _case(assessed: Assessed, wishes: Wishes, matched: Matched) -> Case:
    return Case(
        applicants=assessed.names,
        offerings=[offering.id for offering in assessed.offerings],
        applicant=wishes.applicant,
        rank=wishes.rank,
        offering=wishes.offering,
        hand=wishes.hand,
        timely=wishes.timely,
        merit=wishes.merit,
        holds=wishes.holds,
        eligible=wishes.eligible,
        random=wishes.random,
        seats=wishes.seats,
        outcome=matched.outcome,
        queue=matched.queue,
        grade_value=wishes.grade_value,
        number_of_grades=wishes.number_of_grades,
        quotas=[SeatsAside(seats=q.seats, entitled=q.entitled, measure=q.value) for q in wishes.quotas],
        quotas_first=wishes.quotas_first,
        pool=matched.pool,
        held_in=wishes.held_in,
        stage=_stages(assessed.offerings),
        lender=_lenders(assessed.offerings),
    )


def _reasons(assessed: Assessed, wishes: Wishes, matched: Matched, stage: Column, ties: Sequence[str]) -> Column:
    """The word that says what decided each choice, by its number among REASONS."""
    number = {word: at for at, word in enumerate(REASONS)}
    of_step = np.array([number[name] for name in steps(ties)], np.uint8)
    of_cause = np.array([0, *(number[word] for word in INELIGIBLE_BECAUSE[1:])], np.uint8)
    placed = np.zeros(len(wishes.random), bool)
    placed[wishes.applicant[(matched.outcome == ADMITTED) & (stage == 1)]] = True
    reasons: Column = np.select(
        [matched.outcome == ADMITTED, matched.outcome == RESERVE, matched.outcome == INELIGIBLE],
        [wishes.holds.astype(np.uint8), of_step[matched.step], of_cause[assessed.because]],
        np.where((stage == 2) & placed[wishes.applicant], number[_STRUCK_BECAUSE[1]], number[_STRUCK_BECAUSE[0]]),
    ).astype(np.uint8)
    return reasons
