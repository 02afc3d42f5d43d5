"""Checks a placement before it is published. Written from the rules alone: shares no code with the engine.

Each fault is one sentence with the ids it is about (applicants by pseudonym). An empty list means: publish.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol


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


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing that is wrong: a code of a closed set and where."""

    code: str
    where: str

    def __str__(self) -> str:
        return f"{self.code}: {self.where}"


Key = tuple[str, int, str]


def verify(
    choices: Sequence[ChoiceFacts],
    seats: Mapping[str, int],
    decisions: Sequence[DecisionFacts],
    ties: Sequence[str] = ("random",),
) -> list[Verdict]:
    """Everything that is wrong with these decisions; empty when they may be published."""
    incomplete = list(_completeness(choices, decisions))
    if incomplete:
        return incomplete
    facts = {(c.applicant, c.rank, c.offering): c for c in choices}
    outcome = {(d.applicant, d.rank, d.offering): d for d in decisions}
    return [
        *_one_seat_each(decisions),
        *_eligibility(facts, outcome),
        *_capacity(facts, decisions, seats),
        *_order_of_outcomes(facts, outcome),
        *_held_places(facts, outcome),
        *_at_each_offering(facts, outcome, seats, ties),
    ]


def _completeness(choices: Sequence[ChoiceFacts], decisions: Sequence[DecisionFacts]) -> Iterator[Verdict]:
    asked = Counter((c.applicant, c.rank, c.offering) for c in choices)
    answered = Counter((d.applicant, d.rank, d.offering) for d in decisions)
    yield from (Verdict("choice_without_decision", _where(key)) for key in asked - answered)
    yield from (Verdict("decision_without_choice", _where(key)) for key in answered - asked)


def _one_seat_each(decisions: Sequence[DecisionFacts]) -> Iterator[Verdict]:
    seats = Counter(d.applicant for d in decisions if d.outcome == "admitted")
    yield from (Verdict("two_seats", applicant) for applicant, count in seats.items() if count > 1)


def _eligibility(facts: Mapping[Key, ChoiceFacts], outcome: Mapping[Key, DecisionFacts]) -> Iterator[Verdict]:
    for key, choice in facts.items():
        if not choice.eligible and outcome[key].outcome != "ineligible":
            yield Verdict("ineligible_not_refused", _where(key))
        if choice.eligible and outcome[key].outcome == "ineligible":
            yield Verdict("eligible_refused", _where(key))


def _capacity(
    facts: Mapping[Key, ChoiceFacts], decisions: Sequence[DecisionFacts], seats: Mapping[str, int]
) -> Iterator[Verdict]:
    held = Counter(choice.offering for choice in facts.values() if choice.holds)
    admitted = Counter(d.offering for d in decisions if d.outcome == "admitted")
    for offering, count in admitted.items():
        if count > max(seats.get(offering, 0), held[offering]):
            yield Verdict("over_capacity", offering)


def _held_places(facts: Mapping[Key, ChoiceFacts], outcome: Mapping[Key, DecisionFacts]) -> Iterator[Verdict]:
    """Who holds a place is admitted to it, or to a choice above it."""
    reached: dict[str, int] = {}
    for (applicant, rank, _), decision in outcome.items():
        if decision.outcome == "admitted":
            reached[applicant] = min(rank, reached.get(applicant, rank))
    for key, choice in facts.items():
        if choice.holds and not (choice.applicant in reached and reached[choice.applicant] <= choice.rank):
            yield Verdict("held_place_lost", _where(key))


def _order_of_outcomes(facts: Mapping[Key, ChoiceFacts], outcome: Mapping[Key, DecisionFacts]) -> Iterator[Verdict]:
    """Above the admitted choice: reserve. Below it: struck. None admitted: all reserve. Ineligible ones anywhere."""
    per_applicant: dict[str, list[Key]] = defaultdict(list)
    for key, choice in facts.items():
        if choice.eligible:
            per_applicant[choice.applicant].append(key)
    for keys in per_applicant.values():
        seen = False
        for key in sorted(keys, key=lambda key: key[1]):
            said = outcome[key].outcome
            seen = seen or said == "admitted"
            if said not in (("admitted", "struck") if seen else ("reserve",)):
                yield Verdict("reserve_and_struck_mixed", _where(key))


def _at_each_offering(
    facts: Mapping[Key, ChoiceFacts],
    outcome: Mapping[Key, DecisionFacts],
    seats: Mapping[str, int],
    ties: Sequence[str],
) -> Iterator[Verdict]:
    admitted: dict[str, list[ChoiceFacts]] = defaultdict(list)
    reserves: dict[str, list[ChoiceFacts]] = defaultdict(list)
    for key, choice in facts.items():
        if outcome[key].outcome == "admitted":
            admitted[choice.offering].append(choice)
        elif outcome[key].outcome == "reserve":
            reserves[choice.offering].append(choice)
    for offering, waiting in reserves.items():
        inside = admitted[offering]
        yield from _queue(waiting, outcome, ties)
        if len(inside) < seats.get(offering, 0):
            yield Verdict("seat_wasted", offering)
        yield from _second_hand_before_first(offering, inside, waiting)
        yield from _envy(inside, waiting, ties)


def _second_hand_before_first(
    offering: str, inside: Iterable[ChoiceFacts], waiting: Iterable[ChoiceFacts]
) -> Iterator[Verdict]:
    if any(c.hand == 2 and not c.holds for c in inside) and any(c.hand == 1 for c in waiting):
        yield Verdict("second_hand_displaces_first_hand", offering)


def _envy(inside: Sequence[ChoiceFacts], waiting: Sequence[ChoiceFacts], ties: Sequence[str]) -> Iterator[Verdict]:
    """Someone waits who should have gone before the last one let in."""
    if not inside:
        return
    worst = max(_standing(choice, ties) for choice in inside)
    for choice in waiting:
        if _standing(choice, ties) < worst:
            yield Verdict("justified_envy", _where((choice.applicant, choice.rank, choice.offering)))


def _queue(
    waiting: Sequence[ChoiceFacts], outcome: Mapping[Key, DecisionFacts], ties: Sequence[str]
) -> Iterator[Verdict]:
    """Queue numbers run 1, 2, … and follow the order of priority."""
    numbered = [(outcome[c.applicant, c.rank, c.offering].queue, _standing(c, ties)) for c in waiting]
    numbered.sort(key=lambda pair: pair[0] or 0)
    runs = [number for number, _ in numbered] == list(range(1, len(numbered) + 1))
    if not runs or any(a[1] > b[1] for a, b in pairwise(numbered)):
        yield Verdict("queue_out_of_order", waiting[0].offering)


def _standing(choice: ChoiceFacts, ties: Sequence[str]) -> tuple[int, ...]:
    """Smaller stands further ahead: held place, first hand, in time, higher merit, tie-breakers."""
    broken = [{"rank": choice.rank, "random": choice.random}[tie] for tie in ties]
    return (0 if choice.holds else 1, choice.hand, 0 if choice.timely else 1, 3400 - choice.merit, *broken)


def _where(key: Key) -> str:
    applicant, rank, offering = key
    return f"applicant {applicant}, choice {rank}, {offering}"
