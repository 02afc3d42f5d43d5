"""What the year came to, gathered from the services' exports and events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from samverk.demo.accounts import Account
from samverk.demo.cast import Cast
from samverk.demo.journal import DoorRefusal
from samverk.demo.ledger import Ledger
from samverk.demo.offices import Offices
from samverk.demo.year import ROUNDS

Rows = Sequence[Mapping[str, Any]]
KINDS = ("offerings", "applicants", "choices", "decisions")


@dataclass(frozen=True)
class Outcome:
    """`rounds` has each round's exports by kind, `places` who holds which place in the end."""

    cast: Cast
    seed: int
    rounds: Mapping[str, Mapping[str, Rows]]
    runs: Rows
    places: Mapping[str, Mapping[str, Any]]
    price_list: Mapping[str, Any]
    settlements: Rows
    balances: Mapping[str, Any]
    cases: Mapping[str, Mapping[str, Any]]
    sessions: Rows
    refused_afterwards: Rows
    refused_at_door: Sequence[DoorRefusal]
    account: Account


async def gather(
    cast: Cast, offices: Offices, ledger: Ledger, at_door: Sequence[DoorRefusal], made: Account
) -> Outcome:
    """Everything that files, tables and checks are made from."""
    year = cast.region.intake_year
    rounds = {name: {kind: await offices.round(year, name, kind) for kind in KINDS} for name in ROUNDS}
    return Outcome(
        cast=cast,
        seed=cast.seed,
        rounds=rounds,
        runs=await offices.runs(year),
        places=places(ledger),
        price_list=ledger.of("pricing.price_list.published.v1")[-1],
        settlements=ledger.of("pricing.settlement.issued.v1"),
        balances=await offices.settlements(f"{year}-01", f"{year}-12"),
        cases=cases(ledger),
        sessions=ledger.of("guidance.session.booked.v1"),
        refused_afterwards=ledger.answers,
        refused_at_door=at_door,
        account=made,
    )


def places(ledger: Ledger) -> dict[str, Mapping[str, Any]]:
    """Who holds a place when all is said: accepted and not vacated, by applicant. Raises ValueError on two at once."""
    vacated = {(each["applicant"], each["offering"]) for each in ledger.of("admissions.place.vacated.v1")}
    held: dict[str, Mapping[str, Any]] = {}
    for each in ledger.of("admissions.place.accepted.v1"):
        if (each["applicant"], each["offering"]) in vacated:
            continue
        if each["applicant"] in held:
            raise ValueError(f"applicant {each['applicant']} holds two places")
        held[each["applicant"]] = each
    return held


def cases(ledger: Ledger) -> dict[str, Mapping[str, Any]]:
    """Follow-up cases by applicant, with `status` open or closed."""
    closed = {each["case"] for each in ledger.of("guidance.case.closed.v1")}
    return {
        each["applicant"]: {**each, "status": "closed" if each["case"] in closed else "open"}
        for each in ledger.of("guidance.case.opened.v1")
    }
