"""Which figures of a table must not be shown, so that no small group can be told, nor reckoned from the totals.

A count of one to four persons is withheld. Where a total would give it away, other counts of the same total are
withheld with it (complementary suppression): at least two together, and so many persons in them that any one of them
could be five. Where that cannot be had, the total itself is withheld, and protected in the same way one level up.
Practice of statistical disclosure control: a threshold on cells, and intervals that an attacker can't narrow.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

FEWEST = 5


@dataclass(frozen=True, slots=True)
class Withheld:
    """By group the positions of withheld counts, the groups whose total is withheld, and whether the whole one is."""

    cells: Mapping[str, frozenset[int]]
    totals: frozenset[str]
    whole: bool


def withheld(groups: Mapping[str, Sequence[int]], always: Mapping[str, Collection[int]] | None = None) -> Withheld:
    """What to withhold of one column of counts, in groups with a total each and a total of the whole.

    `always`: by group the positions to withhold whatever they hold, as where another figure bounds them too closely.
    """
    found: dict[str, frozenset[int]] = {}
    exposed = set()
    for group, counts in groups.items():
        small = {at for at, count in enumerate(counts) if 0 < count < FEWEST} | set((always or {}).get(group, ()))
        found[group], safe = _covered(counts, [count - 1 for count in counts], small)
        if not safe:
            exposed.add(group)
    names = list(groups)
    sums = [sum(groups[name]) for name in names]
    covers = [found[name] or _enough(groups[name]) for name in names]
    room = [_room(groups[name], cells) for name, cells in zip(names, covers, strict=True)]
    small = {at for at, name in enumerate(names) if name in exposed or 0 < sums[at] < FEWEST}
    totals, safe = _covered(sums, room, small)
    for at in totals:
        found[names[at]] = covers[at]
    return Withheld(found, frozenset(names[at] for at in totals), whole=not safe)


def _covered(counts: Sequence[int], room: Sequence[int], small: Collection[int]) -> tuple[frozenset[int], bool]:
    """The positions to withhold, and whether their total may then be shown. The smallest others are taken.

    `room`: by how much each could be less, for somebody who knows what else is shown. One of those withheld can be
    greater by as much as the others could be less, so together there must be room for five.
    """
    if not small:
        return frozenset(), True
    chosen = set(small)
    others = sorted((count, at) for at, count in enumerate(counts) if at not in chosen and count)
    while len(chosen) < 2 or sum(room[at] for at in chosen) + 1 < FEWEST:
        if not others:
            return frozenset(chosen), False
        chosen.add(others.pop(0)[1])
    return frozenset(chosen), True


def _room(counts: Sequence[int], cells: Collection[int]) -> int:
    """By how much the sum could be less when these counts are withheld: none of them is known to be more than one."""
    return sum(counts[at] - 1 for at in cells)


def _enough(counts: Sequence[int]) -> frozenset[int]:
    """Counts to withhold where the total is withheld for the sake of another group's: with room for five."""
    chosen: set[int] = set()
    for at in sorted((at for at, count in enumerate(counts) if count), key=counts.__getitem__):
        if chosen and _room(counts, chosen) + 1 >= FEWEST:
            break
        chosen.add(at)
    return frozenset(chosen)
