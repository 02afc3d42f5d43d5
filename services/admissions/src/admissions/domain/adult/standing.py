"""Right, eligibility, or neither: whether an applicant may study in a form of adult education."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from admissions.domain.adult.facts import Aim, Facts, Form


class Kind(StrEnum):
    """A right must be met at once; the eligible may have to be selected among."""

    RIGHT = "right"
    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not_eligible"


class Ground(StrEnum):
    """What decided the standing."""

    SFI = "sfi"
    BASIC = "basic"
    HIGHER_EDUCATION = "higher_education"
    ELIGIBLE = "eligible"
    NOT_RESIDENT = "not_resident"
    TOO_YOUNG = "too_young"
    HAS_KNOWLEDGE = "has_knowledge"
    CANNOT_BENEFIT = "cannot_benefit"
    HAS_BASIC_SWEDISH = "has_basic_swedish"
    NORDIC_LANGUAGE = "nordic_language"


@dataclass(frozen=True, slots=True)
class Standing:
    """With its ground and the paragraph that says so."""

    kind: Kind
    ground: Ground
    source: str


@dataclass(frozen=True, slots=True)
class Ages:
    """From the second half of the year in which one turns so many years."""

    sfi: int
    adult: int


def standing(form: Form, facts: Facts, *, starts_on: date, ages: Ages) -> Standing:
    """The standing of an applicant for an education that begins on a day."""
    if form is Form.SFI:
        return _sfi(facts, starts_on, ages)
    return _basic(facts, starts_on, ages) if form.is_basic else _upper(facts, starts_on, ages)


def old_enough(birth_year: int, years: int, starts_on: date) -> bool:
    """Whether the education begins on or after 1 July of the year one turns so old. The day of birth has no say."""
    return starts_on >= date(birth_year + years, 7, 1)


def _sfi(facts: Facts, starts_on: date, ages: Ages) -> Standing:
    """SL 20:31–32: resident, from the half-year after turning 16, lacks basic Swedish, and needs it taught."""
    if not facts.resident:
        return _not(Ground.NOT_RESIDENT, "SL 20:31")
    if not old_enough(facts.birth_year, ages.sfi, starts_on):
        return _not(Ground.TOO_YOUNG, "SL 20:31")
    if facts.nordic_language:
        return _not(Ground.NORDIC_LANGUAGE, "SL 20:32")
    if not facts.lacks_basic_swedish:
        return _not(Ground.HAS_BASIC_SWEDISH, "SL 20:31")
    return Standing(Kind.RIGHT, Ground.SFI, "SL 20:31")


def _basic(facts: Facts, starts_on: date, ages: Ages) -> Standing:
    """SL 20:11 and 20:11a: a right for all who are old enough, lack the knowledge and can take it in."""
    if not facts.resident:
        return _not(Ground.NOT_RESIDENT, "SL 20:11")
    if not old_enough(facts.birth_year, ages.adult, starts_on):
        return _not(Ground.TOO_YOUNG, "SL 20:11")
    return _lacking(facts, "SL 20:11") or Standing(Kind.RIGHT, Ground.BASIC, "SL 20:11")


def _upper(facts: Facts, starts_on: date, ages: Ages) -> Standing:
    """SL 20:20 and VF 3:2; a right for those who need it to be eligible for further studies (SL 20:19–19b)."""
    if not facts.resident:
        return _not(Ground.NOT_RESIDENT, "SL 20:20")
    of_age = old_enough(facts.birth_year, ages.adult, starts_on)
    if not (of_age or facts.completed_programme or facts.special_reasons):
        return _not(Ground.TOO_YOUNG, "VF 3:2")
    if refused := _lacking(facts, "SL 20:20"):
        return refused
    if of_age and facts.aim in (Aim.HIGHER_EDUCATION, Aim.VOCATIONAL_COLLEGE):
        return Standing(Kind.RIGHT, Ground.HIGHER_EDUCATION, "SL 20:19")
    return Standing(Kind.ELIGIBLE, Ground.ELIGIBLE, "SL 20:20")


def _lacking(facts: Facts, source: str) -> Standing | None:
    if not facts.lacks_knowledge:
        return _not(Ground.HAS_KNOWLEDGE, source)
    return None if facts.can_benefit else _not(Ground.CANNOT_BENEFIT, source)


def _not(ground: Ground, source: str) -> Standing:
    return Standing(Kind.NOT_ELIGIBLE, ground, source)
