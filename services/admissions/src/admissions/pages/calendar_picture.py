"""The calendar of an intake year as a picture: rows of what goes on, over the months."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from admissions.domain.calendar import Calendar
from shared.texts import Text

WIDTH: Final = 1000
LEFT: Final = 190
TOP: Final = 34
ROW: Final = 34
_RIGHT: Final = 20


@dataclass(frozen=True, slots=True)
class Mark:
    """A day (`until` is None) or a span of days in one row; `x` and `width` in units of the picture."""

    name: Text
    day: date
    until: date | None
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what it is about, and how far down."""

    name: Text
    y: int
    marks: Sequence[Mark]


@dataclass(frozen=True, slots=True)
class Picture:
    """`months`: first day and place of each; `today`: the place of the day, None when it lies outside."""

    rows: Sequence[Row]
    months: Sequence[tuple[date, float]]
    today: float | None
    height: int


_ROWS: Final[tuple[tuple[Text, tuple[tuple[Text, str, str | None], ...]], ...]] = (
    (
        Text(sv="Ansökan", en="Applications"),
        (
            (Text(sv="Ansökan är öppen", en="Applications are open"), "opens", "closes"),
            (Text(sv="Valen får ändras", en="Choices may be changed"), "preliminary", "change_until"),
        ),
    ),
    (
        Text(sv="Färdighetsprov", en="Skill tests"),
        ((Text(sv="Sista dag för resultat", en="Last day for results"), "skill_tests_by", None),),
    ),
    (
        Text(sv="Fri kvot", en="Free quota"),
        ((Text(sv="Sista dag för beslut", en="Last day for decisions"), "free_quota_by", None),),
    ),
    (
        Text(sv="Slutbetyg", en="Final grades"),
        ((Text(sv="Sista dag att rapportera", en="Last day to report"), "final_grades_by", None),),
    ),
    (
        Text(sv="Lovskolebetyg", en="Summer school grades"),
        ((Text(sv="Sista dag att rapportera", en="Last day to report"), "lovskola_grades_by", None),),
    ),
    (
        Text(sv="Antagning", en="Rounds"),
        (
            (Text(sv="Preliminär", en="Preliminary"), "preliminary", None),
            (Text(sv="Slutlig", en="Final"), "final", None),
        ),
    ),
    (Text(sv="Svar", en="Replies"), ((Text(sv="Svarstid", en="Time to reply"), "final", "reply_by"),)),
    (
        Text(sv="Reservantagning", en="Reserve rounds"),
        ((Text(sv="Reservantagning", en="Reserve rounds"), "reserve_from", "hand_over"),),
    ),
    (Text(sv="Skolstart", en="School starts"), ((Text(sv="Skolstart", en="School starts"), "starts_on", None),)),
)


def picture(calendar: Calendar, today: date) -> Picture:
    """The calendar drawn from the first of its first month to the last of its last."""
    days: list[date] = [getattr(calendar, name) for name in Calendar.dates()]
    begins, ends = min(days).replace(day=1), _next_month(max(days))
    unit = (WIDTH - LEFT - _RIGHT) / (ends - begins).days

    def place(day: date) -> float:
        return round(LEFT + (day - begins).days * unit, 1)

    def mark(name: Text, first: str, last: str | None) -> Mark:
        day, until = getattr(calendar, first), getattr(calendar, last) if last else None
        width = place(until + timedelta(days=1)) - place(day) if until else 0.0
        return Mark(name, day, until, place(day), round(width, 1))

    rows = [Row(name, TOP + at * ROW, [mark(*each) for each in marks]) for at, (name, marks) in enumerate(_ROWS)]
    months, first = [], begins
    while first < ends:
        months.append((first, place(first)))
        first = _next_month(first)
    return Picture(rows, months, place(today) if begins <= today < ends else None, TOP + len(rows) * ROW + 10)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
