"""Checks of the year from the exported files alone, sharing no code with the services."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from samverk.demo.merit_again import eligible, merit
from samverk.demo.region import Programme

Row = Mapping[str, str]
BINDING = ("final", "reserve-1")
_MONTHS = 12


@dataclass(frozen=True)
class Files:
    """The exported tables, all cells as text."""

    folder: Path

    def table(self, name: str) -> Sequence[Row]:
        """One file's rows."""
        with (self.folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    @cached_property
    def offerings(self) -> Mapping[str, Row]:
        return {row["offering"]: row for row in self.table("offerings")}

    @cached_property
    def applicants(self) -> Mapping[str, Row]:
        return {row["applicant"]: row for row in self.table("applicants")}

    @cached_property
    def choices(self) -> Sequence[Row]:
        return self.table("choices")

    @cached_property
    def decided(self) -> Mapping[tuple[str, str, str], Row]:
        """Decisions by round, applicant and offering."""
        rows = self.table("decisions")
        return {(row["round"], row["applicant"], row["offering"]): row for row in rows}

    def outcome(self, choice: Row) -> str:
        """What became of a choice."""
        return self.decided[choice["round"], choice["applicant"], choice["offering"]]["outcome"]


def one_seat_each(files: Files) -> Iterator[str]:
    """No seat twice: nobody is admitted twice in a round."""
    seats = Counter((row["round"], row["applicant"]) for row in files.decided.values() if row["outcome"] == "admitted")
    yield from (
        f"{name}: {applicant} admitted {number} times" for (name, applicant), number in seats.items() if number > 1
    )


def capacity(files: Files) -> Iterator[str]:
    """Nowhere more admitted, nor more places accepted, than there are seats."""
    admitted = Counter(
        (row["round"], row["offering"]) for row in files.decided.values() if row["outcome"] == "admitted"
    )
    for (name, offering), number in admitted.items():
        if number > int(files.offerings[offering]["seats"]):
            yield f"{name}: {number} admitted to {offering}"
    accepted = Counter(row["place"] for row in files.applicants.values() if row["place"])
    for offering, number in accepted.items():
        if number > int(files.offerings[offering]["seats"]):
            yield f"{number} places accepted at {offering}"


def stability(files: Files) -> Iterator[str]:
    """No unstable pair: nobody waits for a seat that is free or that someone behind them has."""
    worst, full = _last_admitted(files)
    placed = {
        (choice["round"], choice["applicant"]): int(choice["rank"])
        for choice in files.choices
        if files.outcome(choice) == "admitted"
    }
    for choice in files.choices:
        name, applicant, offering = choice["round"], choice["applicant"], choice["offering"]
        reached = placed.get((name, applicant))
        if choice["eligible"] != "1" or (reached is not None and reached <= int(choice["rank"])):
            continue
        if full[name, offering] < int(files.offerings[offering]["seats"]):
            yield f"{name}: a seat at {offering} is free while {applicant} waits"
        elif (last := worst.get((name, offering))) is not None and standing(choice) < last:
            yield f"{name}: {applicant} waits for {offering} before someone admitted"


def standing(choice: Row) -> tuple[int, int, int, Decimal, int]:
    """Smaller goes first."""
    holds, timely = int(choice["holds"] != "1"), int(choice["timely"] != "1")
    return holds, int(choice["reception"]), timely, -Decimal(choice["merit"]), int(choice["lottery"])


def _last_admitted(
    files: Files,
) -> tuple[dict[tuple[str, str], tuple[int, int, int, Decimal, int]], Counter[tuple[str, str]]]:
    worst: dict[tuple[str, str], tuple[int, int, int, Decimal, int]] = {}
    full: Counter[tuple[str, str]] = Counter()
    for choice in files.choices:
        if files.outcome(choice) == "admitted":
            where, at = (choice["round"], choice["offering"]), standing(choice)
            full[where] += 1
            worst[where] = max(at, worst.get(where, at))
    return worst, full


def merits(files: Files) -> Iterator[str]:
    """Every merit value, reckoned again from the grades."""
    for row in files.applicants.values():
        again = merit(_grades(row))
        if again != Decimal(row["merit"]):
            yield f"{row['applicant']}: merit {row['merit']}, by the grades {again}"


def eligibility(files: Files, programmes: Mapping[str, Programme]) -> Iterator[str]:
    """Every choice's eligibility in the binding rounds, reckoned again from the grades."""
    for choice in files.choices:
        offering = files.offerings.get(choice["offering"])
        if choice["round"] not in BINDING or choice["holds"] == "1":
            continue
        expected = offering is not None and eligible(
            _grades(files.applicants[choice["applicant"]]), programmes[offering["programme"]]
        )
        if expected != (choice["eligible"] == "1"):
            yield f"{choice['round']}: {choice['applicant']} at {choice['offering']}: eligible {choice['eligible']}"


def settlements(files: Files, months: Sequence[str]) -> Iterator[str]:
    """Every line reckoned again from who holds a place outside the home municipality, and from the price list."""
    prices = {row["programme"]: int(row["yearly_price_ore"]) for row in files.table("prices")}
    due = {
        (month, applicant): _line(files, row, int(month[-2:]), prices)
        for month in months
        for applicant, row in files.applicants.items()
        if row["place"] and row["home_municipality"]
        and files.offerings[row["place"]]["municipality"] != row["home_municipality"]
    }  # fmt: skip
    lines = [row for row in files.table("settlements") if row["applicant"]]
    charged = {(row["month"], row["applicant"]): row for row in lines}
    if len(charged) < len(lines):
        yield f"{len(lines) - len(charged)} pupils are charged twice in a month"
    for key in due.keys() | charged.keys():
        found = charged.get(key)
        said = found and (found["payer"], found["payee"], found["offering"], int(found["amount_ore"]))
        if said != due.get(key):
            yield f"{key[0]} {key[1]}: settled {said}, due {due.get(key)}"


def protected_settlements(files: Files) -> Iterator[str]:
    """Lines without a pupil: no more of them at an offering than protected pupils with a place there."""
    placed = Counter(row["place"] for row in files.applicants.values() if row["place"] and not row["home_municipality"])
    charged = Counter((row["month"], row["offering"]) for row in files.table("settlements") if not row["applicant"])
    for (month, offering), number in charged.items():
        if number > placed[offering]:
            yield f"{month}: {number} protected pupils charged at {offering}, {placed[offering]} placed"


def sum_to_zero(files: Files) -> Iterator[str]:
    """What all pay is what all get; nobody pays themselves."""
    net: Counter[str] = Counter()
    for row in files.table("settlements"):
        net[row["payer"]] -= int(row["amount_ore"])
        net[row["payee"]] += int(row["amount_ore"])
        if row["payer"] == row["payee"]:
            yield f"{row['month']}: {row['payer']} pays itself"
    if sum(net.values()) != 0:
        yield f"the region's balances sum to {sum(net.values())} öre"


def cases(files: Files) -> Iterator[str]:
    """Everyone without a place after the last round has an open follow-up case, and nobody with a place has."""
    for row in files.applicants.values():
        if row["unplaced_because"] and row["case_status"] != "open":
            yield f"{row['applicant']} is without a place and has no open case"
        if row["place"] and row["case_status"] == "open":
            yield f"{row['applicant']} has a place and an open case"


def no_overlap(sessions: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """No counsellor and no applicant in two sessions at once (times in UTC, as text that sorts)."""
    for who in ("counsellor", "applicant"):
        busy: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for session in sessions:
            busy[session[who]].append((session["starts_at"], session["ends_at"]))
        for name, times in busy.items():
            ordered = sorted(times)
            for (_, ends), (starts, _) in pairwise(ordered):
                if starts < ends:
                    yield f"{who} {name} has two sessions at {starts}"


def _line(files: Files, row: Row, month: int, prices: Mapping[str, int]) -> tuple[str, str, str, int]:
    offering = files.offerings[row["place"]]
    yearly = prices[offering["programme"]]
    amount = yearly * month // _MONTHS - yearly * (month - 1) // _MONTHS
    return row["home_municipality"], offering["municipality"], row["place"], amount


def _grades(row: Row) -> dict[str, str]:
    return dict(pair.split(":") for pair in row["grades"].split())
