"""Rotas for the tests, in few words."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from guidance.domain.rota.clock import at, moment, wall
from guidance.domain.rota.layers import Handover, Key, Layer, Window
from guidance.domain.rota.schedule import (
    Duty,
    Override,
    Rota,
    Swap,
    hull,
    piece_of,
)
from guidance.domain.times import Period

QUARTER = timedelta(minutes=15)


PEOPLE = tuple(UUID(int=number) for number in range(1, 6))


ANNA, BERIT, CILLA, *_ = PEOPLE


OFFICE = tuple(Window(day, 8 * 60, 16 * 60) for day in range(5))


MONDAY = date(2027, 8, 16)
CHANGES = [
    date(year, month, day)
    for year, march, october in [(2026, 29, 25), (2027, 28, 31), (2028, 26, 29), (2029, 25, 28), (2030, 31, 27)]
    for month, day in [(3, march), (10, october)]
]


def layer(number: int = 900, **changes: Any) -> Layer:
    content: dict[str, Any] = {
        "layer": UUID(int=number),
        "name": "Jour",
        "participants": (ANNA, BERIT, CILLA),
        "handover": Handover.DAILY,
        "every": 1,
        "at": 0,
        "weekday": 0,
        "starts_on": MONDAY,
        "ends_on": None,
        "windows": OFFICE,
        "off_on_holidays": True,
    }
    return Layer(**content | changes)


def rota(*layers: Layer, overrides: tuple[Override, ...] = (), swaps: tuple[Swap, ...] = ()) -> Rota:
    return Rota(rota=UUID(int=800), layers=layers, overrides=overrides, swaps={swap.key: swap for swap in swaps})


def override(removes: UUID | None, adds: UUID | None, begins: datetime, ends: datetime, number: int = 1) -> Override:
    return Override(override=UUID(int=700 + number), removes=removes, adds=adds, period=Period(begins, ends))


def swap_of(known: Rota, key: Key, takes: UUID) -> Swap:
    piece = piece_of(known, key, frozenset())
    assert piece is not None
    return Swap(key=key, gives=piece.counsellor, takes=takes, agreed=hull(piece))


def week(day: date = MONDAY, days: int = 7) -> Period:
    return Period(moment(at(day, 0)), moment(at(day, days * 1440)))


def shown(duties: list[Duty]) -> list[tuple[str, str, int]]:
    return [
        (f"{wall(d.period.starts_at):%a %H:%M}", f"{wall(d.period.ends_at):%H:%M}", d.counsellor.int) for d in duties
    ]
