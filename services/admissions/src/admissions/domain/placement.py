"""Placement: applicant-proposing deferred acceptance over all offerings at once.

Every applicant is tried at the highest choice first and keeps the highest one that their priority reaches. Priority at
an offering: a place already held there, reception (first before second hand, SL 16:47), timeliness, merit, then the
region's tie-breakers. Lower choices are struck, higher ones stay in reserve with a place in the queue.
The outcome is stable and does not depend on the order in which applicants are tried.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from heapq import heappush, heappushpop

ENGINE = "heap-1"
LOTTERY_BITS = 53
"""Drawn numbers fit in the integers that JSON readers keep exact."""


class Outcome(StrEnum):
    ADMITTED = "admitted"
    RESERVE = "reserve"
    STRUCK = "struck"
    INELIGIBLE = "ineligible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One choice as the engine sees it. `hand` 1 or 2; `merit` in tenths; `random`: lower goes first.

    `holds`: the applicant has this place by an earlier binding run and cannot lose it. `ineligible_because`: None when
    eligible, otherwise the reason.
    """

    applicant: str
    rank: int
    offering: str
    hand: int
    timely: bool
    merit: int
    random: int
    holds: bool = False
    ineligible_because: str | None = None

    @property
    def eligible(self) -> bool:
        return self.ineligible_because is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What became of one choice. `queue`: place 1, 2, … among the offering's reserves. `reason`: what decided."""

    applicant: str
    rank: int
    offering: str
    outcome: Outcome
    queue: int | None
    reason: str


Priority = tuple[int, ...]

_TIES = {"rank": lambda choice: choice.rank, "random": lambda choice: choice.random}


def lottery_number(seed: int, applicant: str) -> int:
    """The applicant's number in the draw of this seed; the same wherever and whenever it is drawn."""
    digest = blake2b(f"{seed}:{applicant}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> (64 - LOTTERY_BITS)


def place(choices: Iterable[Choice], seats: Mapping[str, int], ties: Sequence[str] = ("random",)) -> list[Decision]:
    """One decision per choice, by applicant and rank.

    `seats` per offering; those who hold a place keep it even where seats have since been cut.
    """
    by_applicant: dict[str, list[Choice]] = defaultdict(list)
    for choice in sorted(choices, key=lambda choice: (choice.applicant, choice.rank)):
        by_applicant[choice.applicant].append(choice)
    order = _order(by_applicant, ties)
    admitted = _propose(by_applicant, order, _capacity(by_applicant, seats))
    return _decide(by_applicant, order, admitted, ties)


def priority(choice: Choice, ties: Sequence[str]) -> Priority:
    """Lower goes first; compared place by place. The applicant stands last only to make the order total."""
    broken = (_TIES[tie](choice) for tie in ties)
    return (int(not choice.holds), choice.hand, int(not choice.timely), -choice.merit, *broken)


def _order(by_applicant: Mapping[str, list[Choice]], ties: Sequence[str]) -> dict[tuple[str, str], int]:
    """Every eligible choice's position in one common order: the only thing the matching compares."""
    eligible = [choice for choices in by_applicant.values() for choice in choices if choice.eligible]
    eligible.sort(key=lambda choice: (priority(choice, ties), choice.applicant))
    return {(choice.applicant, choice.offering): position for position, choice in enumerate(eligible)}


def _capacity(by_applicant: Mapping[str, list[Choice]], seats: Mapping[str, int]) -> dict[str, int]:
    held: dict[str, int] = defaultdict(int)
    for choices in by_applicant.values():
        for choice in choices:
            held[choice.offering] += choice.holds
    return {name: max(seats.get(name, 0), held[name]) for name in {*seats, *held}}


def _propose(
    by_applicant: Mapping[str, list[Choice]], order: Mapping[tuple[str, str], int], capacity: Mapping[str, int]
) -> dict[str, str]:
    """Deferred acceptance: applicant to the offering that keeps them."""
    wishes = {name: iter([c for c in choices if c.eligible]) for name, choices in by_applicant.items()}
    kept: dict[str, list[tuple[int, str]]] = defaultdict(list)
    waiting = list(wishes)
    while waiting:
        applicant = waiting.pop()
        choice = next(wishes[applicant], None)
        if choice is None:
            continue
        seat = (-order[applicant, choice.offering], applicant)
        holders = kept[choice.offering]
        if len(holders) < capacity[choice.offering]:
            heappush(holders, seat)
        else:
            waiting.append(heappushpop(holders, seat)[1] if holders else applicant)
    return {applicant: offering for offering, holders in kept.items() for _, applicant in holders}


def _decide(
    by_applicant: Mapping[str, list[Choice]],
    order: Mapping[tuple[str, str], int],
    admitted: Mapping[str, str],
    ties: Sequence[str],
) -> list[Decision]:
    outcomes = [
        (choice, outcome)
        for applicant, choices in by_applicant.items()
        for choice, outcome in _outcomes(choices, admitted.get(applicant))
    ]
    queues = _queues(outcomes, order)
    last = _last_admitted(outcomes, order)
    return [
        Decision(
            applicant=choice.applicant,
            rank=choice.rank,
            offering=choice.offering,
            outcome=outcome,
            queue=queues.get((choice.applicant, choice.offering)),
            reason=_reason(choice, outcome, last.get(choice.offering), ties),
        )
        for choice, outcome in outcomes
    ]


def _outcomes(choices: Sequence[Choice], admitted_to: str | None) -> Iterable[tuple[Choice, Outcome]]:
    outcome = Outcome.RESERVE
    for choice in choices:
        if not choice.eligible:
            yield choice, Outcome.INELIGIBLE
        elif choice.offering == admitted_to:
            outcome = Outcome.STRUCK
            yield choice, Outcome.ADMITTED
        else:
            yield choice, outcome


def _queues(
    outcomes: Sequence[tuple[Choice, Outcome]], order: Mapping[tuple[str, str], int]
) -> dict[tuple[str, str], int]:
    length: dict[str, int] = defaultdict(int)
    numbers = {}
    reserves = [(choice.applicant, choice.offering) for choice, outcome in outcomes if outcome is Outcome.RESERVE]
    for applicant, offering in sorted(reserves, key=order.__getitem__):
        length[offering] += 1
        numbers[applicant, offering] = length[offering]
    return numbers


def _last_admitted(
    outcomes: Sequence[tuple[Choice, Outcome]], order: Mapping[tuple[str, str], int]
) -> dict[str, Choice]:
    admitted = [choice for choice, outcome in outcomes if outcome is Outcome.ADMITTED]
    admitted.sort(key=lambda choice: order[choice.applicant, choice.offering])
    return {choice.offering: choice for choice in admitted}


def _reason(choice: Choice, outcome: Outcome, last: Choice | None, ties: Sequence[str]) -> str:
    """The step that decided, as one word of a closed set (listed in README.md)."""
    match outcome:
        case Outcome.INELIGIBLE:
            return choice.ineligible_because or ""
        case Outcome.ADMITTED:
            return "place_kept" if choice.holds else "priority_reached"
        case Outcome.STRUCK:
            return "higher_choice_admitted"
        case Outcome.RESERVE:
            return _step_that_decided(choice, last, ties)


def _step_that_decided(choice: Choice, last: Choice | None, ties: Sequence[str]) -> str:
    if last is None:
        return "no_seats"
    steps = ("held_places", "reception", "timeliness", "merit", *ties)
    pairs = zip(steps, priority(last, ties), priority(choice, ties), strict=True)
    return next((step for step, theirs, own in pairs if theirs != own), ties[-1] if ties else "random")
