"""The matching itself: applicant-proposing deferred acceptance over columns, all applicants at once.

Every choice gets one whole number in which smaller goes first: offering, place held, reception, timeliness, merit,
tie-breakers, and last what tells the choice apart. In each round all who have no place propose to their next choice;
each offering keeps the smallest numbers it has seats for, and only those turned away propose again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]
Whole = NDArray[np.int64]

ADMITTED, RESERVE, STRUCK, INELIGIBLE = range(4)
_STEPS = ("held_places", "reception", "timeliness", "merit")
_SECOND_HAND = 2
_WIDEST = 63


class UnknownTies(ValueError):
    """Tie-breakers are `rank` and `random`, each once; after `random` nothing is left to break."""


class TooLarge(ValueError):
    """So many applicants, offerings and differing merit values cannot be compared in one number of 63 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """All choices of a round as columns, one entry a choice, ordered by applicant and then rank.

    `applicant` and `offering` are numbers from 0. `hand` 1 or 2, `merit` in any whole unit; `timely`, `holds` and
    `eligible` are bool. One entry per applicant: `random` (lower goes first). One entry per offering: `seats`.
    """

    applicant: Column
    rank: Column
    offering: Column
    hand: Column
    timely: Column
    merit: Column
    holds: Column
    eligible: Column
    random: Column
    seats: Column


@dataclass(frozen=True, slots=True)
class Matched:
    """One entry a choice: `outcome` (ADMITTED, …), `queue` (1, 2, … for reserves, else 0) and `step`.

    `step`: for reserves the number of the step, of `steps(ties)`, at which the last one admitted was ahead.
    """

    outcome: NDArray[np.uint8]
    queue: NDArray[np.int32]
    step: NDArray[np.uint8]


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


def check_ties(ties: Sequence[str]) -> None:
    """Raises UnknownTies."""
    if tuple(ties) not in ((), ("rank",), ("random",), ("rank", "random")):
        raise UnknownTies(", ".join(ties))


def steps(ties: Sequence[str]) -> tuple[str, ...]:
    """The names of the steps that can decide, in order; the last is said where nobody was given a seat."""
    return (*_STEPS, *(ties or ("random",)), "no_seats")


def match(wishes: Wishes, ties: Sequence[str] = ("random",)) -> Matched:
    """Who gets which seat, who waits where. Raises UnknownTies and TooLarge."""
    check_ties(ties)
    size = len(wishes.applicant)
    queue, step = np.zeros(size, np.int32), np.zeros(size, np.uint8)
    if not size:
        return Matched(np.empty(0, np.uint8), queue, step)
    order = _order(wishes, ties)
    seated = _propose(wishes, order)
    outcome = _outcomes(wishes, order.choices(seated))
    waiting = np.sort(order.key[outcome == RESERVE])
    places = order.choices(waiting)
    queue[places] = _queue(waiting >> order.offering_at)
    step[places] = _deciding_step(order, waiting, seated, len(wishes.seats))
    return Matched(outcome, queue, step)


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
    top = int(wishes.merit.max())
    merit = (top - wishes.merit, (top - int(wishes.merit.min())).bit_length())
    rank = [(wishes.rank, int(wishes.rank.max()).bit_length())] if "rank" in ties else []
    return [(~wishes.holds, 1), (wishes.hand == _SECOND_HAND, 1), (~wishes.timely, 1), merit, *rank]


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


def _propose(wishes: Wishes, order: _Order) -> Whole:
    """Deferred acceptance; the numbers of the choices that are kept in the end."""
    seats = _Seats(wishes, order.offering_at)
    last = np.append(wishes.applicant[1:] != wishes.applicant[:-1], True)
    proposed = np.flatnonzero(np.append(True, last[:-1]))
    while proposed.size:
        keys = order.key[proposed]
        reaches = wishes.eligible[proposed] & (keys <= seats.limit[keys >> order.offering_at])
        displaced = order.choices(seats.take(keys[reaches]))
        away = np.concatenate((proposed[~reaches], displaced))
        proposed = away[~last[away]] + 1
    return seats.taken()


class _Seats:
    """Who sits where: each offering's seats side by side in one array, its holders in order of priority."""

    def __init__(self, wishes: Wishes, offering_at: int) -> None:
        chosen = np.bincount(wishes.offering, minlength=len(wishes.seats))
        held = np.bincount(wishes.offering[wishes.holds], minlength=len(wishes.seats))
        # those who hold a place keep it even where seats have since been cut
        self._capacity = np.minimum(np.maximum(wishes.seats, held), chosen).astype(np.int64)
        self._begin = np.cumsum(self._capacity) - self._capacity
        self._filled = np.zeros_like(self._capacity)
        # an empty seat has a number above all that may take it, so that the whole array stays in order
        self._holders = np.repeat(np.arange(1, len(self._capacity) + 1) << offering_at, self._capacity) - 1
        self._offering_at = offering_at
        self.limit = np.where(self._capacity > 0, np.iinfo(np.int64).max, -1)

    def take(self, keys: Whole) -> Whole:
        """Seat these and return those who have no seat now, whether just come or displaced. Sorts `keys` in place."""
        keys.sort()
        best, new = _groups(keys >> self._offering_at)
        touched = keys[best] >> self._offering_at
        # those ahead of the best newcomer are not in question
        begin = np.searchsorted(self._holders, keys[best])
        ahead = begin - self._begin[touched]
        held, room = self._filled[touched] - ahead, self._capacity[touched] - ahead
        contending = np.concatenate((self._holders[_runs(begin, held)], keys))
        contending.sort(kind="stable")  # two runs in order: merged in one go
        total = held + new
        kept = np.minimum(total, room)
        inside = _runs(total.cumsum() - total, kept)
        self._holders[_runs(begin, kept)] = contending[inside]
        self._filled[touched] = ahead + kept
        full = touched[kept == room]
        self.limit[full] = self._holders[self._begin[full] + self._capacity[full] - 1]
        outside = np.ones(len(contending), bool)
        outside[inside] = False
        return contending[outside]

    def taken(self) -> Whole:
        """The numbers of all who sit, by offering and priority."""
        return self._holders[_runs(self._begin, self._filled)]


def _runs(begins: Whole, lengths: Whole) -> Whole:
    """begin, begin + 1, … for each run, one after the other."""
    until = lengths.cumsum()
    runs: Whole = (begins - until + lengths).repeat(lengths)
    runs += np.arange(len(runs))
    return runs


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


def _groups(ordered: Whole) -> tuple[Whole, Whole]:
    """Where each run of equal values begins, and how long it is."""
    new = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    begins = new.nonzero()[0]
    lengths = np.empty_like(begins)
    lengths[:-1] = begins[1:] - begins[:-1]
    lengths[-1:] = len(ordered) - begins[-1:]
    return begins, lengths


def _queue(offerings: Whole) -> Whole:
    """1, 2, … within each offering, of reserves in order of priority."""
    begins, lengths = _groups(offerings)
    return _runs(np.ones_like(begins), lengths)


def _deciding_step(order: _Order, waiting: Whole, seated: Whole, offerings: int) -> NDArray[np.uint8]:
    """The first step at which a reserve and the last one admitted to the same offering differ."""
    last = np.full(offerings, -1, np.int64)
    last[seated >> order.offering_at] = seated  # by priority, so that the last one written is the last one admitted
    theirs = last[waiting >> order.offering_at]
    differ = waiting ^ theirs
    step = np.zeros(len(waiting), np.uint8)
    for end in order.ends:
        step += (differ >> end) == 0
    step[theirs < 0] = len(order.ends) + 1
    return step
