"""Everyone in the year, with all they will do: made up from one seed before anything starts."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from samverk.demo import region as regions
from samverk.demo.choices import Wishes
from samverk.demo.grades import YearOfGrades, year_of_grades
from samverk.demo.persons import Person, persons
from samverk.demo.region import Region

_CHANGE_THEIR_MIND, _TOO_LATE = 0.08, 0.1
_NAME_SOMETHING_UNKNOWN = 0.004


@dataclass(frozen=True, slots=True)
class Applicant:
    """One applicant's year. `changed` is a later list of choices, `late` whether it comes after the change period."""

    person: Person
    choices: Sequence[str]
    changed: Sequence[str] | None
    late: bool
    grades: YearOfGrades
    mood: float

    @property
    def id(self) -> str:
        return self.person.applicant


@dataclass(frozen=True, slots=True)
class Cast:
    """The region and everyone who applies in it."""

    region: Region
    seed: int
    applicants: Sequence[Applicant]


def cast(applicants: int, seed: int) -> Cast:
    """The same for the same number and seed."""
    region = regions.load(applicants)
    random = Random(seed)
    wishes = Wishes(region)
    everyone = persons(region, applicants, random)
    return Cast(region, seed, [_applicant(person, wishes, random) for person in everyone])


def _applicant(person: Person, wishes: Wishes, random: Random) -> Applicant:
    choices = wishes.ranked(person, random)
    if random.random() < _NAME_SOMETHING_UNKNOWN:
        # closed since the pupil looked; admissions keeps the choice and says so at the run
        choices = [*choices, f"{person.home.code}-HV-{person.home.code}0001"]
    changes = random.random() < _CHANGE_THEIR_MIND
    return Applicant(
        person=person,
        choices=choices,
        changed=wishes.changed(choices, person, random) if changes else None,
        late=changes and random.random() < _TOO_LATE,
        grades=year_of_grades(person, random),
        mood=random.random(),
    )
