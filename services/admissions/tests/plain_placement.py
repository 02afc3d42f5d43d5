"""Placement once more, one applicant at a time with heaps: plain enough to be read against the rules.

It shares nothing with the engine and is what the engine is held against.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from heapq import heappush, heappushpop

from services.admissions.tests.by_objects import PLAIN, Choice, Terms

Standing = tuple[int | str, ...]


def standing(choice: Choice, ties: Sequence[str] = ("random",)) -> Standing:
    """Lower goes first; the applicant stands last only to make the order total."""
    values = {"rank": choice.rank, "random": choice.random}
    values |= {"grade_value": -choice.grade_value, "number_of_grades": -choice.number_of_grades}
    broken = (values[tie] for tie in ties)
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


def plain_in_pools(
    choices: Iterable[Choice], seats: Mapping[str, int], terms: Terms = PLAIN, ties: Sequence[str] = ("random",)
) -> dict[str, tuple[str, str]]:
    """Applicant to offering and pool: every seat is offered to whoever stands first at it, one refusal at a time.

    Each pool keeps the best of those who asked; whoever is turned away asks the next pool, or the next choice.
    """
    by_applicant: dict[str, list[Choice]] = defaultdict(list)
    for choice in sorted(choices, key=lambda choice: choice.rank):
        if choice.eligible:
            by_applicant[choice.applicant].append(choice)
    everyone = [choice for own in by_applicant.values() for choice in own]
    held = Counter((choice.offering, choice.held_in) for choice in everyone if choice.holds)

    def room(offering: str, pool: str) -> int:
        return max(_share(offering, pool, seats, terms), held[offering, pool])

    asks = {name: [(c, pool) for c in own for pool in _pools(c, terms, room)] for name, own in by_applicant.items()}
    kept: dict[tuple[str, str], list[Choice]] = defaultdict(list)
    placed: dict[str, tuple[str, str]] = {}
    turned = dict.fromkeys(asks, 0)
    while waiting := [name for name in asks if name not in placed and turned[name] < len(asks[name])]:
        choice, pool = asks[waiting[0]][turned[waiting[0]]]
        turned[waiting[0]] += 1
        inside = kept[choice.offering, pool]
        inside.append(choice)
        placed[choice.applicant] = choice.offering, pool
        inside.sort(key=lambda each: _standing_in(each, pool, ties))
        if len(inside) > room(choice.offering, pool):
            del placed[inside.pop().applicant]
    return placed


def _pools(choice: Choice, terms: Terms, room: Callable[[str, str], int]) -> list[str]:
    if choice.holds:
        return [choice.held_in]
    own = [pool for pool in terms.order if pool == "merit" or choice.entitled(pool)]
    return [*own, *(pool for pool in terms.names if pool not in own and room(choice.offering, pool))]


def _share(offering: str, pool: str, seats: Mapping[str, int], terms: Terms) -> int:
    left = seats.get(offering, 0)
    for name in terms.names:
        aside = min(left, terms.seats[name].get(offering, 0))
        if name == pool:
            return aside
        left -= aside
    return left


def _standing_in(choice: Choice, pool: str, ties: Sequence[str]) -> Standing:
    entitled = pool != "merit" and choice.entitled(pool)
    measure = dict(choice.quotas)[pool] if entitled else 0
    held, hand, late, *rest = standing(choice, ties)
    return (held, hand, late, not entitled if pool != "merit" else 0, -measure, *rest)
