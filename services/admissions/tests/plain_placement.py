"""Placement once more, one applicant at a time with heaps: plain enough to be read against the rules.

It shares nothing with the engine and is what the engine is held against.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import heappush, heappushpop

from admissions.domain.placement import Choice

Standing = tuple[int | str, ...]


def standing(choice: Choice, ties: Sequence[str] = ("random",)) -> Standing:
    """Lower goes first; the applicant stands last only to make the order total."""
    broken = ({"rank": choice.rank, "random": choice.random}[tie] for tie in ties)
    return (not choice.holds, choice.hand, not choice.timely, -choice.merit, *broken, choice.applicant)


def plain(choices: Iterable[Choice], seats: Mapping[str, int], ties: Sequence[str] = ("random",)) -> dict[str, str]:
    """Applicant to the offering that keeps them."""
    ordered = sorted(choices, key=lambda choice: choice.rank)
    order = {id(c): -at for at, c in enumerate(sorted(ordered, key=lambda choice: standing(choice, ties)))}
    wishes: dict[str, list[Choice]] = defaultdict(list)
    for choice in reversed(ordered):
        if choice.eligible:
            wishes[choice.applicant].append(choice)
    held = defaultdict(int, {c.offering: sum(o.holds for o in ordered if o.offering == c.offering) for c in ordered})
    kept: dict[str, list[tuple[int, str]]] = defaultdict(list)
    waiting = list(wishes)
    while waiting:
        applicant = waiting.pop()
        if not wishes[applicant]:
            continue
        choice = wishes[applicant].pop()
        seat, inside = (order[id(choice)], applicant), kept[choice.offering]
        if len(inside) < max(seats.get(choice.offering, 0), held[choice.offering]):
            heappush(inside, seat)
        else:
            waiting.append(heappushpop(inside, seat)[1] if inside else applicant)
    return {applicant: offering for offering, inside in kept.items() for _, applicant in inside}
