"""What became of a file's rows, shown so that its owner can mend the refused ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.table import Table

from samverk import screen
from samverk.reading.rows import Row
from samverk.words import language, said
from shared.faults import Fault
from shared.texts import Text

_MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row, by line in the file (None when refused afterwards and no longer known), and its faults."""

    line: int | None
    id: str | None
    type: str | None
    faults: Sequence[Fault]


@dataclass(frozen=True, slots=True)
class Report:
    """`accepted` rows, rows `refused` here or at the door, and reports refused afterwards (`late`)."""

    rows: int
    accepted: int
    refused: Sequence[Refusal]
    late: Sequence[Refusal] = field(default=())


def from_rows(rows: Sequence[Row]) -> Report:
    """The report of rows that were checked and not sent."""
    refused = [refusal(row, row.faults) for row in rows if not row.good]
    return Report(len(rows), len(rows) - len(refused), refused)


def refusal(row: Row, faults: Sequence[Fault]) -> Refusal:
    """Why a row was refused. Its values are not repeated: they may be personal."""
    event = row.event or {}
    return Refusal(row.line, _text(event.get("id")), _text(event.get("type")), faults)


def show(report: Report, *, as_json: bool, sent: bool) -> None:
    """To the terminal, or as JSON."""
    if as_json:
        screen.as_json(_as_data(report))
        return
    console = screen.answers()
    for title, refusals in ((said("Avvisade rader", "Refused rows"), report.refused), (_late_title(), report.late)):
        if refusals:
            console.print(_table(title, refusals))
    good = said("skickade", "sent") if sent else said("godkända", "good")
    bad = said("avvisade", "refused")
    console.print(f"{report.rows} {said('rader', 'rows')}: {report.accepted} {good}, {len(report.refused)} {bad}.")
    if len(report.refused) > _MOST_SHOWN:
        console.print(said("Alla avvisade visas med --json.", "All refused rows are shown with --json."))


def _late_title() -> str:
    return said("Avvisade i efterhand", "Refused afterwards")


def _table(title: str, refusals: Sequence[Refusal]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(said("Rad", "Line"), justify="right")
    table.add_column(said("Fält", "Field"))
    table.add_column(said("Att åtgärda", "What to mend"))
    for each in refusals[:_MOST_SHOWN]:
        for number, fault in enumerate(each.faults):
            line = str(each.line or "") if number == 0 else ""
            table.add_row(line, fault.field, Text(fault.sv, fault.en).in_language(language()))
    return table


def _as_data(report: Report) -> Mapping[str, Any]:
    return {
        "rows": report.rows,
        "accepted": report.accepted,
        "refused": [_refusal_as_data(each) for each in report.refused],
        "refused_afterwards": [_refusal_as_data(each) for each in report.late],
    }


def _refusal_as_data(refusal: Refusal) -> Mapping[str, Any]:
    faults = [
        {"field": fault.field, "code": fault.code, "problem": Text(fault.sv, fault.en).in_language(language())}
        for fault in refusal.faults
    ]
    return {"line": refusal.line, "id": refusal.id, "type": refusal.type, "faults": faults}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
