"""Periods of time, and how the region reads a clock. All is reckoned in UTC, so no clock change moves anything."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

SWEDEN: Final = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From `starts_at`, which is part of it, to `ends_at`, which is not. Both in UTC."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Period") -> bool:
        """Whether the two share any moment; one that begins where the other ends does not."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def covers(self, other: "Period") -> bool:
        """Whether all of the other lies within this."""
        return self.starts_at <= other.starts_at and other.ends_at <= self.ends_at


def local(moment: datetime) -> datetime:
    """The moment as a Swedish clock shows it, with the offset that tells the doubled hour in October apart."""
    return moment.astimezone(SWEDEN)
