"""Merit value (meritvärde), in tenths of a point so that it is an exact integer: 3400 is 340.0.

The sixteen best grades are summed; a modern language read as språkval (M2) is added on top of the sixteen best of the
rest. M1, mother tongue, sign language and dance are among the rest: they may only replace a lower grade. Fewer than
sixteen grades are summed as they are, but for who has a reduced timetable in preparatory dancer training: their sum is
scaled up in proportion to sixteen, the language on top as it is. F is a grade among those, `-` is none. The source
gives no rounding: half a tenth goes up. Swedish and Swedish as a second language are one subject: the better counts.
Source: GyF 7:4 as in SFS 2011:3; Skolverket, "Meritpoäng".
"""

from dataclasses import dataclass
from enum import StrEnum

from admissions.domain.grades import NO_GRADE, Grades, Scale

MODERN_LANGUAGE_AS_CHOICE = "M2"
SWEDISH = ("SV", "SVA")


class Counted(StrEnum):
    """What became of one grade in the sum."""

    AMONG_BEST = "among_best"
    MODERN_LANGUAGE = "modern_language"
    NOT_COUNTED = "not_counted"


@dataclass(frozen=True, slots=True)
class Line:
    """One grade of the sum: `tenths` is what the grade is worth, counted or not."""

    subject: str
    grade: str
    tenths: int
    counted: Counted


@dataclass(frozen=True, slots=True)
class MeritRules:
    """How many grades are summed, and on which scale."""

    scale: Scale
    best: int = 16


@dataclass(frozen=True, slots=True)
class Scaling:
    """A dancer's sum of `grades` grades scaled up to that of `to`; `tenths`: what it adds."""

    grades: int
    to: int
    tenths: int


@dataclass(frozen=True, slots=True)
class Merit:
    """A merit value in tenths of a point, with the lines that make it, and what scaling adds to them."""

    tenths: int
    lines: tuple[Line, ...]
    scaling: Scaling | None = None

    @property
    def modern_language_counted(self) -> bool:
        return any(line.counted is Counted.MODERN_LANGUAGE for line in self.lines)


def merit(grades: Grades, rules: MeritRules, *, dancer: bool = False) -> Merit:
    """The merit value of these grades, best first, line by line. `dancer`: with the reduced timetable of one."""
    ordered = sorted(grades.items(), key=lambda item: (-rules.scale.points(item[1]), item[1] == NO_GRADE, item[0]))
    ordered = _one_swedish(ordered)
    language = next((subject for subject, _ in ordered if subject.startswith(MODERN_LANGUAGE_AS_CHOICE)), None)
    best = {subject for subject, _ in [item for item in ordered if item[0] != language][: rules.best]}
    lines = tuple(_line(subject, grade, language, best, rules.scale) for subject, grade in ordered)
    scaling = _scaling(lines, rules.best) if dancer else None
    summed = sum(line.tenths for line in lines if line.counted is not Counted.NOT_COUNTED)
    return Merit(summed + (scaling.tenths if scaling else 0), lines, scaling)


def scaled(tenths: int, number: int, to: int) -> int:
    """The sum of this number of grades in proportion to `to`; half a tenth goes up."""
    return (2 * tenths * to + number) // (2 * number)


def _scaling(lines: tuple[Line, ...], to: int) -> Scaling | None:
    worth = [line.tenths for line in lines if line.counted is Counted.AMONG_BEST and line.grade != NO_GRADE]
    if not 0 < len(worth) < to:
        return None
    return Scaling(len(worth), to, scaled(sum(worth), len(worth), to) - sum(worth))


def _one_swedish(ordered: list[tuple[str, str]]) -> list[tuple[str, str]]:
    swedish = next((subject for subject, _ in ordered if subject in SWEDISH), None)
    return [item for item in ordered if item[0] not in SWEDISH or item[0] == swedish]


def _line(subject: str, grade: str, language: str | None, best: set[str], scale: Scale) -> Line:
    counted = Counted.NOT_COUNTED
    if subject == language:
        counted = Counted.MODERN_LANGUAGE
    elif subject in best:
        counted = Counted.AMONG_BEST
    return Line(subject, grade, scale.points(grade), counted)
