"""Merit value and eligibility once more, written from the rules alone, to check the services against."""

from collections.abc import Mapping
from decimal import Decimal

from samverk.demo.region import Programme

_POINTS = {"A": 200, "B": 175, "C": 150, "D": 125, "E": 100}
_BEST = 16
_TEN = Decimal(10)


def merit(grades: Mapping[str, str]) -> Decimal:
    """The sixteen best, and on top of them a modern language read as språkval (GyF 7:4 as in SFS 2011:3)."""
    points = {subject: _POINTS.get(grade, 0) for subject, grade in grades.items()}
    swedish = max(points.pop("SV", 0), points.pop("SVA", 0))
    second = [points.pop(subject) for subject in list(points) if subject.startswith("M2")]
    extra = max(second, default=0)
    rest = sorted([swedish, *points.values(), *sorted(second)[:-1]], reverse=True)
    return Decimal(sum(rest[:_BEST]) + extra) / _TEN


def eligible(grades: Mapping[str, str], programme: Programme) -> bool:
    """SL 16:30–31: Swedish, English, mathematics, enough passes, and the subjects that the programme names."""
    passed = {"SV" if subject == "SVA" else subject for subject, grade in grades.items() if grade in _POINTS}
    needed = {"SV", "EN", "MA", *programme.required_subjects}
    return needed <= passed and len(passed) >= programme.required_passes
