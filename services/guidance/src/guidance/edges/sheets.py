"""Figures as files for a spreadsheet."""

from collections.abc import Sequence
from typing import Final, Literal

from starlette.responses import Response

from guidance.domain.figures import Report, Row
from shared.language import Language
from shared.sheets import Column, csv, workbook
from shared.texts import Text

Line = tuple[str, Row]
_COLUMNS: Final[Sequence[Column]] = [
    Column(Text("Grupp", "Group"), lambda line: line[0], 14),
    Column(Text("Namn", "Name"), lambda line: line[1].name, 18),
    Column(Text("Hållna samtal", "Sessions held"), lambda line: line[1].held),
    Column(Text("Avbokade", "Cancelled"), lambda line: line[1].cancelled),
    Column(Text("Andel uteblivna", "Share of no-shows"), lambda line: line[1].no_show),
    Column(Text("Andel över kommungräns", "Share across borders"), lambda line: line[1].across_borders),
    Column(Text("Ärenden", "Cases"), lambda line: line[1].cases),
    Column(Text("Täckning", "Coverage"), lambda line: line[1].coverage),
    Column(Text("Väntan, dagar (median)", "Wait, days (median)"), lambda line: line[1].waiting_days, 22),
    Column(Text("Stängda med väg vidare", "Closed with a path"), lambda line: line[1].closed_with_path, 22),
]


def figures_sheet(format: Literal["xlsx", "csv"], name: str, figures: Report, language: Language = "sv") -> Response:
    """The period's figures, a line for each group."""
    lines: list[Line] = [("total", figures.total)]
    for group in ("municipality", "channel", "type"):
        lines += [(group, row) for row in getattr(figures, f"by_{group}")]
    return (workbook if format == "xlsx" else csv)(name, _COLUMNS, lines, language=language)
