"""The verifier's checks of seats set aside: who stands where in which pool, and that nobody was passed over in any.

Whoever is entitled goes before all others in a quota's pool, by its own measure and then by merit; reception and
timeliness go before that. Seats nobody entitled takes fall to the others. Shares no code with the engine.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from admissions.domain.audit_case import ADMITTED, RESERVE, Case, Column
from admissions.domain.verdicts import Verdict


def pool_verdicts(case: Case, ties: Sequence[str]) -> Iterator[Verdict]:
    """What is wrong inside and between the pools."""
    pools = len(case.quotas) + 1
    pool = np.zeros(len(case.rank), np.int64) if case.pool is None else case.pool.astype(np.int64)
    inside = case.said(ADMITTED)
    unknown = (pool < 0) | (pool >= pools) | (~inside & (pool != 0))
    yield from case.verdicts("unknown_pool", unknown)
    if unknown.any():
        return
    turn = _turns(case)
    sits_at = np.where(inside, turn[pool, np.arange(len(pool))], np.iinfo(np.int64).max)
    room = room_of_pools(case)
    for number in range(pools):
        yield from _one_pool(case, number, inside & (pool == number), turn[number] < sits_at, room[number], ties)


def _one_pool(
    case: Case, number: int, members: Column, tried: Column, room: Column, ties: Sequence[str]
) -> Iterator[Verdict]:
    """`tried`: whose turn at this pool came before the place they have now, or in vain."""
    there = case.per_offering(members)
    yield from case.about_offerings("pool_over_capacity", there > room)
    asked = case.eligible & ~case.holds & (case.said(RESERVE) | case.said(ADMITTED)) & tried
    yield from case.verdicts("quota_seat_wasted", asked & (there < room)[case.offering])
    ahead = standing(case, ties, number)
    worst = np.full(len(case.offerings), -1)
    np.maximum.at(worst, case.offering[members], ahead[members])
    passed_over = asked & (ahead < worst[case.offering])
    yield from case.verdicts("justified_envy", passed_over & case.said(RESERVE))
    yield from case.verdicts("quota_out_of_order", passed_over & case.said(ADMITTED))


def room_of_pools(case: Case) -> list[Column]:
    """Seats of each pool by offering, the merit pool's first; those who hold a place keep it where seats were cut."""
    left = case.seats_in_use.astype(np.int64)
    aside = []
    for quota in case.quotas:
        aside.append(np.minimum(quota.seats, left))
        left = left - aside[-1]
    held_in = np.zeros(len(case.rank), np.int64) if case.held_in is None else case.held_in
    return [
        np.maximum(seats, case.per_offering(case.holds & (held_in == number)))
        for number, seats in enumerate([left, *aside])
    ]


def _turns(case: Case) -> Column:
    """For each pool and choice when it is tried there: own quotas and the merit pool in order, then the others'."""
    pools = len(case.quotas) + 1
    turns = np.zeros((pools, len(case.rank)), np.int64)
    turns[0] = 2 * case.quotas_first + 1
    for number, quota in enumerate(case.quotas, start=1):
        own = 2 * number if number <= case.quotas_first else 2 * number + 2
        turns[number] = np.where(quota.entitled, own, 2 * pools + 2 + number)
    return turns


def standing(case: Case, ties: Sequence[str], pool: int = 0) -> Column:
    """Smaller stands further ahead: held place, first hand, in time, quota, merit, tie-breakers; alike are equal.

    Only those admitted and in reserve are compared.
    """
    asked = np.flatnonzero(case.said(ADMITTED) | case.said(RESERVE))
    columns = (~case.holds, case.hand, ~case.timely, *_quota_columns(case, pool), -case.merit, *_tied(case, ties))
    compared = [column[asked] for column in columns]
    order = np.lexsort(compared[::-1])
    further = np.zeros(len(order), bool)
    for column in compared:
        further[1:] |= column[order][1:] != column[order][:-1]
    found = np.zeros(len(case.outcome), np.int64)
    found[asked[order]] = np.cumsum(further)
    return found


def _quota_columns(case: Case, pool: int) -> list[Column]:
    if pool == 0:
        return []
    quota = case.quotas[pool - 1]
    columns: list[Column] = [~quota.entitled]
    if quota.measure is not None:
        columns.append(np.where(quota.entitled, -quota.measure.astype(np.int64), 0))
    return columns


def _tied(case: Case, ties: Sequence[str]) -> Iterator[Column]:
    for tie in ties:
        if tie == "rank":
            yield case.rank
        elif tie == "random":
            yield case.random[case.applicant]
        else:
            values = case.grade_value if tie == "grade_value" else case.number_of_grades
            if values is None:
                raise ValueError(f"The tie-breaker {tie} needs its column.")
            yield -values.astype(np.int64)[case.applicant]
