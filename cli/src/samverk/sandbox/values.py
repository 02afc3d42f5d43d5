"""Kinds of cells: how each is read, and what to mend where it cannot be."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Generic, TypeVar

from samverk.reading.values import whole as tolerant_whole

T = TypeVar("T")
Number = int | Decimal
_MOST = 1_000_000
_MOST_MERIT = Decimal("9999.9")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """`read` gives None for a cell that is none of the kind; `stand_in` then takes its place."""

    read: Callable[[str], T | None]
    stand_in: T
    sv: str
    en: str


def _plain(cell: str) -> bool:
    """Python would read `1_0` as ten; nobody who writes a table means that."""
    return len(cell) <= _LONGEST and "_" not in cell


def _decimal(cell: str) -> Decimal | None:
    try:
        number = Decimal(cell.replace(",", ".").replace("−", "-")) if _plain(cell) else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None


def _whole(lowest: int) -> Callable[[str], int | None]:
    def read(cell: str) -> int | None:
        number = tolerant_whole(cell) if _plain(cell) else None
        return number if isinstance(number, int) and lowest <= number <= _MOST else None

    return read


def _tenths(cell: str) -> int | None:
    number = _decimal(cell)
    if number is None or not 0 <= number <= _MOST_MERIT or number * 10 != int(number * 10):
        return None
    return int(number * 10)


def _drawn(cell: str) -> tuple[Number] | tuple[()] | None:
    """The number alone in a tuple; an empty one for an empty cell."""
    if not cell:
        return ()
    number = _decimal(cell)
    return None if number is None else (number,)


SEATS = Kind(_whole(0), 0, f"Skriv ett heltal från 0 till {_MOST}.", f"Write a whole number from 0 to {_MOST}.")
RANK = Kind(_whole(1), -1, f"Skriv ett heltal från 1 till {_MOST}.", f"Write a whole number from 1 to {_MOST}.")
RECEPTION = Kind({"1": 1, "2": 2}.get, 1, "Skriv 1 (förstahand) eller 2 (andrahand).",
                 "Write 1 (first hand) or 2 (second hand).")  # fmt: skip
FLAG = Kind({"1": 1, "0": 0}.get, 0, "Skriv 1 (ja) eller 0 (nej).", "Write 1 (yes) or 0 (no).")
MERIT = Kind(_tenths, 0, f"Skriv ett tal från 0 till {_MOST_MERIT} med högst en decimal.",
             f"Write a number from 0 to {_MOST_MERIT} with at most one decimal.")  # fmt: skip
RANDOM: Kind[tuple[Number] | tuple[()]] = Kind(
    _drawn, (), "Skriv ett tal, eller lämna cellen tom så lottas ett.", "Write a number, or leave it empty to draw one."
)
