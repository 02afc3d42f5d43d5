"""One application to adult education on its way: handed in, given an opinion, decided, or ended otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from admissions.domain.adult.facts import Facts, Wanted
from admissions.domain.adult.selection import Candidate, Detail, Outcome, Selected, Step
from admissions.domain.adult.standing import Ages, Kind, Standing, standing
from admissions.domain.adult.undertakings import FreeChoice, duty, needs_opinion


class Status(StrEnum):
    """Where an application stands. The last three are ends."""

    WAITING = "waiting_for_opinion"
    READY = "ready"
    RESERVE = "reserve"
    ADMITTED = "admitted"
    NOT_RECEIVED = "not_received"
    VALIDATED = "validated"
    WITHDRAWN = "withdrawn"


OPEN = (Status.WAITING, Status.READY, Status.RESERVE)
NO_UNDERTAKING = "no_undertaking"


class AdultRefused(Exception):
    """A report that cannot be taken; `code` names the sentence for its sender."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class AdultRules:
    """What a region and the law say in a year; `version` names the data."""

    version: str
    ages: Ages
    free_choice: FreeChoice
    details: Sequence[Detail]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdultApplication:
    """`undertaken_by` pays and goes on paying, also after a move (SL 20:21a); `declined` is a given no.

    `decided_for` is the start of the latest decision, `step` and `queue` are its selection's.
    """

    application: str
    applicant: str
    home: str
    wanted: Wanted
    facts: Facts
    study_plan: str | None
    revision: int
    status: Status
    undertaken_by: str | None = None
    declined: bool = False
    opinion_revision: int = 0
    decided_for: date | None = None
    reason: str | None = None
    step: Step | None = None
    queue: int | None = None

    def standing(self, rules: AdultRules, *, starts_on: date | None = None) -> Standing:
        """Right, eligible or neither, for a start; the earliest the applicant can take unless told otherwise."""
        day = starts_on or self.wanted.from_day
        return standing(self.wanted.form, self.facts, starts_on=day, ages=rules.ages)


def submit(
    before: AdultApplication | None, handed_in: AdultApplication, rules: AdultRules, *, withdrawn: bool
) -> AdultApplication:
    """The application after a report of it. Gives `before` itself when the report is old.

    Raises AdultRefused: `other_home_municipality`, `adult_decided`.
    """
    if before is None:
        return replace(handed_in, status=Status.WITHDRAWN) if withdrawn else _ready_or_waiting(handed_in, rules)
    if before.home != handed_in.home or before.applicant != handed_in.applicant:
        raise AdultRefused("other_home_municipality")
    if handed_in.revision <= before.revision:
        return before
    if withdrawn:
        return replace(before, status=Status.WITHDRAWN, revision=handed_in.revision, queue=None)
    if before.status not in OPEN:
        raise AdultRefused("adult_decided")
    return _ready_or_waiting(handed_in, rules)


def _ready_or_waiting(application: AdultApplication, rules: AdultRules) -> AdultApplication:
    wanted, home = application.wanted, application.home
    if needs_opinion(home, wanted, rules.free_choice):
        return replace(application, status=Status.WAITING)
    pays = home == wanted.organiser or rules.free_choice.covers(home, wanted)
    return replace(application, status=Status.READY, undertaken_by=home if pays else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """The home municipality's word (yttrande): whether it undertakes the cost."""

    by: str
    undertakes: bool
    revision: int


def give_opinion(before: AdultApplication, opinion: Opinion, rules: AdultRules) -> AdultApplication:
    """The application with the opinion. Gives `before` itself when the opinion is old.

    Raises AdultRefused: `not_home_municipality`, `opinion_not_needed`, `adult_decided`, `must_undertake`.
    """
    if opinion.by != before.home:
        raise AdultRefused("not_home_municipality")
    if opinion.revision <= before.opinion_revision:
        return before
    if not needs_opinion(before.home, before.wanted, rules.free_choice):
        raise AdultRefused("opinion_not_needed")
    if before.status not in OPEN:
        raise AdultRefused("adult_decided")
    owed = duty(before.home, before.wanted, before.facts, before.standing(rules), rules.free_choice)
    if owed is not None and not opinion.undertakes:
        raise AdultRefused("must_undertake")
    return replace(
        before,
        status=Status.READY,
        undertaken_by=before.home if opinion.undertakes else None,
        declined=not opinion.undertakes,
        opinion_revision=opinion.revision,
    )


def move(before: AdultApplication, to: str, rules: AdultRules) -> AdultApplication:
    """After a move to another municipality: what is undertaken stays undertaken, what waits asks the new home."""
    if before.status is not Status.WAITING:
        return before
    return _ready_or_waiting(replace(before, home=to, opinion_revision=0), rules)


def validate(before: AdultApplication) -> AdultApplication:
    """The knowledge was shown by validation (SL 20:42–43), so no course is needed any more."""
    if before.status not in OPEN:
        raise AdultRefused("adult_decided")
    return replace(before, status=Status.VALIDATED, reason="validated", queue=None)


def candidate(application: AdultApplication, rules: AdultRules, starts_on: date) -> Candidate | str:
    """The application as a candidate of a start, or the reason why it cannot be received."""
    found = application.standing(rules, starts_on=starts_on)
    if found.kind is Kind.NOT_ELIGIBLE:
        return found.ground.value
    if application.declined:
        return NO_UNDERTAKING
    return Candidate(
        application.application, found.kind is Kind.RIGHT, application.facts, application.wanted.submitted_at
    )


def decide(application: AdultApplication, selected: Selected, starts_on: date) -> AdultApplication:
    """The application with what a selection gave it."""
    admitted = selected.outcome is Outcome.ADMITTED
    reason = "right" if selected.step is None else f"step_{selected.step.value}"
    status = Status.ADMITTED if admitted else Status.RESERVE
    return replace(
        application, status=status, decided_for=starts_on, reason=reason, step=selected.step, queue=selected.queue
    )


def turn_down(application: AdultApplication, reason: str, starts_on: date) -> AdultApplication:
    """Not received: neither right nor eligible, or nobody undertakes the cost."""
    return replace(application, status=Status.NOT_RECEIVED, decided_for=starts_on, reason=reason, step=None, queue=None)
