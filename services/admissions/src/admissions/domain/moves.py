"""How places in queues have moved since the binding round before, and why."""

from dataclasses import dataclass

import numpy as np

from admissions.domain.assessing import Assessed
from admissions.domain.deciding import Decided
from admissions.domain.intake import Column, Intake
from admissions.domain.lookup import pairs
from admissions.domain.wishes import ADMITTED, RESERVE, STRUCK


@dataclass(frozen=True, slots=True)
class Moves:
    """For each choice its place in the queue `before` (0: it stood in none), and of those who then stood ahead how many
    have since been `admitted` there and how many have `left` the queue in other ways."""

    before: Column
    admitted: Column
    left: Column


def moves(intake: Intake, assessed: Assessed, decided: Decided) -> Moves:
    """What has become of those who stood ahead of each one."""
    size = len(decided.outcome)
    if not len(intake.before_queue):
        nothing = np.zeros(size, np.int32)
        return Moves(nothing, nothing, nothing)
    order = np.lexsort((intake.before_queue, intake.before_offering))
    applicant, offering = intake.before_applicant[order], intake.before_offering[order]
    now_applicant, now_offering = assessed.numbers[assessed.listed.applicant], assessed.listed.offering
    stands, at = pairs(now_applicant, now_offering, applicant, offering)
    outcome = np.where(stands, decided.outcome[at], STRUCK)
    admitted, waits = outcome == ADMITTED, outcome == RESERVE
    first = np.searchsorted(offering, offering)
    counts = [_ahead(column, first) for column in (admitted, ~admitted & ~waits)]
    known, row = pairs(applicant, offering, now_applicant, now_offering)
    before, of_admitted, of_left = (
        np.where(known, column[row], 0).astype(np.int32) for column in (intake.before_queue[order], *counts)
    )
    return Moves(before, of_admitted, of_left)


def _ahead(flags: Column, first: Column) -> Column:
    """How many flags stand before each row in its own queue; `first`: where that begins."""
    until = np.concatenate(([0], np.cumsum(flags)))
    ahead: Column = until[:-1] - until[first]
    return ahead
