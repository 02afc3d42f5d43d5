"""The matching itself: applicant-proposing deferred acceptance over columns, all applicants at once.

Every choice gets one whole number in which smaller goes first: offering, place held, reception, timeliness, merit,
tie-breakers, and last what tells the choice apart. `proposing` does the rest. With quotas, choices bid for pools of
seats (`bidding`), and the offering's queue stays one list.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from admissions.domain.bidding import bids
from admissions.domain.proposing import groups, propose, runs
from admissions.domain.wishes import (
    ADMITTED,
    INELIGIBLE,
    MERIT_POOL,
    RESERVE,
    STRUCK,
    Column,
    Matched,
    TooLarge,
    Whole,
    Wishes,
    check_ties,
    steps,
)

_SECOND_HAND = 2
_WIDEST = 63


@dataclass(frozen=True, slots=True)
class _Order:
    """Every choice's number in `key`, and how to read numbers.

    `key >> offering_at` is the offering; `ends`: how many bits lie below each step but the last; `first`: each
    applicant's first choice; `drawn`: the applicants by turn.
    """

    key: Whole
    offering_at: int
    ends: tuple[int, ...]
    first: Whole
    drawn: Whole
    position_bits: int

    def choices(self, keys: Whole) -> Whole:
        """The choices that have these numbers."""
        turn = (keys >> self.position_bits) & ((1 << len(self.drawn).bit_length()) - 1)
        found: Whole = self.first[self.drawn[turn]] + (keys & ((1 << self.position_bits) - 1))
        return found


def match(wishes: Wishes, ties: Sequence[str] = ("random",)) -> Matched:
    """Who gets which seat, who waits where. Raises UnknownTies and TooLarge."""
    check_ties(ties)
    size, offerings = len(wishes.applicant), len(wishes.seats)
    queue, step, pool = np.zeros(size, np.int32), np.zeros(size, np.uint8), np.zeros(size, np.uint8)
    last = np.full(offerings, -1, np.int64)
    if not size:
        return Matched(np.empty(0, np.uint8), queue, step, pool, last)
    order = _order(wishes, ties)
    if any(quota.seats.any() for quota in wishes.quotas) or (wishes.held_in is not None and wishes.held_in.any()):
        admitted, seated = _by_bids(wishes, order, ties, pool)
    else:
        seated = _seat(wishes, order)
        admitted = order.choices(seated)
    outcome = _outcomes(wishes, admitted)
    waiting = np.sort(order.key[outcome == RESERVE])
    places = order.choices(waiting)
    queue[places] = _queue(waiting >> order.offering_at)
    # by priority, so that the last one written is the last one admitted
    last_key = np.full(offerings, -1, np.int64)
    last_key[seated >> order.offering_at] = seated
    step[places] = _deciding_step(order, waiting, last_key)
    taken = last_key >= 0
    last[taken] = order.choices(last_key[taken])
    return Matched(outcome, queue, step, pool, last)


def _seat(wishes: Wishes, order: _Order) -> Whole:
    """Deferred acceptance; the numbers of the choices that are kept in the end."""
    chosen = np.bincount(wishes.offering, minlength=len(wishes.seats))
    held = np.bincount(wishes.offering[wishes.holds], minlength=len(wishes.seats))
    # those who hold a place keep it even where seats have since been cut
    capacity = np.minimum(np.maximum(wishes.seats, held), chosen).astype(np.int64)
    return propose(order.key, order.offering_at, wishes.applicant, wishes.eligible, capacity, order.choices)


def _by_bids(wishes: Wishes, order: _Order, ties: Sequence[str], pool: NDArray[np.uint8]) -> tuple[Whole, Whole]:
    """The choices admitted, and in order the numbers of those admitted on the priority common to all.

    Writes into `pool` whose seats they are.
    """
    asked = bids(wishes)
    bid_order = _order(asked.wishes, ties)
    kept = bid_order.choices(_seat(asked.wishes, bid_order))
    admitted = asked.choice[kept]
    pool[admitted] = asked.pool[kept]
    common = (asked.pool[kept] == MERIT_POOL) | asked.others[kept]
    return admitted, np.sort(order.key[admitted[common]])


def _order(wishes: Wishes, ties: Sequence[str]) -> _Order:
    counts = np.bincount(wishes.applicant, minlength=len(wishes.random))
    first = np.cumsum(counts) - counts
    drawn = np.argsort(wishes.random, kind="stable") if "random" in ties else np.arange(len(counts))
    turn = np.empty(len(drawn), np.int32)
    turn[drawn] = np.arange(len(drawn), dtype=np.int32)
    position = np.arange(len(wishes.applicant), dtype=np.int32)
    position -= first.astype(np.int32)[wishes.applicant]
    fields = [
        (wishes.offering, len(wishes.seats).bit_length()),
        *_priority(wishes, ties),
        (turn[wishes.applicant], len(drawn).bit_length()),
        (position, int(counts.max()).bit_length()),
    ]
    fields = _narrow_enough(fields)
    ends = np.cumsum([bits for _, bits in reversed(fields)])[::-1].tolist()
    compared = len(steps(ties)) - 2
    return _Order(_packed(fields), ends[1], tuple(ends[2 : 2 + compared]), first, drawn, fields[-1][1])


def _priority(wishes: Wishes, ties: Sequence[str]) -> list[tuple[Column, int]]:
    """What is compared, smaller first, with the bits it needs."""
    broken = [_tie(wishes, tie) for tie in ties if tie != "random"]
    return [
        (~wishes.holds, 1), (wishes.hand == _SECOND_HAND, 1), (~wishes.timely, 1), _highest_first(wishes.merit), *broken
    ]  # fmt: skip


def _tie(wishes: Wishes, tie: str) -> tuple[Column, int]:
    if tie == "rank":
        return wishes.rank, int(wishes.rank.max()).bit_length()
    values = wishes.grade_value if tie == "grade_value" else wishes.number_of_grades
    if values is None:
        raise ValueError(f"The tie-breaker {tie} needs its column.")
    return _highest_first(values[wishes.applicant])


def _highest_first(values: Column) -> tuple[Column, int]:
    top = int(values.max())
    return top - values, (top - int(values.min())).bit_length()


def _narrow_enough(fields: list[tuple[Column, int]]) -> list[tuple[Column, int]]:
    """Fields that fit in one number: when they do not as they are, only the order within each one is kept."""
    if sum(bits for _, bits in fields) > _WIDEST:
        keep = len(fields) - 2
        compact = [np.unique(column, return_inverse=True)[1] for column, _ in fields[1:keep]]
        fields = [fields[0], *((c, int(c.max()).bit_length()) for c in compact), *fields[keep:]]
    if sum(bits for _, bits in fields) > _WIDEST:
        raise TooLarge
    return fields


def _packed(fields: Sequence[tuple[Column, int]]) -> Whole:
    key = fields[0][0].astype(np.int64)
    for column, bits in fields[1:]:
        key <<= bits
        key |= column
    return key


def _outcomes(wishes: Wishes, admitted: Whole) -> NDArray[np.uint8]:
    """Below the admitted choice: struck. Above it, or all when there is none: reserve. Ineligible ones anywhere."""
    size = len(wishes.applicant)
    reached = np.full(len(wishes.random), size, np.int32)
    reached[wishes.applicant[admitted]] = admitted
    outcome = np.full(size, RESERVE, np.uint8)
    outcome[np.arange(size, dtype=np.int32) > reached[wishes.applicant]] = STRUCK
    outcome[admitted] = ADMITTED
    outcome[~wishes.eligible] = INELIGIBLE
    return outcome


def _queue(offerings: Whole) -> Whole:
    """1, 2, … within each offering, of reserves in order of priority."""
    begins, lengths = groups(offerings)
    return runs(np.ones_like(begins), lengths)


def _deciding_step(order: _Order, waiting: Whole, last: Whole) -> NDArray[np.uint8]:
    """The first step at which a reserve and the last one admitted to the same offering differ."""
    theirs = last[waiting >> order.offering_at]
    differ = waiting ^ theirs
    step = np.zeros(len(waiting), np.uint8)
    for end in order.ends:
        step += (differ >> end) == 0
    step[theirs < 0] = len(order.ends) + 1
    return step
