"""Eligibility (behörighet) for national programmes: SL 16:30 (vocational) and 16:31 (higher-education preparatory).

Swedish or Swedish as a second language, English and mathematics, and a number of further subjects, some of which a
programme may name (GyF 7 kap.). Eligibility is its own test: a high merit value does not help.
"""

from collections.abc import Mapping
from dataclasses import dataclass

CORE = ("EN", "MA")
SWEDISH = ("SV", "SVA")
EITHER_SWEDISH = "SV/SVA"


@dataclass(frozen=True, slots=True)
class Programme:
    """What one national programme asks for: passes in all (the core three included) and subjects among them."""

    code: str
    name: str
    kind: str
    required_passes: int
    required_subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Eligibility:
    """`missing`: subjects that must be passed. `further`: how many more passes, of any subject, beside them."""

    missing: tuple[str, ...]
    further: int

    @property
    def eligible(self) -> bool:
        return not self.missing and self.further <= 0


def eligibility(passed: frozenset[str], programme: Programme) -> Eligibility:
    """Whether subjects passed with at least E open the programme, and what lacks if not."""
    missing = [] if passed.intersection(SWEDISH) else [EITHER_SWEDISH]
    missing += [subject for subject in (*CORE, *programme.required_subjects) if subject not in passed]
    counted = len(passed.difference(SWEDISH)) + min(1, len(passed.intersection(SWEDISH)))
    return Eligibility(tuple(missing), max(0, programme.required_passes - counted - len(missing)))


def open_programmes(passed: frozenset[str], programmes: Mapping[str, Programme]) -> tuple[str, ...]:
    """Codes of all programmes these subjects open, in code order."""
    return tuple(sorted(code for code, programme in programmes.items() if eligibility(passed, programme).eligible))


def missing_subjects(passed: frozenset[str], programme: Programme, compulsory: tuple[str, ...]) -> tuple[str, ...]:
    """The subjects to pass for this programme, in the order asked for.

    Where further passes of any subject lack too, every compulsory subject not yet passed is named after the required
    ones, for any of them would do.
    """
    answer = eligibility(passed, programme)
    any_of = [subject for subject in compulsory if subject not in passed and subject not in SWEDISH]
    return tuple(dict.fromkeys([*answer.missing, *(any_of if answer.further else ())]))


def opened_by(
    passed: frozenset[str], programmes: Mapping[str, Programme], compulsory: tuple[str, ...]
) -> dict[str, tuple[str, ...]]:
    """The programmes that each subject not yet passed would open by itself; subjects that open none are left out."""
    already = set(open_programmes(passed, programmes))
    found: dict[str, tuple[str, ...]] = {}
    for subject in compulsory:
        name = EITHER_SWEDISH if subject in SWEDISH else subject
        if subject not in passed and name not in found:
            opened = [code for code in open_programmes(passed | {subject}, programmes) if code not in already]
            if opened:
                found[name] = tuple(opened)
    return found
