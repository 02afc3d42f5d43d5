"""Which programmes may be offered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Wrong(StrEnum):
    """What can be wrong with a reported offering, beyond its shape."""

    NOT_YOURS = "offering_not_yours"
    UNKNOWN_PROGRAMME = "programme_unknown"
    CLOSED_PROGRAMME = "programme_closed"


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that a report breaks: where (the name of the field), which, and what would be right."""

    field: str
    wrong: Wrong
    right: str


@dataclass(frozen=True, slots=True)
class Programmes:
    """The programmes that may be offered, and the closed ones with the code to use instead."""

    open: frozenset[str]
    closed: Mapping[str, str]


def breaches(*, offering: str, programme: str, reporter: str | None, programmes: Programmes) -> Sequence[Breach]:
    """Every rule that a reported offering breaks; empty when there is none.

    An offering belongs to the municipality whose code begins its id, and only that one may report it.
    """
    found = []
    if reporter is None or not offering.startswith(f"{reporter}-"):
        found.append(Breach("offering", Wrong.NOT_YOURS, f"{reporter or 'NNNN'}-"))
    if programme in programmes.closed:
        found.append(Breach("programme", Wrong.CLOSED_PROGRAMME, programmes.closed[programme]))
    elif programme not in programmes.open:
        found.append(Breach("programme", Wrong.UNKNOWN_PROGRAMME, " ".join(sorted(programmes.open))))
    return found
