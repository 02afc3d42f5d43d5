"""Deferred acceptance itself, over numbers: all without a seat propose at once, each seat keeps the smallest."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]
Whole = NDArray[np.int64]


def propose(
    keys: Whole,
    offering_at: int,
    applicant: Column,
    eligible: Column,
    capacity: Whole,
    choices: Callable[[Whole], Whole],
) -> Whole:
    """The numbers of the choices that are kept in the end, in order.

    `keys`: each choice's number, `key >> offering_at` being what it asks a seat of; smaller goes first. Choices stand
    by applicant and preference. `choices` gives the choices that have some numbers.
    """
    seats = _Seats(capacity, offering_at)
    last = np.append(applicant[1:] != applicant[:-1], True)
    proposed = np.flatnonzero(np.append(True, last[:-1]))
    while proposed.size:
        asked = keys[proposed]
        reaches = eligible[proposed] & (asked <= seats.limit[asked >> offering_at])
        displaced = choices(seats.take(asked[reaches]))
        away = np.concatenate((proposed[~reaches], displaced))
        proposed = away[~last[away]] + 1
    return seats.taken()


class _Seats:
    """Who sits where: each offering's seats side by side in one array, its holders in order of priority."""

    def __init__(self, capacity: Whole, offering_at: int) -> None:
        self._capacity = capacity
        self._begin = np.cumsum(self._capacity) - self._capacity
        self._filled = np.zeros_like(self._capacity)
        # an empty seat has a number above all that may take it, so that the whole array stays in order
        self._holders = np.repeat(np.arange(1, len(self._capacity) + 1) << offering_at, self._capacity) - 1
        self._offering_at = offering_at
        self.limit = np.where(self._capacity > 0, np.iinfo(np.int64).max, -1)

    def take(self, keys: Whole) -> Whole:
        """Seat these and return those who have no seat now, whether just come or displaced. Sorts `keys` in place."""
        keys.sort()
        best, new = groups(keys >> self._offering_at)
        touched = keys[best] >> self._offering_at
        # those ahead of the best newcomer are not in question
        begin = np.searchsorted(self._holders, keys[best])
        ahead = begin - self._begin[touched]
        held, room = self._filled[touched] - ahead, self._capacity[touched] - ahead
        contending = np.concatenate((self._holders[runs(begin, held)], keys))
        contending.sort(kind="stable")  # two runs in order: merged in one go
        total = held + new
        kept = np.minimum(total, room)
        inside = runs(total.cumsum() - total, kept)
        self._holders[runs(begin, kept)] = contending[inside]
        self._filled[touched] = ahead + kept
        full = touched[kept == room]
        self.limit[full] = self._holders[self._begin[full] + self._capacity[full] - 1]
        outside = np.ones(len(contending), bool)
        outside[inside] = False
        return contending[outside]

    def taken(self) -> Whole:
        """The numbers of all who sit, by offering and priority."""
        return self._holders[runs(self._begin, self._filled)]


def runs(begins: Whole, lengths: Whole) -> Whole:
    """begin, begin + 1, … for each run, one after the other."""
    until = lengths.cumsum()
    found: Whole = (begins - until + lengths).repeat(lengths)
    found += np.arange(len(found))
    return found


def groups(ordered: Column) -> tuple[Whole, Whole]:
    """Where each run of equal values begins, and how long it is."""
    new = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    begins = new.nonzero()[0]
    lengths = np.empty_like(begins)
    lengths[:-1] = begins[1:] - begins[:-1]
    lengths[-1:] = len(ordered) - begins[-1:]
    return begins, lengths
