"""The register's half-year figures as doors and pages tell them, and whose register it is."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from starlette.responses import Response

from guidance.adapters import activity_responsibility as register
from guidance.adapters.agreements import Certainty, follow_up_rules, survey_codes
from guidance.domain.activity_responsibility import Figures, HalfYear, figures
from guidance.domain.survey_lines import Line, survey_lines
from shared.auth import Caller
from shared.problems import Problem
from shared.service import Parts
from shared.sheets import Column, csv, workbook
from shared.texts import Text


def own(caller: Caller) -> str:
    """The municipality whose register it is. Raises Problem 403 when the token speaks for none."""
    if caller.municipality is None:
        detail = Text(
            sv="Registret är en kommuns eget; logga in för en kommun.",
            en="The register is a municipality's own; log in for a municipality.",
        )
        raise Problem.of(403, detail)
    return caller.municipality


async def figures_of(parts: Parts, municipality: str, half_year: HalfYear) -> Figures:
    """The municipality's half-year."""
    async with parts.unit_of_work.read() as connection:
        entries = await register.covered(connection, municipality, half_year.begins, half_year.ends)
    return figures(entries, half_year)


def lines(found: Figures) -> Sequence[tuple[str, str, int]]:
    """The figures as lines: what is counted, of which kind, how many."""
    counted: list[tuple[str, Mapping[Any, int]]] = [
        ("entered", found.entered),
        ("left", found.left),
        ("age", found.by_age),
        ("sex", found.by_sex),
        ("occupation", found.by_occupation),
        ("measure", found.measures),
    ]
    plain = [
        ("at_start", "", found.at_start),
        ("covered", "", found.covered),
        ("at_end", "", found.at_end),
        ("with_measure", "", found.with_measure),
    ]
    return plain + [
        (what, "unknown" if kind is None else str(kind), number)
        for what, numbers in counted
        for kind, number in sorted(numbers.items(), key=lambda pair: str(pair[0]))
    ]


def told(found: Figures) -> dict[str, Any]:
    """The figures as JSON, with the days and, where it is known, the last day to report."""
    due = follow_up_rules().reported_by.get(str(found.half_year))
    return {
        "half_year": str(found.half_year),
        "begins": found.half_year.begins.isoformat(),
        "ends": found.half_year.ends.isoformat(),
        "reported_by": None if due is None else due.isoformat(),
        "figures": [{"what": what, "kind": kind, "number": number} for what, kind, number in lines(found)],
    }


def sheet(format: Literal["xlsx", "csv"], name: str, found: Figures) -> Response:
    """The figures as a file."""
    columns = [
        Column(Text("Uppgift", "Figure"), lambda line: line[0], 24),
        Column(Text("Slag", "Kind"), lambda line: line[1], 28),
        Column(Text("Antal", "Number"), lambda line: line[2]),
    ]
    return (workbook if format == "xlsx" else csv)(name, columns, lines(found))


async def survey_lines_of(parts: Parts, municipality: str, half_year: HalfYear) -> Sequence[Line]:
    """The persons that the national survey asks about, with their measures."""
    async with parts.unit_of_work.read() as connection:
        return survey_lines(
            await register.covered(connection, municipality, half_year.begins, half_year.ends), half_year
        )


def survey_sheet(format: Literal["xlsx", "csv"], name: str, found: Sequence[Line]) -> Response:
    """The lines as a file: our words, and beside each the survey's code as far as it is known.

    Person is the municipality's own pseudonym; the identity number is joined to it where that is kept.
    """
    columns = [
        Column(Text("Person", "Person"), lambda line: str(line.entry.person), 38),
        Column(Text("Född", "Born"), lambda line: line.entry.born_on),
        *_coded("sex", Text("Kön", "Sex"), lambda line: line.entry.sex),
        Column(Text("Förd in", "Entered on"), lambda line: line.entry.entered_on),
        *_coded("entered", Text("Orsak till införande", "Why entered"), lambda line: line.entry.entered),
        *_coded("occupation", Text("Sysselsättning", "Occupation"), lambda line: line.entry.occupation),
        Column(Text("Lämnade", "Left on"), lambda line: line.entry.left_on),
        *_coded("left", Text("Orsak till lämnande", "Why left"), lambda line: line.entry.left),
        *_coded("measure", Text("Åtgärd", "Measure"), lambda line: line.measure and line.measure.kind),
        Column(Text("Åtgärd från", "Measure from"), lambda line: line.measure and line.measure.begins),
        Column(Text("Åtgärd till", "Measure until"), lambda line: line.measure and line.measure.ends),
        *_coded("ended", Text("Orsak till slut", "Why ended"), lambda line: line.measure and line.measure.ended),
    ]
    return (workbook if format == "xlsx" else csv)(name, columns, found)


def _coded(of: str, label: Text, word: Callable[[Line], Any]) -> list[Column]:
    """Our word, the survey's code, and how sure the code is."""

    def code(line: Line) -> str | None:
        known = word(line) and survey_codes().get((of, str(word(line))))
        return known.code if known else None

    def certainty(line: Line) -> str | None:
        known = survey_codes().get((of, str(word(line))))
        return None if word(line) is None else (known.certainty if known else Certainty.UNKNOWN).value

    return [
        Column(label, lambda line: None if word(line) is None else str(word(line)), 24),
        Column(Text(f"{label.sv}, kod", f"{label.en}, code"), code),
        Column(Text(f"{label.sv}, kodens säkerhet", f"{label.en}, certainty of the code"), certainty),
    ]
