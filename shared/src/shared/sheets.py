"""Lists as files for a spreadsheet: .xlsx, and .csv as Swedish Excel opens it."""

import csv as comma_separated
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote

from starlette.responses import Response

from shared.language import Language, say
from shared.showing import ZONE
from shared.texts import Text

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv; charset=utf-8"
# A cell that begins so is run as a formula by spreadsheets (OWASP, CSV injection).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
Cell = str | int | float | Decimal | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, what it holds of a row, and how wide it is in characters."""

    label: Text | str
    value: Callable[[Any], Cell]
    width: int = 16


def workbook(name: str, columns: Sequence[Column], rows: Iterable[Any], *, language: Language = "sv") -> Response:
    """An .xlsx file called `name`, with a heading row that stays and can be filtered by. Numbers and times are such.

    Rows are written as they come, so that many need little memory; give a long list in a thread of its own.
    """
    from xlsxwriter import Workbook  # 9 MiB that most processes never need

    file = io.BytesIO()
    book = Workbook(file, {"constant_memory": True, "in_memory": True, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "bottom": 1})
    day, moment = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet = book.add_worksheet()
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, say(column.label, language), bold)
    last = 0
    for last, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            _write(sheet, last, place, column.value(row), day, moment)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, max(len(columns) - 1, 0))
    book.close()
    return _file(file.getvalue(), XLSX, f"{name}.xlsx")


def _write(sheet: Any, row: int, place: int, cell: Cell, day: Any, moment: Any) -> None:
    if isinstance(cell, bool):
        sheet.write_boolean(row, place, cell)
    elif isinstance(cell, datetime):
        sheet.write_datetime(row, place, _here(cell), moment)
    elif isinstance(cell, date):
        sheet.write_datetime(row, place, cell, day)
    elif isinstance(cell, int | float | Decimal):
        sheet.write_number(row, place, cell)
    elif cell is not None:
        sheet.write_string(row, place, cell)


def csv(name: str, columns: Sequence[Column], rows: Iterable[Any], *, language: Language = "sv") -> Response:
    """A .csv file called `name`: semicolons and a byte order mark, and a decimal comma in Swedish."""
    file = io.StringIO()
    writer = comma_separated.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow([say(column.label, language) for column in columns])
    for row in rows:
        writer.writerow([_plain(column.value(row), language) for column in columns])
    return _file(file.getvalue().encode("utf-8-sig"), CSV, f"{name}.csv")


def _plain(cell: Cell, language: Language) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{_here(cell):%Y-%m-%d %H:%M}"
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_FORMULA) else cell
    if isinstance(cell, float | Decimal):
        return str(cell).replace(".", "," if language == "sv" else ".")
    return str(cell)


def _here(at: datetime) -> datetime:
    """The region's time of a moment, without zone: spreadsheets know none."""
    return at.astimezone(ZONE).replace(tzinfo=None) if at.tzinfo else at


def _file(content: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}
    return Response(content, media_type=kind, headers=headers)
