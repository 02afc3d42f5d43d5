"""Grades of compulsory school, per occasion they were set on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

Grades = Mapping[str, str]
"""Subject code (`MA`, `M2SPA`) to grade (`A` … `F`, or `-` where no grade could be set)."""
NO_GRADE = "-"


class Occasion(StrEnum):
    """When grades are set, in the order of the school year."""

    AUTUMN = "autumn"
    FINAL = "final"
    LOVSKOLA = "lovskola"
    EXAMINATION = "examination"


@dataclass(frozen=True, slots=True)
class Scale:
    """What each grade is worth, in tenths of a merit point (GyF 7:4: A 20, B 17.5, … F and `-` 0)."""

    tenths: Mapping[str, int]
    lowest_pass: int

    def points(self, grade: str) -> int:
        """Tenths of a point; a grade the scale does not know is worth nothing."""
        return self.tenths.get(grade, 0)

    def passed(self, grade: str) -> bool:
        """Godkänt: at least E."""
        return self.points(grade) >= self.lowest_pass


def best_of(reports: Sequence[Grades], scale: Scale) -> dict[str, str]:
    """One grade per subject: a later occasion may raise a grade and never lowers it. An F is a grade, `-` is none."""
    best: dict[str, str] = {}
    for grades in reports:
        for subject, grade in grades.items():
            if subject not in best or _height(grade, scale) > _height(best[subject], scale):
                best[subject] = grade
    return best


def _height(grade: str, scale: Scale) -> tuple[int, bool]:
    return scale.points(grade), grade != NO_GRADE


def dances(said: Sequence[bool | None]) -> bool:
    """Whether the pupil has the reduced timetable of a dancer: as the latest report says.

    `said`: by each report, in the order of the school year; None where a report does not tell.
    """
    return next((each for each in reversed(said) if each is not None), False)


def passed_subjects(grades: Grades, scale: Scale) -> frozenset[str]:
    """The subjects with at least E."""
    return frozenset(subject for subject, grade in grades.items() if scale.passed(grade))
