"""Hold OUT_DIR against IN_DIR: what is wrong with the decisions, whoever made them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from admissions.domain.audit import audit
from admissions.domain.verdicts import Verdict
from samverk.sandbox import entries, results
from samverk.sandbox.cases import case
from samverk.sandbox.entries import Column, Entries
from samverk.sandbox.results import DECISIONS, Record
from samverk.sandbox.sheets import Sheet, raise_faults, read
from samverk.sandbox.telling import Tell
from samverk.sandbox.values import RANK, Kind
from shared.texts import Text

_WRONG = -1
_RANK_OR_NONE = Kind(lambda cell: _or_wrong(cell), _WRONG, "", "")
_QUEUE = Kind(lambda cell: _or_wrong(cell) if cell else 0, _WRONG, "", "")


@dataclass(frozen=True, slots=True)
class Check:
    """The faults, the numbers that were checked, and what is worth knowing though it is no fault."""

    verdicts: Sequence[Verdict]
    choices: int
    notes: Sequence[Text]


def verify(
    source: Path, target: Path, *, seed: int | None, ties: Sequence[str] | None, tell: Tell, default_seed: int
) -> Check:
    """By the seed and tie-breakers given, else those of the run's record, else the defaults. Raises BadFiles."""
    tell(Text("Läser", "Reading"))
    record = results.read_record(target)
    stated = (each for each in (seed, record.seed, default_seed) if each is not None)
    used = ties or record.tie_breakers or ("random",)
    asked = entries.load(source, next(stated), used)
    answered = read(target / DECISIONS[0], DECISIONS[1][:5])
    raise_faults(answered)
    tell(Text("Granskar", "Verifying"))
    found = _held_against(asked, answered, used)
    return Check(found, len(asked.wishes.rank), _notes(record, asked, answered))


def _or_wrong(cell: str) -> int:
    number = RANK.read(cell)
    return _WRONG if number is None else number


def _held_against(asked: Entries, answered: Sheet, ties: Sequence[str]) -> list[Verdict]:
    answer_of, extra = _paired(asked, answered)
    lacking = np.flatnonzero(answer_of < 0)
    if len(extra) or len(lacking):
        return [*_without_choice(answered, extra), *_without_decision(asked, lacking)]
    outcomes = np.array(answered.cells["outcome"], object)[answer_of].tolist()
    queue = np.array(answered.values("queue", _QUEUE), np.int64)[answer_of]
    return audit(case(asked, outcomes, queue), ties)


def _paired(asked: Entries, answered: Sheet) -> tuple[Column, Column]:
    """For each choice its row among the decisions (-1: none), and the rows that answer no choice or again."""
    wishes, width = asked.wishes, len(asked.offerings)
    number = {name: at for at, name in enumerate(asked.applicants)}
    offering_number = {name: at for at, name in enumerate(asked.offerings)}
    applicant = np.array([number.get(name, -1) for name in answered.cells["applicant"]], np.int64)
    offering = np.array([offering_number.get(name, -1) for name in answered.cells["offering"]], np.int64)
    rank = np.array(answered.values("rank", _RANK_OR_NONE), np.int64)
    keys = wishes.applicant * width + wishes.offering
    order = np.argsort(keys)
    wanted = np.where((applicant >= 0) & (offering >= 0), applicant * width + offering, -1)
    choice = np.append(order, -1)[np.searchsorted(keys[order], wanted)]
    meant = (choice >= 0) & (np.append(keys, -2)[choice] == wanted) & (np.append(wishes.rank, -2)[choice] == rank)
    answer_of = np.full(len(keys), -1, np.int64)
    rows = np.flatnonzero(meant)
    answer_of[choice[rows[::-1]]] = rows[::-1]
    meant[rows[answer_of[choice[rows]] != rows]] = False
    return answer_of, np.flatnonzero(~meant)


def _without_choice(answered: Sheet, rows: Column) -> list[Verdict]:
    ranks = answered.values("rank", _RANK_OR_NONE)
    applicants, offerings = answered.cells["applicant"], answered.cells["offering"]
    return [Verdict("decision_without_choice", offerings[at], applicants[at], ranks[at]) for at in rows.tolist()]


def _without_decision(asked: Entries, choices: Column) -> list[Verdict]:
    wishes = asked.wishes
    return [
        Verdict(
            "choice_without_decision",
            asked.offerings[wishes.offering[at]],
            asked.applicants[wishes.applicant[at]],
            int(wishes.rank[at]),
        )
        for at in choices.tolist()
    ]


def _notes(record: Record, asked: Entries, answered: Sheet) -> list[Text]:
    notes = []
    if record == Record():
        notes.append(
            Text(
                "run.json saknas; slumptal och särskiljning är de som angavs, annars de förvalda.",
                "There is no run.json; seed and tie-breakers are those given, else the defaults.",
            )
        )
    if record.input_hash not in (None, asked.input_hash):
        notes.append(Text("Körningen gjordes på andra indata än dessa.", "The run was made of other input than this."))
    if record.decisions_hash not in (None, answered.sha256):
        notes.append(Text("decisions.csv är ändrad sedan körningen.", "decisions.csv was changed after the run."))
    return notes
