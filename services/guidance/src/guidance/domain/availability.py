"""When a counsellor can be met, as the counsellor's municipality reports it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from guidance.domain.times import Period

# A longer one is a slip (a wrong date), and would flood every search with times.
LONGEST: Final = timedelta(hours=24)


class Channel(StrEnum):
    """How a session is held."""

    VIDEO = "video"
    PHONE = "phone"
    CHAT = "chat"
    ON_SITE = "on_site"


class Wrong(StrEnum):
    """What can be wrong with reported availability, beyond its shape."""

    BACKWARDS = "period_backwards"
    TOO_LONG = "period_too_long"
    OVERLAPS = "period_overlaps"
    NOT_YOURS = "counsellor_not_yours"


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that a report breaks: at which period, which rule, and the earlier period it collides with."""

    wrong: Wrong
    index: int = 0
    other: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counsellor:
    """A counsellor as reported; a higher revision replaces a lower one. The last three come with the working hours."""

    counsellor: UUID
    municipality: str
    display_name: str
    languages: tuple[str, ...]
    channels: tuple[Channel, ...]
    session_length: timedelta
    periods: tuple[Period, ...]
    revision: int
    max_per_day: int | None = None
    buffer_before: timedelta = timedelta(0)
    buffer_after: timedelta = timedelta(0)


def breaches(periods: Sequence[Period]) -> list[Breach]:
    """Every rule that the periods break, in their order; empty when there is none."""
    return sorted(_misshapen(periods) + _overlapping(periods), key=lambda breach: breach.index)


def _misshapen(periods: Sequence[Period]) -> list[Breach]:
    found = []
    for index, period in enumerate(periods):
        if period.ends_at <= period.starts_at:
            found.append(Breach(Wrong.BACKWARDS, index))
        elif period.ends_at - period.starts_at > LONGEST:
            found.append(Breach(Wrong.TOO_LONG, index))
    return found


def _overlapping(periods: Sequence[Period]) -> list[Breach]:
    """Each period that begins before an earlier one has ended; the one later in the list is named."""
    upright = [(period, index) for index, period in enumerate(periods) if period.starts_at < period.ends_at]
    found: list[Breach] = []
    widest: tuple[Period, int] | None = None
    for period, index in sorted(upright):
        if widest is not None and period.overlaps(widest[0]):
            found.append(Breach(Wrong.OVERLAPS, max(index, widest[1]), min(index, widest[1])))
        if widest is None or period.ends_at > widest[0].ends_at:
            widest = period, index
    return found


def take(known: Counsellor | None, report: Counsellor) -> tuple[Counsellor | None, Breach | None]:
    """The counsellor after the report, and why it is not taken.

    - A counsellor belongs to the municipality that first reported them.
    - A revision that is not higher than the known one is stale and changes nothing, so the order of delivery is free.
    """
    if known is not None and known.municipality != report.municipality:
        return known, Breach(Wrong.NOT_YOURS)
    if known is not None and report.revision <= known.revision:
        return known, None
    return report, None
