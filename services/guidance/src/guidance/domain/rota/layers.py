"""A layer: counsellors who take turns, and the hours in which they do."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import lcm
from typing import Final, NamedTuple
from uuid import UUID

from guidance.domain.rota.clock import DAY, at, midnight, moment, wall
from guidance.domain.times import Period

MINUTES_OF_DAY: Final = 24 * 60
MOST_PARTICIPANTS: Final = 100
LONGEST_TURN: Final = 31
Wall = tuple[datetime, datetime]


class Handover(StrEnum):
    """How often the duty passes to the next."""

    DAILY = "daily"
    WEEKLY = "weekly"


class LayerWrong(Exception):
    """The layer needs participants, a turn of 1 to 31 days or weeks, and hours that end after they begin."""

    sv = "Lagret behöver deltagare, turer om 1 till 31 dagar eller veckor och tider som slutar efter att de börjat."


class Window(NamedTuple):
    """Hours of one weekday (0 is Monday) by the clock on the wall, in minutes from midnight; `ends` is at most 1440."""

    weekday: int
    begins: int
    ends: int


class Key(NamedTuple):
    """What a shift is, whenever it is: the layer's turn, counted from its first, and which piece of the turn."""

    layer: UUID
    turn: int
    piece: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Counsellors of several municipalities who take turns.

    A turn is `every` days or weeks long and begins at `at` minutes past midnight, on `weekday` when weekly. Without
    windows the duty is round the clock. The layer runs from `starts_on` through `ends_on`, both included.
    """

    layer: UUID
    name: str
    participants: tuple[UUID, ...]
    handover: Handover
    every: int
    at: int
    weekday: int
    starts_on: date
    ends_on: date | None
    windows: tuple[Window, ...]
    off_on_holidays: bool

    @property
    def turn_days(self) -> int:
        """How many days a turn has."""
        return self.every * (7 if self.handover is Handover.WEEKLY else 1)

    @property
    def anchor(self) -> datetime:
        """The wall time at which turn 0 begins: on the first day, or on the handover day before it."""
        back = (self.starts_on.weekday() - self.weekday) % 7 if self.handover is Handover.WEEKLY else 0
        return at(self.starts_on - DAY * back, self.at)

    def turn_begins(self, turn: int) -> datetime:
        """The wall time at which the turn begins."""
        return self.anchor + DAY * (self.turn_days * turn)

    def turn_at(self, when: datetime) -> int:
        """The turn that a wall time falls in; negative before the first."""
        return (when - self.anchor) // timedelta(days=self.turn_days)


class Piece(NamedTuple):
    """A shift as the rotation gives it: usually one period, several when a holiday stands in the midst of it."""

    key: Key
    counsellor: UUID
    periods: tuple[Period, ...]


def check(layer: Layer) -> Layer:
    """The layer, if it can be used. Raises LayerWrong."""
    right = (
        0 < len(layer.participants) <= MOST_PARTICIPANTS
        and 0 < layer.every <= LONGEST_TURN
        and 0 <= layer.at < MINUTES_OF_DAY
        and 0 <= layer.weekday <= 6
        and (layer.ends_on is None or layer.starts_on <= layer.ends_on)
        and all(0 <= w.weekday <= 6 and 0 <= w.begins < w.ends <= MINUTES_OF_DAY for w in layer.windows)
    )
    if not right:
        raise LayerWrong
    return layer


def pieces(layer: Layer, within: Period, closed: AbstractSet[date]) -> Iterator[Piece]:
    """The layer's shifts that touch the period, whole and in order; `closed` are the holidays."""
    first = max(layer.turn_at(wall(within.starts_at) - DAY), 0)
    last = layer.turn_at(wall(within.ends_at) + DAY)
    for turn in range(first, last + 1):
        for piece in of_turn(layer, turn, closed):
            if any(period.overlaps(within) for period in piece.periods):
                yield piece


def of_turn(layer: Layer, turn: int, closed: AbstractSet[date]) -> Iterator[Piece]:
    """The turn's shifts. A piece keeps its number when hours move, and when a holiday takes another piece away."""
    for number, (begins, ends) in enumerate(_walls(layer, turn)):
        open_parts = _without(begins, ends, closed) if layer.off_on_holidays else [(begins, ends)]
        periods = tuple(Period(moment(a), moment(b)) for a, b in open_parts if moment(a) < moment(b))
        if periods:
            yield Piece(Key(layer.layer, turn, number), _whose(layer, turn), periods)


def _whose(layer: Layer, turn: int) -> UUID:
    """Turns that have no hours (a day's turn on a Sunday) pass nobody by: only the others are counted out."""
    flags = _cycle(layer)
    rounds, rest = divmod(turn, len(flags))
    served = rounds * sum(flags) + sum(flags[:rest])
    return layer.participants[served % len(layer.participants)]


def _cycle(layer: Layer) -> list[bool]:
    """Which turns have hours; the weekdays repeat themselves after so many turns."""
    turns = lcm(7, layer.turn_days) // layer.turn_days
    return [bool(_open_walls(layer, layer.turn_begins(turn), layer.turn_begins(turn + 1))) for turn in range(turns)]


def _walls(layer: Layer, turn: int) -> list[Wall]:
    """The turn's hours between the layer's first and last day, as the clock shows them, joined where they meet."""
    begins, ends = layer.turn_begins(turn), layer.turn_begins(turn + 1)
    begins = max(begins, midnight(layer.starts_on))
    if layer.ends_on is not None:
        ends = min(ends, midnight(layer.ends_on + DAY))
    return _open_walls(layer, begins, ends) if begins < ends else []


def _open_walls(layer: Layer, begins: datetime, ends: datetime) -> list[Wall]:
    if not layer.windows:
        return [(begins, ends)]
    return clipped(layer.windows, begins, ends)


def clipped(windows: Sequence[Window], begins: datetime, ends: datetime) -> list[Wall]:
    """The windows' hours between two wall times, in order, joined where they meet or overlap."""
    found: list[Wall] = []
    day = begins.date()
    while midnight(day) < ends:
        for window in sorted(w for w in windows if w.weekday == day.weekday()):
            a, b = max(at(day, window.begins), begins), min(at(day, window.ends), ends)
            if a >= b:
                continue
            if found and a <= found[-1][1]:
                found[-1] = found[-1][0], max(b, found[-1][1])
            else:
                found.append((a, b))
        day += DAY
    return found


def _without(begins: datetime, ends: datetime, closed: AbstractSet[date]) -> list[Wall]:
    """The time less the closed days."""
    parts: list[Wall] = []
    day = begins.date()
    while midnight(day) < ends:
        a, b = max(begins, midnight(day)), min(ends, midnight(day + DAY))
        if day not in closed:
            if parts and parts[-1][1] == a:
                parts[-1] = parts[-1][0], b
            else:
                parts.append((a, b))
        day += DAY
    return parts
