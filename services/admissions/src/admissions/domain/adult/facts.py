"""What an application to adult education says of the applicant and of what is applied for."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Form(StrEnum):
    """The parts of adult education (SL 20:2); `code` is Skolverket's."""

    SFI = "sfi"
    BASIC = "basic"
    UPPER_SECONDARY = "upper_secondary"
    ADAPTED_BASIC = "adapted_basic"
    ADAPTED_UPPER_SECONDARY = "adapted_upper_secondary"

    @property
    def code(self) -> str:
        return _CODES[self]

    @property
    def is_basic(self) -> bool:
        """On the level of compulsory school, where there is a right and never a selection."""
        return self in (Form.BASIC, Form.ADAPTED_BASIC)


_CODES = {
    Form.SFI: "VUXSFI",
    Form.BASIC: "VUXGR",
    Form.UPPER_SECONDARY: "VUXGY",
    Form.ADAPTED_BASIC: "VUXGRAN",
    Form.ADAPTED_UPPER_SECONDARY: "VUXGYAN",
}


class Aim(StrEnum):
    """What an education on upper-secondary level is for; the first two give a right (SL 20:19)."""

    HIGHER_EDUCATION = "higher_education"
    VOCATIONAL_COLLEGE = "vocational_college"
    OTHER = "other"


class Need(StrEnum):
    """What the applicant needs the education for, as the selection reads it (VF 3:7)."""

    UNEMPLOYED = "unemployed"
    AT_RISK = "at_risk"
    PRESENT_WORK = "present_work"
    PLANNED_OCCUPATION = "planned_occupation"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the home municipality has found out; `birth_year` is read from the identity."""

    birth_year: int
    resident: bool
    lacks_knowledge: bool
    can_benefit: bool
    completed_upper_secondary: bool
    completed_programme: bool
    lacks_basic_swedish: bool
    nordic_language: bool
    special_reasons: bool
    aim: Aim
    begun_under_plan: bool
    need: Need
    education_years: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The education applied for, and when it was asked for; `from_day` is the earliest start the applicant can take."""

    organiser: str
    course: str
    form: Form
    vocational: bool
    from_day: date
    submitted_at: datetime
