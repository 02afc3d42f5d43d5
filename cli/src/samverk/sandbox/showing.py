"""Faults in files and in decisions, for people and as JSON."""

from collections.abc import Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from admissions.domain.verdicts import Verdict
from samverk import screen
from samverk.sandbox.faults import BadCell
from samverk.words import said

_MOST_SHOWN = 200


def show_faults(faults: Sequence[BadCell], *, as_json: bool) -> None:
    """What to mend in the files that were read."""
    if as_json:
        screen.as_json({"faults": [_fault_as_data(fault) for fault in faults]})
        return
    rows = [(fault.file, str(fault.line or ""), fault.column or "", said(fault.sv, fault.en)) for fault in faults]
    headings = (said("Fil", "File"), said("Rad", "Line"), said("Kolumn", "Column"), said("Att åtgärda", "What to mend"))
    _show(headings, rows, said(f"{len(faults)} fel; inget skrevs.", f"{len(faults)} faults; nothing was written."))


def _fault_as_data(fault: BadCell) -> dict[str, Any]:
    return {"file": fault.file, "line": fault.line, "column": fault.column, "problem": said(fault.sv, fault.en)}


def show_verdicts(verdicts: Sequence[Verdict], *, as_json: bool) -> None:
    """What is wrong with the decisions; nothing where nothing is, but for the empty list in JSON."""
    if as_json:
        screen.as_json({"faults": [_verdict_as_data(verdict) for verdict in verdicts]})
        return
    if not verdicts:
        return
    rows = [(v.offering or "", v.applicant or "", str(v.rank or ""), v.code, said(v.sv, v.en)) for v in verdicts]
    headings = (
        *(said("Utbildning", "Offering"), said("Sökande", "Applicant"), said("Val", "Choice"), said("Kod", "Code")),
        said("Fel", "What is wrong"),
    )
    _show(headings, rows, said(f"{len(verdicts)} fel.", f"{len(verdicts)} faults."))


def _verdict_as_data(verdict: Verdict) -> dict[str, Any]:
    return {
        "code": verdict.code,
        "offering": verdict.offering,
        "applicant": verdict.applicant,
        "rank": verdict.rank,
        "problem": said(verdict.sv, verdict.en),
    }


def _show(headings: Sequence[str], rows: Sequence[Sequence[str]], summary: str) -> None:
    table = Table(*headings)
    for row in rows[:_MOST_SHOWN]:
        table.add_row(*(Text(cell) for cell in row))
    console = screen.answers()
    console.print(table)
    console.print(summary, markup=False, soft_wrap=True)
    if len(rows) > _MOST_SHOWN:
        console.print(said("Alla visas med --json.", "All are shown with --json."))
