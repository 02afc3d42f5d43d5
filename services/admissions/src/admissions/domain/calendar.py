"""The dated calendar of one intake year in one region.

All dates are Swedish days, inclusive; a last date lasts until midnight in Sweden.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime
from zoneinfo import ZoneInfo

SWEDEN = ZoneInfo("Europe/Stockholm")


class DatesOutOfOrder(ValueError):
    """The dates of a calendar do not follow each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Dates of one intake year, all inclusive, in the order of the year. Raises DatesOutOfOrder.

    `residence_on`: where an applicant lives on this day decides reception and who pays, in every round.
    """

    intake_year: int
    opens: date
    closes: date
    skill_tests_by: date
    free_quota_by: date
    preliminary: date
    change_until: date
    final_grades_by: date
    lovskola_grades_by: date
    residence_on: date
    final: date
    reply_by: date
    reserve_from: date
    reserve_reply_by: date
    starts_on: date
    hand_over: date

    def __post_init__(self) -> None:
        for before, after in (
            ("opens", "closes"),
            ("closes", "preliminary"),
            ("preliminary", "change_until"),
            ("change_until", "final"),
            ("final_grades_by", "lovskola_grades_by"),
            ("lovskola_grades_by", "final"),
            ("skill_tests_by", "final"),
            ("free_quota_by", "final"),
            ("residence_on", "starts_on"),
            ("final", "reply_by"),
            ("reply_by", "reserve_from"),
            ("reserve_from", "reserve_reply_by"),
            ("reserve_from", "hand_over"),
        ):
            if getattr(self, before) > getattr(self, after):
                raise DatesOutOfOrder(f"{before} must not come after {after}")

    @staticmethod
    def dates() -> tuple[str, ...]:
        """The names of the dates."""
        return tuple(field.name for field in fields(Calendar) if field.name != "intake_year")


def swedish_day(moment: datetime) -> date:
    """The day in Sweden at this moment."""
    return moment.astimezone(SWEDEN).date()
