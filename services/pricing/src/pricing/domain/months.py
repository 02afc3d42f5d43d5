"""Months, and a yearly price in twelfths."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


class NotAMonth(ValueError):
    """A month is written YYYY-MM, for example 2027-08."""

    sv = "En månad skrivs ÅÅÅÅ-MM, till exempel 2027-08."


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month; `number` runs from 1 to 12."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """The month written as `2027-08`; raises `NotAMonth`."""
        match = _MONTH.fullmatch(text)
        if match is None or match[1] == "0000":
            raise NotAMonth
        return cls(int(match[1]), int(match[2]))

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.year, self.number, monthrange(self.year, self.number)[1])

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"


def month_price(yearly_ore: int, month: Month) -> int:
    """What a month costs in öre: a year's months sum exactly to the yearly price, and differ by 1 öre at most."""
    return yearly_ore * month.number // 12 - yearly_ore * (month.number - 1) // 12
