"""Made-up applicants with identities that are valid by rule and belong to nobody.

Personal and coordination numbers use birth numbers 980–999, which the Swedish Tax Agency keeps for tests. A date has
twenty of them, so with many applicants the birth dates are spread over more years.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from uuid import UUID

from samverk.demo.region import Municipality, Region

FIRST_BIRTH_NUMBER, LAST_BIRTH_NUMBER = 980, 999
_PER_DATE = LAST_BIRTH_NUMBER - FIRST_BIRTH_NUMBER + 1
# Of all applicants: no personal number but a coordination number, or a TF number, or protected details.
_COORDINATION, _TF, _PROTECTED = 0.02, 0.01, 0.004
_COORDINATION_DAYS = 60


@dataclass(frozen=True, slots=True)
class Person:
    """One applicant. `ability` is a standard normal deviate that grades and wishes follow."""

    applicant: str
    identity: str = field(repr=False)
    home: Municipality
    protected: bool
    ability: float


def persons(region: Region, applicants: int, random: Random) -> list[Person]:
    """That many persons, each with an identity of their own; the same for the same seed."""
    identities = _identities(applicants, region.intake_year, random)
    homes = [home for home, count in region.shares(applicants) for _ in range(count)]
    return [
        Person(
            applicant=str(UUID(int=random.getrandbits(128), version=4)),
            identity=identity,
            home=home,
            protected=random.random() < _PROTECTED,
            ability=random.gauss(0, 1),
        )
        for home, identity in zip(homes, identities, strict=True)
    ]


def check_digit(nine: str) -> str:
    """Luhn's check digit over YYMMDDNNN, weights 2 and 1 (FBL 18 §)."""
    total = 0
    for place, digit in enumerate(nine):
        product = int(digit) * (2 if place % 2 == 0 else 1)
        total += product // 10 + product % 10
    return str(-total % 10)


def personal_number(born: date, birth_number: int, *, coordination: bool = False) -> str:
    """`YYYYMMDD-NNNC`; a coordination number has sixty added to the day (SNL 2:8)."""
    day = born.day + (_COORDINATION_DAYS if coordination else 0)
    short = f"{born:%y%m}{day:02}{birth_number:03}"
    return f"{born:%Y%m}{day:02}-{birth_number:03}{check_digit(short)}"


def _identities(number: int, intake_year: int, random: Random) -> Sequence[str]:
    slots = _slots(number, intake_year)
    random.shuffle(slots)
    made = [_identity(born, birth_number, random) for born, birth_number in slots[:number]]
    return _without_repeats(made, slots[number:])


def _identity(born: date, birth_number: int, random: Random) -> str:
    drawn = random.random()
    if drawn < _TF:
        return f"{born:%Y%m%d}-TF{random.randrange(10, 30)}"
    return personal_number(born, birth_number, coordination=drawn < _TF + _COORDINATION)


def _without_repeats(made: Sequence[str], spare: Sequence[tuple[date, int]]) -> Sequence[str]:
    """TF numbers may fall on each other; a spare personal number takes the place of the second."""
    seen: set[str] = set()
    spares = iter(spare)
    unique = []
    for identity in made:
        kept = identity if identity not in seen else personal_number(*next(spares))
        seen.add(kept)
        unique.append(kept)
    return unique


def _slots(number: int, intake_year: int) -> list[tuple[date, int]]:
    """Birth dates with birth numbers: of the year in which most are born, and of more years when it is not enough.

    First of those before it, while one is young enough to begin (SL 15:5), then of those after it.
    """
    wanted = number + number // 10 + _PER_DATE
    needed = wanted // (365 * _PER_DATE) + 1
    most, oldest = intake_year - 16, intake_year - 19
    years = [*range(most, oldest - 1, -1), *range(most + 1, intake_year + 1)][:needed]
    days = [day for year in years for day in _days(year)]
    every = range(FIRST_BIRTH_NUMBER, LAST_BIRTH_NUMBER + 1)
    return [(day, birth_number) for day in days for birth_number in every]


def _days(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)
