"""The year in numbers, for `summary.json`."""

from collections.abc import Mapping, Sequence
from typing import Any

from samverk.demo.outcome import Outcome
from samverk.demo.verdicts import Verdict


def summary(outcome: Outcome, found: Sequence[Verdict] = ()) -> dict[str, Any]:
    """Numbers of everything; `found` are the checks once they are done."""
    return {
        "region": outcome.cast.region.name,
        "intake_year": outcome.cast.region.intake_year,
        "seed": outcome.seed,
        "applicants": len(outcome.cast.applicants),
        "offerings": len(outcome.cast.region.offerings),
        "seats": sum(each.seats for each in outcome.cast.region.offerings.values()),
        "rounds": list(outcome.runs),
        "places": len(outcome.places),
        "events": events(outcome),
        "settlements": {
            "number": len(outcome.settlements),
            "amount_ore": sum(each["amount_ore"] for each in outcome.settlements),
            "balances": outcome.balances["balances"],
        },
        "cases": {
            "opened": len(outcome.cases),
            "open": sum(case["status"] == "open" for case in outcome.cases.values()),
            "sessions_booked": len(outcome.sessions),
        },
        "checks": [{"check": each.name.en, "sound": each.sound, "faults": list(each.faults)} for each in found],
    }


def events(outcome: Outcome) -> Mapping[str, Any]:
    """The account by what became of the events, and by type."""
    made = outcome.account
    ends = {
        "taken": made.taken,
        "refused": made.refused,
        "refused_at_door": made.at_door,
        "dead_lettered": made.dead,
        "repeats": made.repeats,
    }
    totals = {name: counter.total() for name, counter in ends.items()}
    return {
        "sent": made.sent,
        **totals,
        "by_type": {name: dict(sorted(counter.items())) for name, counter in ends.items()},
    }
