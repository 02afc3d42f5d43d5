"""What the national survey of the activity responsibility asks for, person by person."""

from collections.abc import Sequence
from dataclasses import dataclass

from guidance.domain.activity_responsibility import Entry, HalfYear, Left, Measure, covered


@dataclass(frozen=True, slots=True)
class Line:
    """What the national survey asks for: a person covered in the half-year, once for each measure in it."""

    entry: Entry
    measure: Measure | None


def survey_lines(entries: Sequence[Entry], half_year: HalfYear) -> list[Line]:
    """A line for each person and measure of the half-year, and one for each person without any."""
    begins, ends = half_year.begins, half_year.ends
    found: list[Line] = []
    for entry in entries:
        if entry.left is not Left.ENTERED_WRONGLY and covered(entry, begins, ends):
            own = [each for each in entry.measures if each.begins <= ends and (each.ends or ends) >= begins]
            found += [Line(entry, measure) for measure in own] or [Line(entry, None)]
    return found
