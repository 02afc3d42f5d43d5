"""Who is placed where, and when. Facts come in any order; where they end is the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from pricing.domain.months import Month


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A pupil's place: what is charged by whom. `payer` is the home municipality, `payee` the school's."""

    applicant: str
    intake_year: int
    offering: str
    programme: str
    payer: str
    payee: str

    @property
    def key(self) -> tuple[str, int, str]:
        """A pupil has a place at an offering of an intake year once at most."""
        return self.applicant, self.intake_year, self.offering


@dataclass(frozen=True, slots=True, order=True)
class Accepted:
    """The place was accepted at `said_at`, to begin on a day."""

    said_at: datetime
    starts_on: date


@dataclass(frozen=True, slots=True, order=True)
class Vacated:
    """The place was given up at `said_at`; `vacated_on` is the first day on which it is not held."""

    said_at: datetime
    vacated_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """What is known of a place: the latest acceptance and the latest vacation, whichever of them came first to us."""

    place: Place
    accepted: Accepted | None = None
    vacated: Vacated | None = None

    def with_fact(self, place: Place, fact: Accepted | Vacated) -> Placement:
        """The placement once the fact is known too; an older fact of the same kind changes nothing.

        The terms of a place are those of its acceptance; a vacation brings them only until that is known.
        """
        if isinstance(fact, Accepted):
            known = self.accepted is not None and self.accepted >= fact
            return self if known else replace(self, place=place, accepted=fact)
        if self.vacated is not None and self.vacated >= fact:
            return self
        return replace(self, place=self.place if self.accepted else place, vacated=fact)

    @property
    def ends_on(self) -> date | None:
        """The first day on which the place is not held; None while it is held.

        A vacation said before the acceptance belongs to an earlier holding of the same place.
        """
        if self.vacated is None or (self.accepted is not None and self.vacated.said_at < self.accepted.said_at):
            return None
        return self.vacated.vacated_on

    def last_day_in(self, month: Month) -> date | None:
        """The last day of the month on which the place is held; None when it is not held on any day of it."""
        if self.accepted is None or self.accepted.starts_on > month.last:
            return None
        ends_on = self.ends_on
        if ends_on is None or ends_on > month.last:
            return month.last
        if ends_on <= month.first or ends_on <= self.accepted.starts_on:
            return None
        return date.fromordinal(ends_on.toordinal() - 1)


def first_known(place: Place, fact: Accepted | Vacated) -> Placement:
    """The placement when a fact is the first that is known of it."""
    return Placement(place=place).with_fact(place, fact)
