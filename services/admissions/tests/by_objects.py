"""The engine and the verifier on one object a choice, so that tests are easier to read."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from admissions.domain.audit import audit
from admissions.domain.audit_case import OUTCOME_NUMBERS, UNKNOWN, Case, SeatsAside
from admissions.domain.matching import match
from admissions.domain.placement import OUTCOMES, Outcome
from admissions.domain.verdicts import Verdict
from admissions.domain.wishes import ADMITTED, RESERVE, STRUCK, Quota, Wishes, steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """`quotas`: the quotas one is entitled to, with the measure there (0 where merit decides). `held_in`: its pool."""

    applicant: str
    rank: int
    offering: str
    hand: int
    timely: bool
    merit: int
    random: int
    holds: bool = False
    ineligible_because: str | None = None
    quotas: tuple[tuple[str, int], ...] = ()
    held_in: str = "merit"
    grade_value: int = 0
    number_of_grades: int = 0

    @property
    def eligible(self) -> bool:
        return self.ineligible_because is None

    def entitled(self, quota: str) -> bool:
        return quota in dict(self.quotas)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`pool`: of those admitted, whose seat it is."""

    applicant: str
    rank: int
    offering: str
    outcome: Outcome
    queue: int | None
    reason: str
    pool: str = "merit"


@dataclass(frozen=True, slots=True)
class Terms:
    """Quotas of a round: their order with `merit` among them, and their seats by quota and offering."""

    order: tuple[str, ...] = ("merit",)
    seats: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        return [name for name in self.order if name != "merit"]


PLAIN = Terms()


def place(
    choices: Iterable[Choice], seats: Mapping[str, int], ties: Sequence[str] = ("random",), terms: Terms = PLAIN
) -> list[Decision]:
    """One decision per choice, by applicant and rank."""
    ordered = sorted(choices, key=lambda choice: (choice.applicant, choice.rank))
    matched = match(_wishes(ordered, seats, terms), ties)
    names, pools = steps(ties), ["merit", *terms.names]
    columns = (matched.outcome, matched.queue, matched.step, matched.pool)
    rows = zip(ordered, *(column.tolist() for column in columns), strict=True)
    return [
        Decision(
            applicant=choice.applicant, rank=choice.rank, offering=choice.offering, outcome=OUTCOMES[outcome],
            queue=queue or None, reason=_reason(choice, outcome, names[step]), pool=pools[pool],
        )
        for choice, outcome, queue, step, pool in rows
    ]  # fmt: skip


def _reason(choice: Choice, outcome: int, step: str) -> str:
    if outcome == ADMITTED:
        return "place_kept" if choice.holds else "priority_reached"
    if outcome == RESERVE:
        return step
    return "higher_choice_admitted" if outcome == STRUCK else choice.ineligible_because or ""


def _wishes(ordered: Sequence[Choice], seats: Mapping[str, int], terms: Terms) -> Wishes:
    columns = _columns(ordered, seats)
    offerings = sorted({*seats, *(choice.offering for choice in ordered)})
    pools = ["merit", *terms.names]
    quotas = [
        Quota(
            name=name,
            seats=_whole(terms.seats[name].get(offering, 0) for offering in offerings),
            entitled=np.fromiter((c.entitled(name) for c in ordered), bool),
            value=_whole(dict(c.quotas).get(name, 0) for c in ordered),
        )
        for name in terms.names
    ]
    held_in = _whole(pools.index(choice.held_in) if choice.held_in in pools else 0 for choice in ordered)
    return Wishes(**columns, quotas=quotas, quotas_first=terms.order.index("merit"), held_in=held_in)


def _columns(ordered: Sequence[Choice], seats: Mapping[str, int]) -> dict[str, np.ndarray]:
    """Applicants are numbered as they come, so that the id settles what nothing else does."""
    of_one = {choice.applicant: choice for choice in ordered}
    applicants = {name: number for number, name in enumerate(of_one)}
    offerings = {name: number for number, name in enumerate(sorted({*seats, *(c.offering for c in ordered)}))}
    return {
        "applicant": _whole(applicants[choice.applicant] for choice in ordered),
        "rank": _whole(choice.rank for choice in ordered),
        "offering": _whole(offerings[choice.offering] for choice in ordered),
        "hand": _whole(choice.hand for choice in ordered),
        "timely": np.fromiter((choice.timely for choice in ordered), bool),
        "merit": _whole(choice.merit for choice in ordered),
        "holds": np.fromiter((choice.holds for choice in ordered), bool),
        "eligible": np.fromiter((choice.eligible for choice in ordered), bool),
        "random": _whole(choice.random for choice in of_one.values()),
        "grade_value": _whole(choice.grade_value for choice in of_one.values()),
        "number_of_grades": _whole(choice.number_of_grades for choice in of_one.values()),
        "seats": _whole(seats.get(name, 0) for name in offerings),
    }


def _whole(values: Iterable[int]) -> np.ndarray:
    return np.fromiter(values, np.int64)


Key = tuple[str, int, str]


def verify(
    choices: Sequence[Choice],
    seats: Mapping[str, int],
    decisions: Sequence[Decision],
    ties: Sequence[str] = ("random",),
    terms: Terms = PLAIN,
) -> list[Verdict]:
    """Everything that is wrong with these decisions; empty when they may be published."""
    asked = [(c.applicant, c.rank, c.offering) for c in choices]
    answered = {(d.applicant, d.rank, d.offering): d for d in decisions}
    unpaired = list(_missing_and_extra(asked, [(d.applicant, d.rank, d.offering) for d in decisions]))
    return unpaired or audit(_case(choices, [answered[key] for key in asked], seats, terms), ties)


def _missing_and_extra(asked: Iterable[Key], answered: Iterable[Key]) -> Iterator[Verdict]:
    wanted, given = Counter(asked), Counter(answered)
    for code, keys in (("choice_without_decision", wanted - given), ("decision_without_choice", given - wanted)):
        for applicant, rank, offering in sorted(keys):
            yield Verdict(code, offering, applicant, rank)


def _case(choices: Sequence[Choice], decisions: Sequence[Decision], seats: Mapping[str, int], terms: Terms) -> Case:
    offerings = sorted({*seats, *(c.offering for c in choices)})
    pools = ["merit", *terms.names]
    return Case(
        applicants=list({choice.applicant: None for choice in choices}),
        offerings=offerings,
        **_columns(choices, seats),
        outcome=_whole(OUTCOME_NUMBERS.get(d.outcome, UNKNOWN) for d in decisions),
        queue=_whole(d.queue or 0 for d in decisions),
        pool=_whole(pools.index(d.pool) if d.pool in pools else 99 for d in decisions) if terms.names else None,
        quotas=[
            SeatsAside(
                seats=_whole(terms.seats[name].get(offering, 0) for offering in offerings),
                entitled=np.fromiter((c.entitled(name) for c in choices), bool),
                measure=_whole(dict(c.quotas).get(name, 0) for c in choices),
            )
            for name in terms.names
        ],
        quotas_first=terms.order.index("merit"),
        held_in=_whole(pools.index(c.held_in) if c.held_in in pools else 0 for c in choices),
    )
