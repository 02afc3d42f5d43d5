"""Cells to values: whole numbers, kronor, yes and no, moments."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

SWEDEN = ZoneInfo("Europe/Stockholm")
_ORE = 100
_TRUE = frozenset({"1", "ja", "j", "true", "sant", "yes", "x"})
_FALSE = frozenset({"0", "nej", "n", "false", "falskt", "no", ""})


def whole(cell: str) -> int | str:
    """A whole number, also as `1 234` or `12,0`; what is none stays text, for the contract to refuse."""
    number = _decimal(cell)
    return int(number) if number is not None and number == number.to_integral_value() else cell


def ore(cell: str) -> int | str:
    """Kronor with decimal comma or point, as whole öre; what is no such amount stays text."""
    number = _decimal(cell)
    if number is None or number * _ORE != (number * _ORE).to_integral_value():
        return cell
    return int(number * _ORE)


def yes_or_no(cell: str) -> bool | str:
    """`ja`, `nej`, `1`, `0`, `true`, `false`; an empty cell means no."""
    word = cell.casefold()
    return True if word in _TRUE else False if word in _FALSE else cell


def moment(cell: str) -> str:
    """RFC 3339; a moment without time zone is Swedish time, a bare date is noon that day. Otherwise as it stands."""
    try:
        read = datetime.fromisoformat(cell)
    except ValueError:
        return cell
    if len(cell) <= len("2027-01-31"):
        read = read.replace(hour=12)
    return (read if read.tzinfo else read.replace(tzinfo=SWEDEN)).isoformat(timespec="seconds")


def _decimal(cell: str) -> Decimal | None:
    plain = "".join(cell.split()).replace("−", "-")
    if "," in plain and "." in plain:
        plain = plain.replace("." if plain.rindex(",") > plain.rindex(".") else ",", "")
    try:
        number = Decimal(plain.replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
