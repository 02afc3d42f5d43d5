"""A CSV file by columns: half a million rows are cheaper so than row by row."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from samverk.reading.rows import Unreadable
from samverk.reading.table import columns, lines
from samverk.reading.text import decoded, read_bytes
from samverk.sandbox.faults import BadCell, BadFiles
from samverk.sandbox.values import Kind

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The wanted columns of a file, cell by cell without blanks around; `faults` grows as the cells are read."""

    file: str
    sha256: str
    lines: Sequence[int]
    cells: dict[str, Sequence[str]]
    faults: list[BadCell] = field(default_factory=list)

    def wrong(self, row: int, column: str, sv: str, en: str) -> None:
        """Note what is wrong with one cell."""
        self.faults.append(BadCell(self.file, self.lines[row], column, sv, en))

    def values(self, column: str, kind: Kind[T]) -> list[T]:
        """The column's values; where a cell has none, its fault is noted and the kind's stand-in taken."""
        cells = self.cells[column]
        known = {cell: kind.read(cell) for cell in set(cells)}
        bad = {cell for cell, value in known.items() if value is None}
        if bad:
            for row, cell in enumerate(cells):
                if cell in bad:
                    self.wrong(row, column, kind.sv, kind.en)
        return [kind.stand_in if (value := known[cell]) is None else value for cell in cells]

    def names(self, column: str) -> Sequence[str]:
        """A column of ids: none empty, each once."""
        seen: dict[str, int] = {}
        for row, name in enumerate(self.cells[column]):
            if not name:
                self.wrong(row, column, "Cellen är tom; skriv ett id.", "The cell is empty; write an id.")
            elif (first := seen.setdefault(name, row)) != row:
                self.wrong(row, column, *self.again(first))
        return self.cells[column]

    def known(self, column: str, numbers: dict[str, int], file: str) -> list[int]:
        """A column of ids of another file, as their numbers; -1 where it has none."""
        missing = (f"Id:t finns inte i {file}; rätta det, eller lägg till det där.",
                   f"The id is not in {file}; mend it, or add it there.")  # fmt: skip
        found = [numbers.get(name, -1) for name in self.cells[column]]
        for row, number in enumerate(found):
            if number < 0:
                self.wrong(row, column, *missing)
        return found

    def again(self, first: int) -> tuple[str, str]:
        """The words for what stands on an earlier row already."""
        line = self.lines[first]
        return f"Står redan på rad {line}; behåll en av dem.", f"Is on line {line} already; keep one of them."


def read(path: Path, wanted: Sequence[str]) -> Sheet:
    """The file's wanted columns; others are passed over. Raises BadFiles when it cannot be read or lacks one."""
    try:
        content = read_bytes(str(path))
        filled = list(lines(decoded(content)))
        if not filled:
            raise Unreadable("Filen är tom; den ska ha en rubrikrad.", "The file is empty; it must have a header.")
        named = list(columns(filled[0][1]))
    except Unreadable as error:
        raise BadFiles([BadCell(path.name, None, None, error.sv, error.en)]) from None
    except csv.Error:
        raise BadFiles([BadCell(path.name, None, None, "Filen är inte CSV.", "The file is not CSV.")]) from None
    _check_header(path.name, filled[0][0], named, wanted)
    sheet = Sheet(path.name, sha256(content).hexdigest(), [line for line, _ in filled[1:]], {})
    rows = _of_one_width(sheet, [cells for _, cells in filled[1:]], len(named))
    by_column = list(zip(*rows, strict=True)) if rows else [()] * len(named)
    sheet.cells.update({name: [cell.strip() for cell in by_column[named.index(name)]] for name in wanted})
    return sheet


def raise_faults(*sheets: Sheet) -> None:
    """Raises BadFiles with all that was noted, line by line."""
    found = [fault for sheet in sheets for fault in sorted(sheet.faults, key=lambda fault: fault.line or 0)]
    if found:
        raise BadFiles(found)


def _check_header(file: str, line: int, named: Sequence[str], wanted: Sequence[str]) -> None:
    lacking = [name for name in wanted if name not in named]
    if lacking:
        raise BadFiles(
            [
                BadCell(
                    file, line, name, "Kolumnen saknas; lägg till den i rubriken.", "The column is missing; add it."
                )
                for name in lacking
            ]
        )


def _of_one_width(sheet: Sheet, rows: Sequence[Sequence[str]], width: int) -> list[Sequence[str]]:
    """Short rows are filled up with empty cells; a longer one is a fault, for its cells may stand askew."""
    even = []
    for row, cells in enumerate(rows):
        if any(cell.strip() for cell in cells[width:]):
            sheet.faults.append(
                BadCell(
                    *(sheet.file, sheet.lines[row], None),
                    "Raden har fler celler än rubriken; sätt citattecken om det som innehåller skiljetecknet.",
                    "The row has more cells than the header; quote what contains the separator.",
                )
            )
        even.append(cells if len(cells) == width else [*cells[:width], *[""] * (width - len(cells))])
    return even
