"""Made-up grades: autumn, final and lovskola, with shares near the national ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from samverk.demo.persons import Person

Grades = Mapping[str, str]

SUBJECTS = ("BL", "EN", "HKK", "IDH", "MA", "MU", "BI", "FY", "KE", "GE", "HI", "RE", "SH", "SL", "TK")
CORE = ("EN", "MA", "SV", "SVA")
PASSING_CORE = 3
VOCATIONAL_PASSES = 8
_LETTERS = "FEDCBA"
# Where a standard normal deviate passes from one letter to the next.
_STEPS = (-1.62, -0.52, 0.02, 0.72, 1.38)
_HARDER = {"MA": -0.3, "EN": -0.05, "FY": -0.1, "KE": -0.08, "SVA": -0.35, "IDH": 0.15, "SL": 0.15, "BL": 0.15}
_ABILITY, _SUBJECT = 0.86, 0.51
_M2 = ("M2SPA", "M2SPA", "M2DEU", "M2FRA")
_WITH_M2, _WITH_M1, _WITH_ML, _WITH_SVA = 0.7, 0.05, 0.06, 0.1
_NO_GRADE = 0.3
_MENDED_IN_LOVSKOLA = 0.6


@dataclass(frozen=True, slots=True)
class YearOfGrades:
    """One pupil's grades through the year; `lovskola` is None for those who need none."""

    autumn: Grades
    final: Grades
    lovskola: Grades | None


def year_of_grades(person: Person, random: Random) -> YearOfGrades:
    """The three occasions of one pupil: final grades are mostly those of the autumn, some better."""
    scores = {subject: _score(person, subject, random) for subject in _subjects(random)}
    autumn = {subject: _letter(score, random) for subject, score in scores.items()}
    final = {subject: _later(autumn[subject], score, random) for subject, score in scores.items()}
    return YearOfGrades(autumn, final, None if passes_vocational(final) else _lovskola(final, random))


def passes_vocational(grades: Grades) -> bool:
    """Whether the grades open a vocational programme: Swedish, English, mathematics and five more (SL 16:30)."""
    passed = {"SV" if subject == "SVA" else subject for subject, grade in grades.items() if grade in "ABCDE"}
    return len(passed & {"SV", "EN", "MA"}) == PASSING_CORE and len(passed) >= VOCATIONAL_PASSES


def _subjects(random: Random) -> list[str]:
    chosen = [*SUBJECTS, "SVA" if random.random() < _WITH_SVA else "SV"]
    if random.random() < _WITH_M2:
        chosen.append(random.choice(_M2))
    elif random.random() < _WITH_M1:
        chosen.append("M1SPA")
    if random.random() < _WITH_ML:
        chosen.append("MLARA")
    return chosen


def _score(person: Person, subject: str, random: Random) -> float:
    return _ABILITY * person.ability + _SUBJECT * random.gauss(0, 1) + _HARDER.get(subject, 0.05)


def _letter(score: float, random: Random) -> str:
    letter = _LETTERS[sum(score > step for step in _STEPS)]
    return "-" if letter == "F" and random.random() < _NO_GRADE else letter


def _later(autumn: str, score: float, random: Random) -> str:
    raised = _letter(score + abs(random.gauss(0, 0.18)), random)
    return raised if raised in "ABCDE" else autumn


def _lovskola(final: Grades, random: Random) -> Grades:
    """What the summer school mended: failed core subjects, each with some luck; always at least one grade to report."""
    failed = [subject for subject, grade in final.items() if subject in CORE and grade in "F-"]
    tried = failed or [subject for subject, grade in final.items() if grade in "F-"][:2]
    return {subject: "E" if random.random() < _MENDED_IN_LOVSKOLA else "F" for subject in tried}
