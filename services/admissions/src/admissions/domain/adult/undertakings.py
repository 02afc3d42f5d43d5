"""The home municipality's opinion, and whether it must undertake the cost.

SL 20:14 and 20:21: an application is handed to the home municipality and forwarded with its opinion. SL 20:21a: there
are cases in which the undertaking must be given, and it stays with that municipality even if the student moves.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from admissions.domain.adult.facts import Facts, Form, Wanted
from admissions.domain.adult.standing import Kind, Standing


class Duty(StrEnum):
    """Why the undertaking must be given."""

    RIGHT = "right"
    COOPERATION_AREA = "cooperation_area"
    SPECIAL_REASONS = "special_reasons"


@dataclass(frozen=True, slots=True)
class FreeChoice:
    """Vocational education inside one primary cooperation area is chosen freely, from education starting on a day."""

    municipalities: AbstractSet[str]
    starts_from: date

    def covers(self, home: str, wanted: Wanted) -> bool:
        """Whether this application falls under the free choice."""
        inside = home in self.municipalities and wanted.organiser in self.municipalities
        vocational = wanted.form in (Form.UPPER_SECONDARY, Form.ADAPTED_UPPER_SECONDARY) and wanted.vocational
        return inside and vocational and wanted.from_day >= self.starts_from


def needs_opinion(home: str, wanted: Wanted, free: FreeChoice) -> bool:
    """False at home, in sfi (the organiser decides alone, SL 20:33) and under the free choice."""
    return home != wanted.organiser and wanted.form is not Form.SFI and not free.covers(home, wanted)


def duty(home: str, wanted: Wanted, facts: Facts, standing: Standing, free: FreeChoice) -> Duty | None:
    """Why the home municipality must undertake the cost; None when it may decide for itself."""
    if free.covers(home, wanted):
        return Duty.COOPERATION_AREA
    if standing.kind is Kind.RIGHT:
        return Duty.RIGHT
    return Duty.SPECIAL_REASONS if facts.special_reasons and standing.kind is not Kind.NOT_ELIGIBLE else None
