"""Placement: applicant-proposing deferred acceptance over all offerings at once.

Every applicant is tried at the highest choice first and keeps the highest one that their priority reaches. Priority at
an offering: a place already held there, reception (first before second hand, SL 16:47), timeliness, merit, then the
region's tie-breakers. Lower choices are struck, higher ones stay in reserve with a place in the queue.
The outcome is stable and does not depend on the order in which applicants are tried. `matching` does the work over
columns; here choices become columns and the answer becomes decisions.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

import numpy as np

from admissions.domain.matching import ADMITTED, RESERVE, STRUCK, Wishes, match, steps

ENGINE = "columns-1"
LOTTERY_BITS = 53
"""Drawn numbers fit in the integers that JSON readers keep exact."""


class Outcome(StrEnum):
    """What may become of a choice, in the order of matching's numbers."""

    ADMITTED = "admitted"
    RESERVE = "reserve"
    STRUCK = "struck"
    INELIGIBLE = "ineligible"


OUTCOMES = tuple(Outcome)


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


def lottery_number(seed: int, applicant: str) -> int:
    """The applicant's number in the draw of this seed; the same wherever and whenever it is drawn."""
    digest = blake2b(f"{seed}:{applicant}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> (64 - LOTTERY_BITS)


def place(choices: Iterable[Choice], seats: Mapping[str, int], ties: Sequence[str] = ("random",)) -> list[Decision]:
    """One decision per choice, by applicant and rank. Raises UnknownTies and TooLarge.

    `seats` per offering; those who hold a place keep it even where seats have since been cut.
    """
    ordered = sorted(choices, key=lambda choice: (choice.applicant, choice.rank))
    matched = match(_columns(ordered, seats), ties)
    names = steps(ties)
    rows = zip(ordered, matched.outcome.tolist(), matched.queue.tolist(), matched.step.tolist(), strict=True)
    return [
        Decision(
            applicant=choice.applicant,
            rank=choice.rank,
            offering=choice.offering,
            outcome=OUTCOMES[outcome],
            queue=queue or None,
            reason=_reason(choice, outcome, names[step]),
        )
        for choice, outcome, queue, step in rows
    ]


def _columns(ordered: Sequence[Choice], seats: Mapping[str, int]) -> Wishes:
    """Applicants are numbered as they come, so that the id settles what nothing else does."""
    random = {choice.applicant: choice.random for choice in ordered}
    applicants = {name: number for number, name in enumerate(random)}
    offerings = {name: number for number, name in enumerate(sorted({*seats, *(c.offering for c in ordered)}))}
    return Wishes(
        applicant=_whole(applicants[choice.applicant] for choice in ordered),
        rank=_whole(choice.rank for choice in ordered),
        offering=_whole(offerings[choice.offering] for choice in ordered),
        hand=_whole(choice.hand for choice in ordered),
        timely=np.fromiter((choice.timely for choice in ordered), bool),
        merit=_whole(choice.merit for choice in ordered),
        holds=np.fromiter((choice.holds for choice in ordered), bool),
        eligible=np.fromiter((choice.eligible for choice in ordered), bool),
        random=_whole(random.values()),
        seats=_whole(seats.get(name, 0) for name in offerings),
    )


def _whole(values: Iterable[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.fromiter(values, np.int64)


def _reason(choice: Choice, outcome: int, step: str) -> str:
    """The step that decided, as one word of a closed set (listed in README.md)."""
    if outcome == ADMITTED:
        return "place_kept" if choice.holds else "priority_reached"
    if outcome == RESERVE:
        return step
    return "higher_choice_admitted" if outcome == STRUCK else choice.ineligible_because or ""
