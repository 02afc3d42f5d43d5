"""What a run says: that it was decided, who got a place, who has none."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from admissions.domain.intake import Column
from admissions.domain.placement import ENGINE
from admissions.domain.reception import Hand
from admissions.domain.replies import Place
from admissions.domain.run import UNPLACED_BECAUSE, Run
from admissions.messages import ADMITTED, DECIDED, SEED_COMMITTED, UNPLACED
from shared.events import Outgoing


def seed_committed(intake_year: int, round_name: str, commitment: str, at: datetime) -> Outgoing:
    """What is published of a seed before its round."""
    data = {
        "intake_year": intake_year,
        "round": round_name,
        "commitment": commitment,
        "committed_at": at.isoformat().replace("+00:00", "Z"),
    }
    return Outgoing(type=SEED_COMMITTED, subject=str(intake_year), data=data)


def decided(run_id: UUID, run: Run, at: datetime, *, input_hash: str, commitment: str, salt: str) -> Outgoing:
    """A round decided, with its figures and what is needed to replay it; here the seed is revealed."""
    year = run.rules.calendar.intake_year
    data = {
        "run": str(run_id),
        "round": run.round.name,
        "intake_year": year,
        "decided_at": at.isoformat().replace("+00:00", "Z"),
        "binding": run.round.binding,
        **run.figures,
        "input_hash": input_hash,
        "seed": run.seed,
        "engine": ENGINE,
        "commitment": commitment,
        "salt": salt,
    }
    return Outgoing(type=DECIDED, subject=str(year), data=data)


def admitted(run_id: UUID, run: Run, choices: Column) -> Iterator[Outgoing]:
    """The seats given by these choices of a binding round, in their order."""
    assessed, listed = run.assessed, run.assessed.listed
    words = {hand.value: hand.word for hand in Hand}
    columns = (listed.applicant, listed.offering, listed.rank, assessed.received.hand, run.noted_quota)
    for applicant, offering, rank, hand, quota in zip(*(column[choices].tolist() for column in columns), strict=True):
        at = assessed.offerings[offering]
        data = _of_round(run_id, run, assessed.names[applicant]) | {
            "offering": at.id,
            "programme": at.programme,
            "home_municipality": f"{assessed.homes[applicant]:04}",
            "school_municipality": at.municipality,
            "reception": words[hand],
            "choice_rank": rank,
        }
        if quota >= 0:
            data["quota"] = run.decided.pools[quota + 1]
        if at.introduction:
            data["introduction"] = at.introduction.value
        yield Outgoing(type=ADMITTED, subject=assessed.names[applicant], data=data)


def place(run: Run, choice: int, old: Place) -> Place:
    """The higher place of one who held a place and stayed in reserve: accepted already."""
    assessed, listed = run.assessed, run.assessed.listed
    at, quota = assessed.offerings[listed.offering[choice]], int(run.noted_quota[choice])
    return Place(
        applicant=old.applicant,
        intake_year=old.intake_year,
        offering=at.id,
        programme=at.programme,
        home=f"{assessed.homes[listed.applicant[choice]]:04}",
        school=at.municipality,
        round=run.round.name,
        status=old.status,
        stays=True,
        revision=old.revision,
        quota=run.decided.pools[quota + 1] if quota >= 0 else None,
    )


def unplaced(run_id: UUID, run: Run) -> Iterator[Outgoing]:
    """Everyone a binding round left without a place; `open_programmes` are those that have a seat left somewhere."""
    lacking = run.lacking
    opened = [[code for code in codes if code in run.with_seats_left] for codes in lacking.open]
    causes = run.unplaced_because.tolist()
    missing_of, open_of = lacking.missing_of.tolist(), lacking.open_of.tolist()
    for number, (applicant, cause) in enumerate(zip(run.assessed.names, causes, strict=True)):
        if cause:
            data = _of_round(run_id, run, applicant) | {
                "home_municipality": f"{run.assessed.homes[number]:04}",
                "cause": UNPLACED_BECAUSE[cause],
                "missing_subjects": list(lacking.missing[missing_of[number]]),
                "open_programmes": opened[open_of[number]],
            }
            yield Outgoing(type=UNPLACED, subject=applicant, data=data)


def _of_round(run_id: UUID, run: Run, applicant: str) -> dict[str, Any]:
    year = run.rules.calendar.intake_year
    return {"applicant": applicant, "intake_year": year, "round": run.round.name, "run": str(run_id)}
