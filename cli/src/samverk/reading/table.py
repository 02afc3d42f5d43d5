"""CSV as it comes: comma, semicolon or tab, quotes, blank lines, headers in Swedish or English."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from samverk.reading.rows import Unreadable

Cells = Mapping[str, str]
_DELIMITERS = ";,\t|"

# What the columns are called in Swedish spreadsheets, and the field that is meant.
ALIASES: Mapping[str, str] = {
    "utbildning": "offering",
    "antagningsår": "intake_year",
    "intagsår": "intake_year",
    "program": "programme",
    "inriktning": "orientation",
    "skolenhet": "school_unit",
    "skolenhetskod": "school_unit",
    "skola": "school_name",
    "skolnamn": "school_name",
    "platser": "seats",
    "prisår": "price_year",
    "elever": "pupils",
    "undervisning": "teaching",
    "läromedel": "learning_tools",
    "lärverktyg": "learning_tools",
    "elevhälsa": "pupil_health",
    "måltider": "meals",
    "administration": "administration",
    "lokaler": "premises",
    "sökande": "applicant",
    "personnummer": "identity",
    "identitet": "identity",
    "skyddad": "protected",
    "inlämnad": "submitted_at",
    "tillfälle": "occasion",
    "ämne": "subject",
    "betyg": "grade",
    "svar": "answer",
    "svarad": "replied_at",
}


@dataclass(frozen=True, slots=True)
class Table:
    """Rows by line number; `columns` as the fields they mean, lower case."""

    columns: Sequence[str]
    rows: Sequence[tuple[int, Cells]]


def read(text: str) -> Table:
    """The table of a text. Raises Unreadable when there is no header."""
    filled = list(lines(text))
    if not filled:
        raise Unreadable("Filen är tom.", "The file is empty.")
    named = columns(filled[0][1])
    return Table(named, list(_rows(named, filled[1:])))


def lines(text: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Every line that is not blank, by its number in the file, in cells."""
    cells_of_lines = csv.reader(io.StringIO(_without_separator_line(text), newline=""), delimiter=delimiter(text))
    for cells in cells_of_lines:
        if any(cell.strip() for cell in cells):
            yield cells_of_lines.line_num, cells


def columns(header: Sequence[str]) -> Sequence[str]:
    """The fields that a header's cells mean. Raises Unreadable when one is there twice."""
    named = [_column(cell) for cell in header]
    doubled = sorted({name for name in named if name and named.count(name) > 1})
    if doubled:
        raise Unreadable(
            f"Kolumnen {doubled[0]} finns två gånger; behåll en.", f"The column {doubled[0]} is there twice; keep one."
        )
    return named


def delimiter(text: str) -> str:
    """The separator that the header has most of."""
    if text.lower().startswith("sep=") and len(text) > len("sep="):
        return text[len("sep=")]
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(_DELIMITERS, key=header.count)


def _without_separator_line(text: str) -> str:
    """Excel's `sep=;` line is blanked, so that line numbers stay."""
    first, newline, rest = text.partition("\n")
    return newline + rest if first.lower().startswith("sep=") else text


def _column(cell: str) -> str:
    name = cell.strip().lower().replace(" ", "_")
    if name.startswith("val") and name[3:].strip("_").isdigit():
        return f"choice{int(name[3:].strip('_'))}"
    return ALIASES.get(name, name)


def _rows(columns: Sequence[str], lines: Sequence[tuple[int, Sequence[str]]]) -> Iterator[tuple[int, Cells]]:
    for number, cells in lines:
        yield number, {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if name and cell.strip()}
