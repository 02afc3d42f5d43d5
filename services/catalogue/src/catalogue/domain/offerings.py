"""What a report does to an offering, and what the region is told of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """Whether an offering can be applied for."""

    OFFERED = "offered"
    WITHDRAWN = "withdrawn"


class News(StrEnum):
    """What the region is told."""

    PUBLISHED = "published"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What an applicant sees of an offering. `terms`: skill test, quotas, introduction programme, as reported."""

    programme: str
    orientation: str | None
    school_unit: str
    school_name: str
    seats: int
    status: Status
    terms: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A municipality's full statement of one offering in one intake year; a higher revision replaces a lower one."""

    offering: str
    intake_year: int
    municipality: str
    revision: int
    content: Content

    @property
    def key(self) -> tuple[str, int]:
        """The same school offers the same programme year after year, so the year is part of what is named."""
        return self.offering, self.intake_year


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    """An offering as the region knows it. `version` counts what has been told of it; 0 means nothing yet."""

    offering: str
    intake_year: int
    municipality: str
    revision: int
    version: int
    content: Content


def take(known: Offering | None, report: Report) -> tuple[Offering, News | None]:
    """The offering after the report, and what to tell the region.

    - A revision that is not higher than the known one is stale and changes nothing, so the order of delivery is free.
    - The same content under a higher revision tells nothing: readers would do work for a fact they already have.
    - An offering withdrawn before it was ever told of is kept, for its revision, and not told of.
    - One that comes back after having been withdrawn is a change of something readers already know.
    """
    if known is not None and report.revision <= known.revision:
        return known, None
    news = _news(known, report.content)
    after = Offering(
        offering=report.offering,
        intake_year=report.intake_year,
        municipality=report.municipality,
        revision=report.revision,
        version=known.version if known else 0,
        content=report.content,
    )
    return (after, None) if news is None else (replace(after, version=after.version + 1), news)


def _news(known: Offering | None, content: Content) -> News | None:
    told = known is not None and known.version > 0
    if not told:
        return News.PUBLISHED if content.status is Status.OFFERED else None
    assert known is not None
    if content.status is Status.WITHDRAWN:
        return News.WITHDRAWN if known.content.status is Status.OFFERED else None
    return News.CHANGED if content != known.content else None
