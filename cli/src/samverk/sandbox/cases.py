"""From files to the verifier's columns."""

from collections.abc import Sequence

import numpy as np

from admissions.domain.audit_case import OUTCOME_NUMBERS, UNKNOWN, Case
from samverk.sandbox.entries import Column, Entries


def case(read: Entries, outcomes: Sequence[str], queue: Column) -> Case:
    """What was asked, with an answer for each choice in the order of the entries."""
    asked = read.wishes
    return Case(
        applicants=read.applicants,
        offerings=read.offerings,
        applicant=asked.applicant,
        rank=asked.rank,
        offering=asked.offering,
        hand=asked.hand,
        timely=asked.timely,
        merit=asked.merit,
        holds=asked.holds,
        eligible=asked.eligible,
        random=asked.random,
        grade_value=asked.grade_value,
        number_of_grades=asked.number_of_grades,
        seats=asked.seats,
        outcome=np.array([OUTCOME_NUMBERS.get(outcome, UNKNOWN) for outcome in outcomes], np.int64),
        queue=queue,
    )
