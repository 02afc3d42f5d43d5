"""Place what stands in IN_DIR, verify it, write OUT_DIR."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from admissions.domain.audit import audit
from admissions.domain.matching import match
from admissions.domain.placement import ENGINE, OUTCOMES, Outcome
from admissions.domain.verdicts import Verdict
from admissions.domain.wishes import Matched, TooLarge, steps
from samverk.sandbox import entries, results
from samverk.sandbox.cases import case
from samverk.sandbox.entries import Entries
from samverk.sandbox.faults import BadCell, BadFiles
from samverk.sandbox.telling import Tell
from shared.texts import Text

NOT_ELIGIBLE = "not_eligible"


class NotSound(Exception):
    """The verifier found fault with the placement; nothing was written."""

    def __init__(self, verdicts: Sequence[Verdict]) -> None:
        super().__init__(f"{len(verdicts)} faults found")
        self.verdicts = tuple(verdicts)


def place(source: Path, target: Path, *, seed: int, ties: Sequence[str], tell: Tell) -> dict[str, Any]:
    """The record of the run, which stands in OUT_DIR with the decisions. Raises BadFiles and NotSound."""
    tell(Text("Läser", "Reading"))
    read = entries.load(source, seed, ties)
    tell(Text("Placerar", "Placing"))
    matched = _match(read, ties)
    tell(Text("Granskar", "Verifying"))
    names = np.array(OUTCOMES, object)[matched.outcome]
    if verdicts := audit(case(read, names.tolist(), matched.queue), ties):
        raise NotSound(verdicts)
    tell(Text("Skriver", "Writing"))
    record = _record(read, matched, seed, ties)
    results.write(target, _decisions(read, matched, ties), record)
    return record


def _match(read: Entries, ties: Sequence[str]) -> Matched:
    try:
        return match(read.wishes, ties)
    except TooLarge:
        sv = "För många sökande, utbildningar och olika meritvärden för en och samma placering; dela filerna."
        en = "Too many applicants, offerings and differing merit values for one placement; split the files."
        raise BadFiles([BadCell("choices.csv", None, None, sv, en)]) from None


def _decisions(read: Entries, matched: Matched, ties: Sequence[str]) -> bytes:
    """A row a choice, by applicant and rank."""
    wishes, outcome = read.wishes, matched.outcome
    reasons = np.array(["priority_reached", "", "higher_choice_admitted", NOT_ELIGIBLE], object)[outcome]
    waiting = outcome == OUTCOMES.index(Outcome.RESERVE)
    reasons[waiting] = np.array(steps(ties), object)[matched.step[waiting]]
    rows = zip(
        np.array(read.applicants, object)[wishes.applicant],
        np.array(read.offerings, object)[wishes.offering],
        wishes.rank.tolist(),
        np.array([each.value for each in OUTCOMES], object)[outcome],
        [number or "" for number in matched.queue.tolist()],
        reasons,
        strict=True,
    )
    return results.as_csv(results.DECISIONS[1], rows)


def _record(read: Entries, matched: Matched, seed: int, ties: Sequence[str]) -> dict[str, Any]:
    """Everything that decided, and nothing that differs from one run to the next of the same input and seed."""
    outcomes = np.bincount(matched.outcome, minlength=len(OUTCOMES)).tolist()
    counts = dict(zip((outcome.value for outcome in OUTCOMES), outcomes, strict=True))
    return {
        "engine": ENGINE,
        "verified": True,
        "seed": seed,
        "tie_breakers": list(ties),
        "random": {
            "given": len(read.applicants) - read.drawn,
            "drawn": read.drawn,
            "method": entries.method(seed),
        },
        "input_hash": read.input_hash,
        "inputs": read.inputs,
        "counts": {
            "offerings": len(read.offerings),
            "seats": int(read.wishes.seats.sum()),
            "applicants": len(read.applicants),
            "choices": len(matched.outcome),
            **counts,
        },
    }
