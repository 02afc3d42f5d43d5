"""From what an applicant handed in to the choices the placement engine compares."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from admissions.domain.calendar import Calendar, RankedChoice, Revision, choices_in_force
from admissions.domain.eligibility import Programme, eligibility, missing_subjects, open_programmes
from admissions.domain.grades import Grades, Occasion, best_of, passed_subjects
from admissions.domain.merit import MeritRules, merit
from admissions.domain.placement import Choice, lottery_number
from admissions.domain.reception import Area, Hand, reception
from admissions.domain.replies import Silence
from admissions.domain.rounds import Round, counted_until

UNKNOWN_OFFERING = "unknown_offering"
UNKNOWN_PROGRAMME = "unknown_programme"
MISSING_SUBJECTS = "missing_subjects"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules of one intake year in one region. `version` names them and changes when any of them does."""

    version: str
    calendar: Calendar
    merit: MeritRules
    programmes: Mapping[str, Programme]
    compulsory: tuple[str, ...]
    areas: tuple[Area, ...]
    ties: tuple[str, ...]
    silence: Silence


@dataclass(frozen=True, slots=True)
class Offering:
    """An offering that can be searched, as catalogue published it."""

    id: str
    municipality: str
    programme: str
    seats: int


@dataclass(frozen=True, slots=True)
class Held:
    """A place held when the run begins. `stays`: the holder wants to move up if a higher choice opens."""

    offering: str
    stays: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """Everything a run reads of one applicant; no identity among it."""

    id: str
    home: str
    revisions: tuple[Revision, ...]
    grades: Mapping[Occasion, Grades] = field(default_factory=dict)
    held: Held | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One applicant in one run. `merit` in tenths; `grounds`: why each choice is received as it is, by offering.

    `missing`: subjects to pass for the highest choice that is known, empty when eligible for it.
    """

    applicant: str
    home: str
    merit: int
    random: int
    missing: tuple[str, ...]
    open: tuple[str, ...]
    choices: tuple[Choice, ...]
    grounds: Mapping[str, str]


class Assessor:
    """Assesses applicants for one round: holds what is common to all of them."""

    def __init__(self, this: Round, rules: Rules, offerings: Sequence[Offering], seed: int) -> None:
        self._round, self._rules, self._seed = this, rules, seed
        self._offerings = {offering.id: offering for offering in offerings}
        self._offered_by: Mapping[str, AbstractSet[str]] = _offered_by(offerings)

    def assess(self, applicant: Applicant) -> Assessment | None:
        """None when nothing the applicant handed in counts in this round."""
        ranked = self._ranked(applicant)
        if not ranked:
            return None
        scale = self._rules.merit.scale
        grades = best_of([applicant.grades.get(occasion, {}) for occasion in self._round.occasions], scale)
        passed = passed_subjects(grades, scale)
        value = merit(grades, self._rules.merit).tenths
        choices, grounds = self._choices(applicant, ranked, passed, value)
        return Assessment(
            applicant=applicant.id,
            home=applicant.home,
            merit=value,
            random=lottery_number(self._seed, applicant.id),
            missing=self._missing(ranked, passed),
            open=open_programmes(passed, self._rules.programmes),
            choices=choices,
            grounds=grounds,
        )

    def _ranked(self, applicant: Applicant) -> tuple[RankedChoice, ...]:
        """The choices in force; a held place always stands among them, alone when its holder does not stay."""
        calendar = self._rules.calendar
        ranked = choices_in_force(applicant.revisions, calendar, counted_until(self._round, calendar))
        if applicant.held is None:
            return ranked
        held = applicant.held.offering
        if all(choice.offering != held for choice in ranked):
            ranked = (*ranked, RankedChoice(len(ranked) + 1, held, timely=True))
        return ranked if applicant.held.stays else tuple(choice for choice in ranked if choice.offering == held)

    def _choices(
        self, applicant: Applicant, ranked: Sequence[RankedChoice], passed: frozenset[str], value: int
    ) -> tuple[tuple[Choice, ...], dict[str, str]]:
        number = lottery_number(self._seed, applicant.id)
        held = applicant.held.offering if applicant.held else None
        choices, grounds = [], {}
        for choice in ranked:
            hand, grounds[choice.offering] = self._reception(applicant.home, choice.offering)
            holds = choice.offering == held
            choices.append(
                Choice(
                    applicant=applicant.id,
                    rank=choice.rank,
                    offering=choice.offering,
                    hand=hand,
                    timely=choice.timely,
                    merit=value,
                    random=number,
                    holds=holds,
                    ineligible_because=None if holds else self._ineligible_because(choice.offering, passed),
                )
            )
        return tuple(choices), grounds

    def _reception(self, home: str, offering_id: str) -> tuple[Hand, str]:
        offering = self._offerings.get(offering_id)
        if offering is None:
            return Hand.SECOND, UNKNOWN_OFFERING
        received = reception(
            home=home,
            school=offering.municipality,
            programme=offering.programme,
            areas=self._rules.areas,
            offered_by=self._offered_by,
        )
        return received.hand, received.ground

    def _programme(self, offering_id: str) -> Programme | None:
        offering = self._offerings.get(offering_id)
        return self._rules.programmes.get(offering.programme) if offering else None

    def _ineligible_because(self, offering_id: str, passed: frozenset[str]) -> str | None:
        if offering_id not in self._offerings:
            return UNKNOWN_OFFERING
        programme = self._programme(offering_id)
        if programme is None:
            return UNKNOWN_PROGRAMME
        return None if eligibility(passed, programme).eligible else MISSING_SUBJECTS

    def _missing(self, ranked: Sequence[RankedChoice], passed: frozenset[str]) -> tuple[str, ...]:
        known = (self._programme(choice.offering) for choice in ranked)
        first = next((programme for programme in known if programme is not None), None)
        return missing_subjects(passed, first, self._rules.compulsory) if first else ()


def _offered_by(offerings: Sequence[Offering]) -> dict[str, set[str]]:
    by_programme: dict[str, set[str]] = defaultdict(set)
    for offering in offerings:
        by_programme[offering.programme].add(offering.municipality)
    return by_programme
