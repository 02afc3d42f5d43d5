"""Made-up wishes: programmes by popularity and ability, schools by nearness."""

from collections.abc import Mapping, Sequence
from math import exp
from random import Random

from samverk.demo.persons import Person
from samverk.demo.region import Offering, Programme, Region

MOST_CHOICES = 8
_HOW_MANY = (8, 14, 22, 22, 16, 9, 5, 4)
_AT_HOME, _NEAR, _FAR = 1.0, 0.28, 0.035
_FAVOURITES, _FAVOURED = 2, 14.0
_TO_BIG_SCHOOLS = 0.5


class Wishes:
    """Draws ranked choices; what is common to all who live in a municipality is reckoned once."""

    def __init__(self, region: Region) -> None:
        self._region = region
        self._near = {home: _nearness(region, home) for home in region.by_code}

    def ranked(self, person: Person, random: Random) -> list[str]:
        """One to eight offerings, the dearest first."""
        liking = self._liking(person, random)
        keys = []
        for offering, near in self._near[person.home.code]:
            weight = near * liking[offering.programme]
            # the order of these keys is a draw without replacement, by weight (Efraimidis and Spirakis)
            keys.append((random.expovariate(1.0) / weight, offering.id))
        count = random.choices(range(1, MOST_CHOICES + 1), _HOW_MANY)[0]
        return [offering for _, offering in sorted(keys)[:count]]

    def changed(self, choices: Sequence[str], person: Person, random: Random) -> list[str]:
        """Other choices after a change of mind: some of the old, some new, never the same list."""
        kept = [choice for choice in choices if random.random() < 1 / 2]
        new = [choice for choice in self.ranked(person, random) if choice not in kept]
        changed = [*new[:2], *kept][:MOST_CHOICES]
        return changed if changed and changed != list(choices) else list(reversed(choices)) + new[:1]

    def _liking(self, person: Person, random: Random) -> Mapping[str, float]:
        liking = {code: _appeal(programme, person) for code, programme in self._region.programmes.items()}
        for favourite in random.choices(list(liking), list(liking.values()), k=_FAVOURITES):
            liking[favourite] *= _FAVOURED
        return liking


def _appeal(programme: Programme, person: Person) -> float:
    """The able lean to preparatory programmes, most of all to natural science."""
    lean = -0.5 if programme.vocational else 0.55
    if programme.code in ("NA", "TE"):
        lean += 0.25
    return programme.popularity * exp(lean * person.ability)


def _nearness(region: Region, home: str) -> list[tuple[Offering, float]]:
    return [
        (offering, _distance(region, home, offering.municipality) * offering.seats**_TO_BIG_SCHOOLS)
        for offering in region.offerings.values()
    ]


def _distance(region: Region, home: str, school: str) -> float:
    if home == school:
        return _AT_HOME
    return _NEAR if any({home, school} <= area for area in region.areas) else _FAR
