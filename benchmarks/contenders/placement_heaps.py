"""The plain way: one applicant at a time, a heap per offering."""

from heapq import heappush, heappushpop
from typing import Any

import numpy as np

from admissions.domain.wishes import Wishes
from benchmarks.clock import Clock, Outcome
from benchmarks.contenders.placement_ours import digest
from benchmarks.national import wishes


async def run(given: dict[str, Any]) -> Outcome:
    """From lists of choices to who sits where; no queues, no outcomes."""
    asked = wishes(given["applicants"])
    lists = _lists(asked)
    seats = asked.seats.tolist()
    clock = Clock()
    admitted = _place(lists, seats)
    outcome = clock.stop(len(asked.rank))
    outcome.notes["admitted"] = digest(np.array(admitted, np.int64))
    return outcome


def _lists(asked: Wishes) -> list[list[tuple[int, int, tuple[int, ...]]]]:
    """Per applicant, last choice first: the choice, its offering and its priority; eligible ones only."""
    columns = (asked.applicant, asked.offering, asked.hand, ~asked.timely, -asked.merit, asked.eligible)
    random = asked.random.tolist()
    lists: list[list[tuple[int, int, tuple[int, ...]]]] = [[] for _ in random]
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    for choice in range(len(rows) - 1, -1, -1):
        applicant, offering, hand, late, merit, eligible = rows[choice]
        if eligible:
            lists[applicant].append((choice, offering, (-hand, -late, -merit, -random[applicant])))
    return lists


def _place(lists: list[list[tuple[int, int, tuple[int, ...]]]], seats: list[int]) -> list[int]:
    kept: list[list[tuple[tuple[int, ...], int, int]]] = [[] for _ in seats]
    waiting = list(range(len(lists)))
    while waiting:
        applicant = waiting.pop()
        if not lists[applicant]:
            continue
        choice, offering, priority = lists[applicant].pop()
        seat, inside = (priority, applicant, choice), kept[offering]
        if len(inside) < seats[offering]:
            heappush(inside, seat)
        else:
            waiting.append(heappushpop(inside, seat)[1] if inside else applicant)
    return [choice for inside in kept for _, _, choice in inside]
