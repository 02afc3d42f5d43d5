"""IN_DIR: offerings, applicants and choices, read into the engine's columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from admissions.domain.placement import LOTTERY_BITS, lottery_number
from admissions.domain.wishes import Wishes
from samverk.sandbox.faults import BadCell, BadFiles
from samverk.sandbox.sheets import Sheet, raise_faults, read
from samverk.sandbox.values import FLAG, MERIT, RANDOM, RANK, RECEPTION, SEATS

OFFERINGS = ("offerings.csv", ("offering", "seats"))
APPLICANTS = ("applicants.csv", ("applicant", "random"))
CHOICES = ("choices.csv", ("applicant", "rank", "offering", "eligible", "reception", "timely", "merit"))
Column = NDArray[Any]
# what some tie-breakers compare, in columns of the applicants that are wanted only then
MEASURES = {"grade_value": MERIT, "number_of_grades": SEATS}


@dataclass(frozen=True, slots=True)
class Entries:
    """What is to be decided. Names by number, in order of the id; `inputs`: SHA-256 of each file.

    `drawn`: how many of the applicants' numbers were drawn from the seed.
    """

    offerings: Sequence[str]
    applicants: Sequence[str]
    wishes: Wishes
    inputs: dict[str, str]
    drawn: int

    @property
    def input_hash(self) -> str:
        """What `sha256sum applicants.csv choices.csv offerings.csv | sha256sum` gives."""
        return sha256("".join(f"{self.inputs[name]}  {name}\n" for name in sorted(self.inputs)).encode()).hexdigest()


def load(folder: Path, seed: int, ties: Sequence[str] = ()) -> Entries:
    """Raises BadFiles with every fault of all three files; a tie-breaker may ask for a column of the applicants."""
    measures = [name for name in MEASURES if name in ties]
    offerings, applicants, choices = _sheets(folder, measures)
    offering_names, applicant_names = offerings.names("offering"), applicants.names("applicant")
    seats = dict(zip(offering_names, offerings.values("seats", SEATS), strict=True))
    given = dict(zip(applicant_names, applicants.values("random", RANDOM), strict=True))
    offering_numbers, applicant_numbers = _numbered(seats), _numbered(given)
    columns = _choices(choices, applicant_numbers, offering_numbers)
    columns |= {name: _measure(applicants, name, applicant_names) for name in measures}
    raise_faults(offerings, applicants, choices)
    columns["random"] = _turns(list(applicant_numbers), given, seed)
    columns["seats"] = np.array([seats[name] for name in offering_numbers], np.int64)
    return Entries(
        list(offering_numbers),
        list(applicant_numbers),
        Wishes(**columns),  # type: ignore[arg-type]  # the fields that are no columns keep their defaults
        {sheet.file: sheet.sha256 for sheet in (offerings, applicants, choices)},
        sum(not number for number in given.values()),
    )


def method(seed: int) -> str:
    """How a missing number is drawn, in words that suffice to draw it again."""
    return f"the first {LOTTERY_BITS} bits of BLAKE2b-64 of '{seed}:<applicant>', as a whole number; lower goes first"


def _measure(applicants: Sheet, name: str, names: Sequence[str]) -> Column:
    """Values of a column of the applicants, in order of the id."""
    values = applicants.values(name, MEASURES[name])
    order = sorted(range(len(names)), key=names.__getitem__)
    return np.array([values[at] for at in order], np.int64)


def _sheets(folder: Path, measures: Sequence[str]) -> list[Sheet]:
    """All three, or the faults of all that cannot be read."""
    sheets: list[Sheet] = []
    faults: list[BadCell] = []
    applicants = (APPLICANTS[0], (*APPLICANTS[1], *measures))
    for name, wanted in (OFFERINGS, applicants, CHOICES):
        try:
            sheets.append(read(folder / name, wanted))
        except BadFiles as bad:
            faults += bad.faults
    if faults:
        raise BadFiles(faults)
    return sheets


def _numbered(names: dict[str, Any]) -> dict[str, int]:
    return {name: number for number, name in enumerate(sorted(names))}


def _choices(sheet: Sheet, applicants: dict[str, int], offerings: dict[str, int]) -> dict[str, Column]:
    """The columns of Wishes that have an entry a choice, in order of applicant and rank."""
    applicant = np.array(sheet.known("applicant", applicants, APPLICANTS[0]), np.int64)
    rank = np.array(sheet.values("rank", RANK), np.int64)
    offering = np.array(sheet.known("offering", offerings, OFFERINGS[0]), np.int64)
    columns = {
        "applicant": applicant,
        "rank": rank,
        "offering": offering,
        "eligible": np.array(sheet.values("eligible", FLAG), bool),
        "hand": np.array(sheet.values("reception", RECEPTION), np.int8),
        "timely": np.array(sheet.values("timely", FLAG), bool),
        "merit": np.array(sheet.values("merit", MERIT), np.int64),
        "holds": np.zeros(len(rank), bool),
    }
    _note_repeats(sheet, "rank", applicant, rank)
    _note_repeats(sheet, "offering", applicant, offering)
    order = np.lexsort((rank, applicant))
    return {name: column[order] for name, column in columns.items()}


def _note_repeats(sheet: Sheet, column: str, applicant: Column, value: Column) -> None:
    """An applicant has each rank, and each offering, once."""
    usable = np.flatnonzero((applicant >= 0) & (value >= 0))
    order = usable[np.lexsort((value[usable], applicant[usable]))]
    same = (applicant[order][1:] == applicant[order][:-1]) & (value[order][1:] == value[order][:-1])
    for at in np.flatnonzero(same).tolist():
        sheet.wrong(int(order[at + 1]), column, *sheet.again(int(order[at])))


def _turns(applicants: Sequence[str], given: dict[str, Any], seed: int) -> Column:
    """Each applicant's number, given or drawn, as its place among all numbers: only their order counts."""
    numbers = [given[name][0] if given[name] else lottery_number(seed, name) for name in applicants]
    place = {number: at for at, number in enumerate(sorted(set(numbers)))}
    return np.array([place[number] for number in numbers], np.int64)
