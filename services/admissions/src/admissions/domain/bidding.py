"""Quotas: a choice of an offering with seats set aside becomes several bids, one for each pool it may get a seat of.

A seat set aside goes first to those entitled to it; when nobody of them asks for it, it falls to the others by their
common priority. So every seat has one strict order over all bids, and deferred acceptance over bids is stable and gives
nobody reason to wish falsely. Reception and timeliness stand before the quota: no quota lets second hand displace first
hand (SL 16:47), nor a late choice a timely one.
"""

from dataclasses import dataclass

import numpy as np

from admissions.domain.wishes import MERIT_POOL, Column, Quota, Whole, Wishes, shares


@dataclass(frozen=True, slots=True)
class Bids:
    """`wishes` over bids, whose offerings are pools. `choice`: the choice of each bid; `pool`: 0 merit, n the nth
    quota.

    `others`: whether it is a bid for a quota's seat by one who is not entitled to it.
    """

    wishes: Wishes
    choice: Whole
    pool: Column
    others: Column


def bids(asked: Wishes) -> Bids:
    """Every choice's bids, by applicant and preference."""
    seats = shares(asked.seats, asked.quotas)
    choice, pool, others = _listed(asked, seats)
    width = len(seats)
    sub_seats = np.stack(seats, axis=1).reshape(-1)
    wishes = Wishes(
        applicant=asked.applicant[choice],
        rank=asked.rank[choice],
        offering=asked.offering[choice].astype(np.int64) * width + pool,
        hand=asked.hand[choice],
        timely=asked.timely[choice],
        merit=_compared(asked, choice, pool, others),
        holds=asked.holds[choice],
        eligible=asked.eligible[choice],
        random=asked.random,
        seats=sub_seats,
        grade_value=asked.grade_value,
        number_of_grades=asked.number_of_grades,
    )
    return Bids(wishes, choice, pool, others)


def _listed(asked: Wishes, seats: list[Column]) -> tuple[Whole, Column, Column]:
    """For each bid its choice, its pool, and whether it bids as one of the others; in order of preference."""
    held = asked.holds
    parts = [np.flatnonzero(held)]
    pools = [np.zeros(len(parts[0]), np.int64) if asked.held_in is None else asked.held_in[parts[0]].astype(np.int64)]
    turns, lasts = [np.zeros(len(parts[0]), np.int64)], [_by_no_right(asked, parts[0], pools[0])]
    there = [
        share + np.bincount(asked.offering[parts[0][pools[0] == pool]], minlength=len(share))
        for pool, share in enumerate(seats)
    ]
    for turn, (pool, others) in enumerate(_sequence(asked)):
        wanted = np.flatnonzero(~held & _may(asked, there, pool, others=others))
        parts.append(wanted)
        pools.append(np.full(len(wanted), pool))
        turns.append(np.full(len(wanted), turn))
        lasts.append(np.full(len(wanted), others))
    choice, turn_of = np.concatenate(parts), np.concatenate(turns)
    order = np.lexsort((turn_of, choice))
    return choice[order], np.concatenate(pools)[order], np.concatenate(lasts)[order]


def _sequence(asked: Wishes) -> list[tuple[int, bool]]:
    """The pools in the order an applicant is tried at them, and at last the quotas' seats that nobody entitled took."""
    numbers = list(range(1, len(asked.quotas) + 1))
    own = [*numbers[: asked.quotas_first], MERIT_POOL, *numbers[asked.quotas_first :]]
    return [*((pool, False) for pool in own), *((pool, True) for pool in numbers)]


def _by_no_right(asked: Wishes, choice: Whole, pool: Column) -> Column:
    """Who holds a quota's seat that fell to them because nobody entitled asked for it."""
    found = np.zeros(len(choice), bool)
    for number, quota in enumerate(asked.quotas, start=1):
        found |= (pool == number) & ~quota.entitled[choice]
    return found


def _may(asked: Wishes, seats: list[Column], pool: int, *, others: bool) -> Column:
    """Which choices bid there; `seats`: there are, or are held. Everyone bids for the merit pool, so that every choice
    has a bid.
    """
    if pool == MERIT_POOL:
        return np.ones(len(asked.offering), bool)
    entitled = asked.quotas[pool - 1].entitled
    wanted: Column = (seats[pool] > 0)[asked.offering] & (~entitled if others else entitled)
    return wanted


def _compared(asked: Wishes, choice: Whole, pool: Column, others: Column) -> Column:
    """Merit, but where a quota has a measure of its own: that, then merit. Smaller and greater only count in a pool.

    One entitled stands before all others in a quota's pool.
    """
    merit = asked.merit[choice].astype(np.int64)
    own = np.zeros(len(choice), np.int64)
    for number, quota in enumerate(asked.quotas, start=1):
        entitled = (pool == number) & ~others & quota.entitled[choice]
        own[entitled] = 1 + _value(quota, choice[entitled])
    if not own.any():
        return merit
    low = int(merit.min())
    width = int(merit.max()) - low + 1
    compared: Column = own * width + (merit - low)
    return compared


def _value(quota: Quota, choice: Whole) -> Column:
    if quota.value is None:
        return np.zeros(len(choice), np.int64)
    value: Column = quota.value[choice].astype(np.int64)
    return value
