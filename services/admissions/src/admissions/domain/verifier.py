"""Checks a placement before it is published. Written from the rules alone: shares no code with the engine.

Each verdict is one fault with the ids it is about. An empty list means: publish. `audit` has the checks; here choices
and decisions are paired and become its columns.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from admissions.domain.audit import OUTCOME_NUMBERS, UNKNOWN, Case, audit
from admissions.domain.verdicts import Verdict


class ChoiceFacts(Protocol):
    """What the verifier reads of a choice."""

    @property
    def applicant(self) -> str: ...
    @property
    def rank(self) -> int: ...
    @property
    def offering(self) -> str: ...
    @property
    def hand(self) -> int: ...
    @property
    def timely(self) -> bool: ...
    @property
    def merit(self) -> int: ...
    @property
    def random(self) -> int: ...
    @property
    def holds(self) -> bool: ...
    @property
    def eligible(self) -> bool: ...


class DecisionFacts(Protocol):
    """What the verifier reads of a decision."""

    @property
    def applicant(self) -> str: ...
    @property
    def rank(self) -> int: ...
    @property
    def offering(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def queue(self) -> int | None: ...


Key = tuple[str, int, str]


def verify(
    choices: Sequence[ChoiceFacts],
    seats: Mapping[str, int],
    decisions: Sequence[DecisionFacts],
    ties: Sequence[str] = ("random",),
) -> list[Verdict]:
    """Everything that is wrong with these decisions; empty when they may be published."""
    asked = [(c.applicant, c.rank, c.offering) for c in choices]
    answered = {(d.applicant, d.rank, d.offering): d for d in decisions}
    unpaired = list(missing_and_extra(asked, [(d.applicant, d.rank, d.offering) for d in decisions]))
    return unpaired or audit(_case(choices, [answered[key] for key in asked], seats), ties)


def missing_and_extra(asked: Iterable[Key], answered: Iterable[Key]) -> Iterator[Verdict]:
    """Choices (applicant, rank, offering) nobody decided upon, and decisions upon no choice or given twice."""
    wanted, given = Counter(asked), Counter(answered)
    for code, keys in (("choice_without_decision", wanted - given), ("decision_without_choice", given - wanted)):
        for applicant, rank, offering in sorted(keys):
            yield Verdict(code, offering, applicant, rank)


def _case(choices: Sequence[ChoiceFacts], decisions: Sequence[DecisionFacts], seats: Mapping[str, int]) -> Case:
    random = {c.applicant: c.random for c in choices}
    applicants = {name: number for number, name in enumerate(random)}
    offerings = {name: number for number, name in enumerate({**seats, **{c.offering: 0 for c in choices}})}
    return Case(
        applicants=list(applicants),
        offerings=list(offerings),
        applicant=_numbers(applicants[c.applicant] for c in choices),
        rank=_numbers(c.rank for c in choices),
        offering=_numbers(offerings[c.offering] for c in choices),
        hand=_numbers(c.hand for c in choices),
        timely=_flags(c.timely for c in choices),
        merit=_numbers(c.merit for c in choices),
        holds=_flags(c.holds for c in choices),
        eligible=_flags(c.eligible for c in choices),
        random=_numbers(random.values()),
        seats=_numbers(seats.get(name, 0) for name in offerings),
        outcome=_numbers(OUTCOME_NUMBERS.get(d.outcome, UNKNOWN) for d in decisions),
        queue=_numbers(d.queue or 0 for d in decisions),
    )


def _numbers(values: Iterable[int]) -> NDArray[Any]:
    return np.fromiter(values, np.int64)


def _flags(values: Iterable[bool]) -> NDArray[Any]:
    return np.fromiter(values, bool)
