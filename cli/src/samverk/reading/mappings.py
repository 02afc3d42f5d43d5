"""Which columns make which event. One row is one event, but for grades in long form: there a pupil's rows make one.

Columns beyond these are passed over. An empty cell is a field that is left out.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from samverk.reading.rows import Unreadable
from samverk.reading.table import Cells, Table
from samverk.reading.values import moment, ore, whole, yes_or_no

Data = dict[str, Any]
Made = tuple[int, Data]
_CHOICE = re.compile(r"choice([1-9][0-9]?)")
_SUBJECT = re.compile(r"[a-z]{2,3}|(m1|m2|ml)[a-z]{3}")
_COSTS = ("teaching", "learning_tools", "pupil_health", "meals", "administration", "premises")
_NOT_SUBJECTS = frozenset({"applicant", "intake_year", "occasion", "revision"})


@dataclass(frozen=True, slots=True)
class Mapped:
    """A kind of table: `name` on the command line, the columns that tell it, and how its rows become data."""

    name: str
    type: str
    told_by: frozenset[str]
    make: Callable[[Table, int], Iterator[Made]]


def _kept(cells: Cells, *names: str) -> Data:
    return {name: cells[name] for name in names if name in cells}


def _numbers(cells: Cells, *names: str) -> Data:
    return {name: whole(cells[name]) for name in names if name in cells}


def _revision(cells: Cells, revision: int) -> Data:
    return {"revision": whole(cells["revision"]) if "revision" in cells else revision}


def _offerings(table: Table, revision: int) -> Iterator[Made]:
    for line, cells in table.rows:
        data = _kept(cells, "offering", "programme", "orientation", "school_unit", "school_name")
        data |= _numbers(cells, "intake_year", "seats") | {"status": cells.get("status", "offered")}
        yield line, data | _revision(cells, revision)


def _cost_bases(table: Table, revision: int) -> Iterator[Made]:
    for line, cells in table.rows:
        costs: Data = {name: ore(cells[name]) for name in _COSTS if name in cells}
        costs |= {name: whole(cells[f"{name}_ore"]) for name in _COSTS if f"{name}_ore" in cells}
        data = _kept(cells, "programme") | _numbers(cells, "price_year", "pupils") | {"costs_ore": costs}
        yield line, data | _revision(cells, revision)


def _applications(table: Table, revision: int) -> Iterator[Made]:
    columns = sorted(int(found[1]) for name in table.columns if (found := _CHOICE.fullmatch(name)))
    for line, cells in table.rows:
        wished = [cells[f"choice{number}"] for number in columns if f"choice{number}" in cells]
        data = _kept(cells, "applicant", "identity") | _numbers(cells, "intake_year")
        data["protected"] = yes_or_no(cells.get("protected", ""))
        if "submitted_at" in cells:
            data["submitted_at"] = moment(cells["submitted_at"])
        data["choices"] = [{"rank": rank, "offering": name} for rank, name in enumerate(wished, start=1)]
        yield line, data | _revision(cells, revision)


def _grades(table: Table, revision: int) -> Iterator[Made]:
    return _grades_long(table, revision) if "subject" in table.columns else _grades_wide(table, revision)


def _grades_wide(table: Table, revision: int) -> Iterator[Made]:
    subjects = [name for name in table.columns if _SUBJECT.fullmatch(name) and name not in _NOT_SUBJECTS]
    for line, cells in table.rows:
        grades = [_grade(name, cells[name]) for name in subjects if name in cells]
        yield line, _of_pupil(cells, revision) | {"grades": grades}


def _grades_long(table: Table, revision: int) -> Iterator[Made]:
    """A pupil's rows of one occasion become one report, on the line of the first of them."""
    pupils: dict[tuple[str, ...], Made] = {}
    for line, cells in table.rows:
        key = tuple(cells.get(name, "") for name in ("applicant", "intake_year", "occasion", "revision"))
        _, data = pupils.setdefault(key, (line, _of_pupil(cells, revision) | {"grades": []}))
        data["grades"].append(_grade(cells.get("subject", ""), cells.get("grade", "")))
    yield from pupils.values()


def _grade(subject: str, grade: str) -> Data:
    return {"subject": subject.upper(), "grade": grade.upper().replace("–", "-").replace("−", "-")}


def _of_pupil(cells: Cells, revision: int) -> Data:
    data = _kept(cells, "applicant", "occasion") | _numbers(cells, "intake_year") | _revision(cells, revision)
    dances = "reduced_timetable_for_dance"
    return data | ({dances: yes_or_no(cells[dances])} if dances in cells else {})


def _replies(table: Table, revision: int) -> Iterator[Made]:
    for line, cells in table.rows:
        data = _kept(cells, "applicant", "answer") | _numbers(cells, "intake_year")
        if "replied_at" in cells:
            data["replied_at"] = moment(cells["replied_at"])
        yield line, data | _revision(cells, revision)


MAPPINGS: Sequence[Mapped] = (
    Mapped("applications", "se.samverk.admissions.application.submitted.v1", frozenset({"choice1"}), _applications),
    Mapped("replies", "se.samverk.admissions.reply.given.v1", frozenset({"answer"}), _replies),
    Mapped("grades", "se.samverk.admissions.grades.reported.v1", frozenset({"occasion"}), _grades),
    Mapped("cost-bases", "se.samverk.pricing.cost_basis.reported.v1", frozenset({"price_year"}), _cost_bases),
    Mapped("offerings", "se.samverk.catalogue.offering.reported.v1", frozenset({"seats"}), _offerings),
)
BY_NAME: Mapping[str, Mapped] = {mapped.name: mapped for mapped in MAPPINGS}


def chosen(name: str | None, table: Table) -> Mapped:
    """The mapping of that name or event type, or else the one its columns tell. Raises Unreadable."""
    names = ", ".join(BY_NAME)
    if name is not None:
        found = next((mapped for mapped in MAPPINGS if name in (mapped.name, mapped.type)), None)
        if found is None:
            raise Unreadable(f"Okänd typ; välj en av {names}.", f"Unknown type; choose one of {names}.")
        return found
    for mapped in MAPPINGS:
        if mapped.told_by <= set(table.columns):
            return mapped
    raise Unreadable(
        f"Kolumnerna visar inte vad filen innehåller; ange --type ({names}).",
        f"The columns don't tell what the file holds; give --type ({names}).",
    )
