"""Merit value and eligibility of each applicant of a file of grades, by the service's own rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from admissions.adapters.rules import National, NoRules, national
from admissions.domain.eligibility import open_programmes
from admissions.domain.grades import passed_subjects
from admissions.domain.merit import Counted, merit
from samverk.sandbox.faults import BadCell, BadFiles
from samverk.sandbox.sheets import Sheet, raise_faults, read
from samverk.sandbox.values import Kind

COLUMNS = ("applicant", "subject", "grade")
HEADER = ("applicant", "merit", "modern_language_counted", "eligible")
_WITH_LANGUAGE = ("M1", "M2", "ML")
_LANGUAGE_CODE = 3


@dataclass(frozen=True, slots=True)
class Worth:
    """One applicant: merit in tenths, whether a modern language added to it as a 17th grade, programmes open."""

    applicant: str
    tenths: int
    modern_language_counted: bool
    eligible: tuple[str, ...]

    @property
    def merit(self) -> str:
        """With one decimal."""
        return f"{self.tenths // 10}.{self.tenths % 10}"

    def row(self) -> tuple[str, str, int, str]:
        """As it stands in the file."""
        return self.applicant, self.merit, int(self.modern_language_counted), " ".join(self.eligible)

    def as_data(self) -> dict[str, Any]:
        """As it stands in an answer in JSON."""
        counted = {"modern_language_counted": self.modern_language_counted}
        return {"applicant": self.applicant, "merit": self.tenths / 10, **counted, "eligible": list(self.eligible)}


def worths(file: Path, intake_year: int) -> list[Worth]:
    """One for each applicant, in the order they come in the file. Raises BadFiles."""
    sheet = read(file, COLUMNS)
    try:
        rules = national(intake_year)
    except NoRules:
        sv = f"Det finns inga regler för antagningsåret {intake_year}."
        raise BadFiles([BadCell(sheet.file, None, None, sv, f"There are no rules for intake {intake_year}.")]) from None
    grades = _grades(sheet, rules)
    raise_faults(sheet)
    return [_worth(applicant, of_one, rules) for applicant, of_one in grades.items()]


def _worth(applicant: str, grades: Mapping[str, str], rules: National) -> Worth:
    value = merit(grades, rules.merit)
    language = any(line.counted is Counted.MODERN_LANGUAGE and line.tenths for line in value.lines)
    passed = passed_subjects(grades, rules.merit.scale)
    return Worth(applicant, value.tenths, language, open_programmes(passed, rules.programmes))


def _grades(sheet: Sheet, rules: National) -> dict[str, dict[str, str]]:
    """Grades by applicant and subject; what is wrong is noted in the sheet."""
    subjects = sheet.values("subject", _subject(rules))
    grades = sheet.values("grade", _grade(rules))
    first: dict[tuple[str, str], int] = {}
    found: dict[str, dict[str, str]] = {}
    for row, (applicant, subject, grade) in enumerate(zip(sheet.cells["applicant"], subjects, grades, strict=True)):
        if not applicant:
            sheet.wrong(row, "applicant", "Cellen är tom; skriv ett id.", "The cell is empty; write an id.")
        elif subject and first.setdefault((applicant, subject), row) != row:
            sheet.wrong(row, "subject", *sheet.again(first[applicant, subject]))
        else:
            found.setdefault(applicant, {})[subject] = grade
    return found


def _subject(rules: National) -> Kind[str]:
    def of(cell: str) -> str | None:
        code = cell.upper()
        language = code[:2] in _WITH_LANGUAGE and len(code) == 2 + _LANGUAGE_CODE and code[2:].isalpha()
        return code if code in rules.subjects or language else None

    sv = "Skriv ämnets kod, t.ex. MA, SVA eller M2SPA."
    return Kind(of, "", sv, "Write the subject's code, e.g. MA, SVA or M2SPA.")


def _grade(rules: National) -> Kind[str]:
    scale = rules.merit.scale.tenths
    known = ", ".join(scale)

    def of(cell: str) -> str | None:
        grade = cell.upper().replace("–", "-").replace("−", "-")
        return grade if grade in scale else None

    return Kind(of, "", f"Skriv ett betyg: {known}.", f"Write a grade: {known}.")
