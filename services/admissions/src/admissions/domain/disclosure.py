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
        found[group], safe = _covered(counts, small)
        if not safe:
            exposed.add(group)
    names = list(groups)
    sums = [sum(groups[name]) for name in names]
    small = {at for at, name in enumerate(names) if name in exposed or 0 < sums[at] < FEWEST}
    totals, safe = _covered(sums, small)
    for at in totals:
        if not found[names[at]]:
            found[names[at]] = _enough(groups[names[at]])
    return Withheld(found, frozenset(names[at] for at in totals), whole=not safe)


def _covered(counts: Sequence[int], small: Collection[int]) -> tuple[frozenset[int], bool]:
    """The positions to withhold, and whether their total may then be shown. The smallest others are taken."""
    if not small:
        return frozenset(), True
    chosen = set(small)
    others = sorted((count, at) for at, count in enumerate(counts) if at not in chosen and count)
    while not _hides([counts[at] for at in chosen]):
        if not others:
            return frozenset(chosen), False
        chosen.add(others.pop(0)[1])
    return frozenset(chosen), True


def _hides(counts: Sequence[int]) -> bool:
    """Whether any one of them could be five or more, for somebody who knows their sum and that none is zero."""
    return len(counts) > 1 and sum(counts) - (len(counts) - 1) >= FEWEST


def _enough(counts: Sequence[int]) -> frozenset[int]:
    """Counts to withhold where the total is withheld for the sake of another group's: five persons at least."""
    chosen: set[int] = set()
    for at in sorted((at for at, count in enumerate(counts) if count), key=counts.__getitem__):
        if sum(counts[one] for one in chosen) - max(len(chosen) - 1, 0) >= FEWEST:
            break
        chosen.add(at)
    return frozenset(chosen)
