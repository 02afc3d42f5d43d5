"""What counts as a person's identity in an application.

A personal number (FBL 18 §), a coordination number (day + 60, SNL 2:8), a TF number (birth date, `TF`, two digits)
or an interim number (birth date, a letter, three digits), always with the century.
The numbers are checked here and nowhere repeated: an error names the kind of fault, never the number.
"""

import re
from datetime import date
from functools import lru_cache

COORDINATION_DAYS = 60
_DOUBLED = {"0": 0, "1": 2, "2": 4, "3": 6, "4": 8, "5": 1, "6": 3, "7": 5, "8": 7, "9": 9}
_LOCAL = re.compile(r"[0-9]{8}(?:TF[0-9]{2}|[TRSUWXJKLMN][0-9]{3})")


def is_valid(identity: str) -> bool:
    """Whether this is a personal, coordination, TF or interim number; a hyphen may stand after the date."""
    if identity[8:9] == "-":
        identity = identity[:8] + identity[9:]
    if identity.isdecimal() and identity.isascii():
        return _is_number(identity)
    return _LOCAL.fullmatch(identity) is not None and _is_birth_date(identity[:8], 0)


def _is_number(identity: str) -> bool:
    whole = len(identity) == 12 and identity[8:11] != "000"
    return whole and _is_birth_date(identity[:8], COORDINATION_DAYS) and _check_digit_holds(identity)


def _check_digit_holds(identity: str) -> bool:
    """Luhn's check over the ten digits without the century, weights 2 and 1."""
    doubled = sum(map(_DOUBLED.__getitem__, identity[2::2]))
    return (doubled + sum(map(int, identity[3::2]))) % 10 == 0


@lru_cache(maxsize=50_000)
def _is_birth_date(digits: str, added_days: int) -> bool:
    """Whether YYYYMMDD is a day of the calendar; the day may carry the coordination number's addition."""
    day = int(digits[6:])
    try:
        date(int(digits[:4]), int(digits[4:6]), day - added_days if day > added_days else day)
    except ValueError:
        return False
    return True
