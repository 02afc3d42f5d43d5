"""The figures of a round as they are published: per offering and municipality, with small groups withheld.

The lowest merit is that of those admitted in first hand without quota, and only where every seat is taken: else there
is no limit, and all who are eligible got a seat (practice of the admissions offices).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from admissions.domain.disclosure import FEWEST, Withheld, withheld

COUNTS = ("first_choice", "applicants", "first_hand", "eligible", "admitted", "reserves")
HOME_COUNTS = ("applicants", "eligible", "admitted", "first_choice_admitted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One line as it was counted. `counts` by name; merit in tenths; `limit_of`: how many the limit is taken over."""

    key: str
    group: str
    seats: int = 0
    counts: Mapping[str, int]
    lowest: int | None = None
    median: float | None = None
    limit_of: int = 0
    about: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line as it is published; None is withheld, or for merit also: there is no limit.

    `kind`: offering or home, group (a municipality's total) or whole (the region's).
    """

    key: str
    group: str
    kind: str
    seats: int
    counts: Mapping[str, int | None]
    vacant: int | None
    lowest: int | None = None
    median: float | None = None
    about: Mapping[str, str | None] = field(default_factory=dict)


def published(rows: Sequence[Counted], kind: str) -> list[Line]:
    """The lines, each group followed by its total, the whole last. `rows` stand in the order of their groups.

    Rows whose group is empty make one group, of which the whole is the total. Homes have no seats.
    """
    groups: dict[str, list[Counted]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    names = list(rows[0].counts) if rows else []
    hidden = {name: _withheld(groups, name) for name in names}
    lines: list[Line] = []
    for group, members in groups.items():
        lines += [_line(row, at, kind, hidden) for at, row in enumerate(members)]
        if group:
            lines.append(_total(group, group, "group", members, {n: group in hidden[n].totals for n in names}))
    if rows:
        lines.append(_total("", "", "whole", rows, {name: hidden[name].whole for name in names}))
    return lines


def _withheld(groups: Mapping[str, Sequence[Counted]], name: str) -> Withheld:
    """Seats are known to all, so who is admitted to fewer than five of them is withheld even when nobody is."""
    few = {g: [at for at, r in enumerate(rows) if 0 < r.seats < FEWEST] for g, rows in groups.items()}
    counts = {group: [row.counts[name] for row in rows] for group, rows in groups.items()}
    return withheld(counts, few if name == "admitted" else None)


def _line(row: Counted, at: int, kind: str, hidden: Mapping[str, Withheld]) -> Line:
    counts = {name: None if at in hidden[name].cells[row.group] else count for name, count in row.counts.items()}
    admitted = counts["admitted"]
    vacant = None if admitted is None or kind == "home" else max(row.seats - admitted, 0)
    shown = admitted is not None and row.limit_of >= FEWEST
    return Line(
        key=row.key,
        group=row.group,
        kind=kind,
        seats=row.seats,
        counts=counts,
        vacant=vacant,
        lowest=row.lowest if shown and vacant == 0 else None,
        median=row.median if shown else None,
        about=row.about,
    )


def _total(key: str, group: str, kind: str, rows: Sequence[Counted], hidden: Mapping[str, bool]) -> Line:
    counts = {name: None if hide else sum(row.counts[name] for row in rows) for name, hide in hidden.items()}
    seats = sum(row.seats for row in rows)
    hide = counts["admitted"] is None or not seats
    vacant = None if hide else sum(max(r.seats - r.counts["admitted"], 0) for r in rows)
    return Line(key=key, group=group, kind=kind, seats=seats, counts=counts, vacant=vacant)
