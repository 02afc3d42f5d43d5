"""A person behind the pseudonymous id: identity number, where they live and have lived, how they are protected."""

from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum


class Protection(IntEnum):
    """How personal details are protected. An assumed identity has no level: it must not show as one."""

    NONE = 0
    SECRECY_MARKING = 1
    PROTECTED_REGISTRATION = 2

    @property
    def word(self) -> str:
        """As events and answers say it."""
        return self.name.lower()


LEVELS = {level.word: level for level in Protection}


@dataclass(frozen=True, slots=True)
class Move:
    """Lives in `to` from a day on; `by`: who said so."""

    by: str
    on: date
    to: str


@dataclass(frozen=True, slots=True)
class Home:
    """A home municipality; None: since before the application, or still."""

    municipality: str
    valid_from: date | None
    valid_until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """`reported_by`: the municipality that handed in the application, which was home then. `moves` by day.

    Masked, identity and homes are not told.
    """

    applicant: str
    identity: str | None
    reported_by: str
    moves: tuple[Move, ...]
    protection: Protection
    masked: bool = False

    @property
    def homes(self) -> list[Home]:
        """Where the person has lived, the first first; the last word on a day counts."""
        if self.masked:
            return []
        by_day = {move.on: move.to for move in self.moves}
        starts: list[tuple[date | None, str]] = [(None, self.reported_by), *sorted(by_day.items())]
        ends = [start for start, _ in starts[1:]]
        return [Home(town, start, end) for (start, town), end in zip(starts, [*ends, None], strict=True)]

    def home_on(self, day: date) -> str:
        """The home municipality on a day."""
        before = [move for move in self.moves if move.on <= day]
        return max(before, key=lambda move: move.on).to if before else self.reported_by

    def without_details(self) -> "Person":
        """For a reader who may not see protected details."""
        return replace(self, identity=None, masked=True)
