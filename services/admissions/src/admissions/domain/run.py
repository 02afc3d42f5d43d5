"""One run of one round: assess, place, verify. The same input and seed give the same decisions, hash for hash."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from admissions.domain.assessment import Applicant, Assessment, Assessor, Offering, Rules
from admissions.domain.placement import Choice, Decision, Outcome, place
from admissions.domain.rounds import Round
from admissions.domain.verdicts import Verdict
from admissions.domain.verifier import verify


class RunNotPublished(Exception):
    """The independent check found fault with the placement; nothing was published."""

    def __init__(self, verdicts: Sequence[Verdict]) -> None:
        super().__init__(f"{len(verdicts)} faults found")
        self.verdicts = tuple(verdicts)


@dataclass(frozen=True)
class Run:
    """A verified placement with everything that explains it."""

    round: Round
    rules: Rules
    seed: int
    offerings: tuple[Offering, ...]
    assessments: tuple[Assessment, ...]
    decisions: tuple[Decision, ...]
    input_hash: str
    decisions_hash: str

    @cached_property
    def choices(self) -> Mapping[tuple[str, int], Choice]:
        """Choices by applicant and rank."""
        return {(choice.applicant, choice.rank): choice for a in self.assessments for choice in a.choices}

    @cached_property
    def offering(self) -> Mapping[str, Offering]:
        """Offerings by id."""
        return {offering.id: offering for offering in self.offerings}

    @cached_property
    def assessment(self) -> Mapping[str, Assessment]:
        """Assessments by applicant."""
        return {assessment.applicant: assessment for assessment in self.assessments}

    @cached_property
    def admitted(self) -> Mapping[str, Decision]:
        """The admitting decision by applicant."""
        return {d.applicant: d for d in self.decisions if d.outcome is Outcome.ADMITTED}

    @cached_property
    def figures(self) -> Mapping[str, int]:
        """Counts: `reserves` are places in queues, `ineligible` applicants eligible to none of their choices."""
        return {
            "offerings": len(self.offerings),
            "seats": sum(offering.seats for offering in self.offerings),
            "applicants": len(self.assessments),
            "admitted": len(self.admitted),
            "reserves": sum(decision.outcome is Outcome.RESERVE for decision in self.decisions),
            "ineligible": sum(self.unplaced_because(a) == "ineligible" for a in self.assessments),
        }

    @cached_property
    def with_seats_left(self) -> frozenset[str]:
        """Codes of the programmes that still have a seat somewhere."""
        taken = Counter(decision.offering for decision in self.admitted.values())
        return frozenset(offering.programme for offering in self.offerings if taken[offering.id] < offering.seats)

    def unplaced_because(self, assessment: Assessment) -> str | None:
        """`ineligible` (for all chosen), `no_place`, or None when placed."""
        if assessment.applicant in self.admitted:
            return None
        return "no_place" if any(choice.eligible for choice in assessment.choices) else "ineligible"


def run_round(
    this: Round, rules: Rules, offerings: Sequence[Offering], applicants: Iterable[Applicant], seed: int
) -> Run:
    """The verified outcome of a round. Raises RunNotPublished when the verifier finds fault."""
    offerings = tuple(sorted(offerings, key=lambda offering: offering.id))
    assessor = Assessor(this, rules, offerings, seed)
    assessed = (assessor.assess(applicant) for applicant in sorted(applicants, key=lambda applicant: applicant.id))
    assessments = tuple(assessment for assessment in assessed if assessment is not None)
    choices = [choice for assessment in assessments for choice in assessment.choices]
    seats = {offering.id: offering.seats for offering in offerings}
    decisions = tuple(place(choices, seats, rules.ties))
    if verdicts := verify(choices, seats, decisions, rules.ties):
        raise RunNotPublished(verdicts)
    return Run(
        this, rules, seed, offerings, assessments, decisions,
        input_hash=_input_hash(this, rules, offerings, choices), decisions_hash=_decisions_hash(decisions),
    )  # fmt: skip


def _input_hash(this: Round, rules: Rules, offerings: Sequence[Offering], choices: Sequence[Choice]) -> str:
    """Of all that decides but the seed; drawn numbers come from the seed and are left out."""
    return _hash(
        [
            f"{rules.version} {rules.calendar.intake_year} {this.name}",
            *(f"{o.id} {o.municipality} {o.programme} {o.seats}" for o in offerings),
            *(
                f"{c.applicant} {c.rank} {c.offering} {c.hand} {c.timely:d} {c.merit} {c.holds:d} "
                f"{c.ineligible_because}"
                for c in choices
            ),
        ]
    )


def _decisions_hash(decisions: Sequence[Decision]) -> str:
    return _hash([f"{d.applicant} {d.rank} {d.offering} {d.outcome} {d.queue} {d.reason}" for d in decisions])


def _hash(lines: Sequence[str]) -> str:
    return sha256("\n".join(lines).encode()).hexdigest()
