"""One application put together for a page, the office's or the applicant's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from admissions.domain.assessing import Rules
from admissions.domain.eligibility import Eligibility, Programme, eligibility, open_programmes
from admissions.domain.explanations import Facts, explanation, scaling_said
from admissions.domain.grades import Occasion, best_of, passed_subjects
from admissions.domain.merit import Merit, merit
from admissions.queries import applicants, explanations, receptions
from admissions.queries import pages_application as queries
from admissions.queries.eligibility import Judged, judged
from shared.texts import Text

_ABOUT = (
    "outcome", "reason", "merit", "last_merit", "queue", "quota", "queue_before", "ahead_admitted", "ahead_left",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Graded:
    """The merit sum with where each grade comes from: `occasions` by subject, `reports` as they came.

    `scaling`: the sentence on a sum that is scaled up, if it is.
    """

    merit: Merit
    occasions: Mapping[str, str]
    reports: Sequence[Any]
    open: Sequence[str]
    scaling: Text | None


@dataclass(frozen=True, slots=True)
class SeenChoice:
    """One choice: what was chosen, what is lacking for it, how it is received, what the latest round decided."""

    choice: applicants.Choice
    programme: str | None
    lacking: Eligibility | None
    received: receptions.Received | None
    latest: Any


@dataclass(frozen=True, slots=True)
class SeenRound:
    """What one round decided, each choice with its sentences."""

    run: UUID
    round: str
    decided_at: Any
    choices: Sequence[tuple[Any, Sequence[Text]]]


@dataclass(frozen=True, slots=True)
class Seen:
    """One application as a reader may see it."""

    about: applicants.Listed
    intake_year: int
    choices: Sequence[SeenChoice]
    graded: Graded | None
    rounds: Sequence[SeenRound]
    place: Any
    tests: Sequence[Any]


async def seen(
    connection: AsyncConnection,
    rules: Rules | None,
    wanted: applicants.Wanted,
    applicant: UUID,
    *,
    own: bool = False,
) -> Seen | None:
    """The application; None when there is none that the reader may see. `wanted` names the applicant too.

    `own`: the reader is the applicant, who sees also what protection hides from others.
    """
    listed = await applicants.applications(connection, wanted, limit=1)
    if not listed:
        return None
    year = wanted.intake_year
    known = await judged(connection, applicant, year, wanted.municipality, today=wanted.today)
    rounds = await _rounds(connection, applicant, year, wanted.today)
    graded = _graded(await queries.grades(connection, applicant, year), known, rules)
    received = await _received(connection, wanted, rules, own=own)
    latest = {row["offering"]: row for row, _ in rounds[-1].choices} if rounds else {}
    return Seen(
        about=listed[0],
        intake_year=year,
        choices=[
            SeenChoice(
                choice,
                found.name if (found := _programme(choice.programme, rules)) else None,
                _lacking(known, choice.programme, rules),
                received.get(choice.offering),
                latest.get(choice.offering),
            )
            for choice in await applicants.choices(connection, applicant, year)
        ],
        graded=graded,
        rounds=rounds,
        place=await queries.place(connection, applicant, year),
        tests=await queries.tests(connection, applicant, year),
    )


async def _rounds(connection: AsyncConnection, applicant: UUID, year: int, today: date) -> list[SeenRound]:
    """For every reader: who may see the application was asked before."""
    try:
        rows = await explanations.decided(connection, applicant, year, None, today=today)
    except explanations.NothingDecided:
        return []
    return [
        SeenRound(
            choices[0]["run"],
            choices[0]["round"],
            choices[0]["decided_at"],
            [(row, _sentences(row)) for row in choices],
        )
        for _, of_one in groupby(rows, key=lambda row: row["run"])
        if (choices := list(of_one))
    ]


def _sentences(row: Any) -> Sequence[Text]:
    return explanation(Facts(**{name: row[name] for name in _ABOUT}))


def _graded(reports: Sequence[Any], known: Judged, rules: Rules | None) -> Graded | None:
    if not reports or rules is None:
        return None
    best = _best(known, rules)
    occasions = {
        subject: next(report["occasion"] for report in reports if report["grades"].get(subject) == grade)
        for subject, grade in best.items()
    }
    worth = merit(best, rules.merit, dancer=known.dancer)
    return Graded(
        merit=worth,
        occasions=occasions,
        reports=reports,
        open=[] if known.completed_programme else open_programmes(_passed(known, rules), rules.programmes),
        scaling=scaling_said(worth.scaling) if worth.scaling else None,
    )


def _best(known: Judged, rules: Rules) -> Mapping[str, str]:
    return best_of([known.grades.get(occasion, {}) for occasion in Occasion], rules.merit.scale)


def _passed(known: Judged, rules: Rules) -> frozenset[str]:
    return passed_subjects(_best(known, rules), rules.merit.scale) | known.beside


async def _received(
    connection: AsyncConnection, wanted: applicants.Wanted, rules: Rules | None, *, own: bool
) -> Mapping[str, receptions.Received]:
    if rules is None:
        return {}
    asked = receptions.Wanted(
        intake_year=wanted.intake_year, municipality=wanted.municipality, applicant=wanted.applicant
    )
    rows = await receptions.receptions(connection, asked, rules, limit=100, unmasked=own)
    return {row.offering: row for row in rows}


def _programme(code: str | None, rules: Rules | None) -> Programme | None:
    return rules.programmes.get(code) if rules and code else None


def _lacking(known: Judged, code: str | None, rules: Rules | None) -> Eligibility | None:
    """What the applicant lacks for the programme; None when that can't be told."""
    programme = _programme(code, rules)
    if rules is None or programme is None:
        return None
    return eligibility(_passed(known, rules), programme)
