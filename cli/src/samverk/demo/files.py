"""The report as files that anybody can check: see the README that is written beside them."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from samverk.demo.cast import Applicant
from samverk.demo.outcome import Outcome
from samverk.demo.year import BINDING, ROUNDS

Cell = str | int | float | None
COLUMNS: Mapping[str, Sequence[str]] = {
    "offerings": (
        "offering", "municipality", "municipality_name", "programme", "school_unit", "school_name", "seats",
        "first_choice", "first_hand", "eligible", "admitted", "accepted", "vacant", "lowest_merit",
    ),
    "applicants": (
        "applicant", "home_municipality", "merit", "grades", "place", "starts_on", "last_round", "unplaced_because",
        "missing_subjects", "open_programmes", "case", "case_status",
    ),
    "choices": (
        "round", "applicant", "rank", "offering", "eligible", "reception", "timely", "merit", "lottery", "holds",
        "ground",
    ),
    "decisions": ("round", "applicant", "rank", "offering", "outcome", "queue", "reason"),
    "prices": ("price_year", "programme", "yearly_price_ore", "pupils", "estimated"),
    "settlements": ("month", "payer", "payee", "applicant", "programme", "offering", "amount_ore"),
    "refused": (
        "where", "municipality", "service", "type", "id", "topic", "partition", "offset", "reason", "field", "code",
        "sv", "en",
    ),
}  # fmt: skip
_ORDER = "ABCDEF-"


def write(outcome: Outcome, folder: Path, summary: Mapping[str, Any]) -> None:
    """All files, in UTF-8 with a header row; lists within a cell are separated by spaces."""
    folder.mkdir(parents=True, exist_ok=True)
    rows: Mapping[str, Iterable[Sequence[Cell]]] = {
        "offerings": _offerings(outcome),
        "applicants": _applicants(outcome),
        "choices": _choices(outcome),
        "decisions": _decisions(outcome),
        "prices": _prices(outcome),
        "settlements": _settlements(outcome),
        "refused": [*_refused_at_door(outcome), *_refused_afterwards(outcome)],
    }
    for name, columns in COLUMNS.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows(rows[name])
    (folder / "README.md").write_text((files("samverk") / "data" / "report.md").read_text("utf-8"), "utf-8")
    write_summary(folder, summary)


def write_summary(folder: Path, summary: Mapping[str, Any]) -> None:
    """`summary.json`, which is written again when the checks are done."""
    text = json.dumps(summary, ensure_ascii=False, indent=2)
    (folder / "summary.json").write_text(text + "\n", "utf-8")


def best_grades(each: Applicant) -> dict[str, str]:
    """The better of a subject's grades over the year."""
    best: dict[str, str] = {}
    for given in (each.grades.autumn, each.grades.final, each.grades.lovskola or {}):
        for subject, grade in given.items():
            best[subject] = min(grade, best.get(subject, grade), key=_ORDER.index)
    return best


def _offerings(outcome: Outcome) -> Iterable[Sequence[Cell]]:
    region = outcome.cast.region
    first = {row["offering"]: row for row in outcome.rounds["final"]["offerings"]}
    accepted: dict[str, int] = {}
    for place in outcome.places.values():
        accepted[place["offering"]] = accepted.get(place["offering"], 0) + 1
    for row in outcome.rounds[BINDING[-1]]["offerings"]:
        name, known = row["offering"], region.offerings[row["offering"]]
        taken = accepted.get(name, 0)
        yield (
            name, row["municipality"], region.by_code[row["municipality"]].name, row["programme"], known.school_unit,
            known.school_name, row["seats"], first[name]["first_choice"], first[name]["first_hand"],
            first[name]["eligible"], row["admitted"], taken, row["seats"] - taken, row["lowest_merit"],
        )  # fmt: skip


def _applicants(outcome: Outcome) -> Iterable[Sequence[Cell]]:
    """By the last binding round that the applicant took part in."""
    last: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for name in BINDING:
        last |= {row["applicant"]: (name, row) for row in outcome.rounds[name]["applicants"]}
    grades = {each.id: best_grades(each) for each in outcome.cast.applicants}
    for applicant, (name, row) in sorted(last.items()):
        place, case = outcome.places.get(applicant, {}), outcome.cases.get(applicant, {})
        listed = " ".join(f"{subject}:{grade}" for subject, grade in sorted(grades[applicant].items()))
        yield (
            applicant, row["home_municipality"], row["merit"], listed, place.get("offering"), place.get("starts_on"),
            name, row["unplaced_because"], " ".join(row["missing_subjects"]), " ".join(row["open_programmes"]),
            case.get("case"), case.get("status"),
        )  # fmt: skip


def _choices(outcome: Outcome) -> Iterable[Sequence[Cell]]:
    for name in ROUNDS:
        lots = {row["applicant"]: row["random"] for row in outcome.rounds[name]["applicants"]}
        for row in outcome.rounds[name]["choices"]:
            yield (
                name, row["applicant"], row["rank"], row["offering"], row["eligible"], row["reception"], row["timely"],
                row["merit"], lots[row["applicant"]], row["holds"], row["ground"],
            )  # fmt: skip


def _decisions(outcome: Outcome) -> Iterable[Sequence[Cell]]:
    for name in ROUNDS:
        for row in outcome.rounds[name]["decisions"]:
            yield name, row["applicant"], row["rank"], row["offering"], row["outcome"], row["queue"], row["reason"]


def _prices(outcome: Outcome) -> Iterable[Sequence[Cell]]:
    for price in outcome.price_list["prices"]:
        estimated = int(price["estimated"])
        yield (
            outcome.price_list["price_year"],
            price["programme"],
            price["yearly_price_ore"],
            price["pupils"],
            estimated,
        )


def _settlements(outcome: Outcome) -> Iterable[Sequence[Cell]]:
    """A line per pupil; a protected pupil stands without id, since the payer would tell where they live."""
    protected = {each.id for each in outcome.cast.applicants if each.person.protected}
    for issued in outcome.settlements:
        for line in issued["lines"]:
            pupil = None if line["applicant"] in protected else line["applicant"]
            yield (
                issued["month"], issued["payer"], issued["payee"], pupil, line["programme"], line["offering"],
                line["amount_ore"],
            )  # fmt: skip


def _refused_at_door(outcome: Outcome) -> Iterable[Sequence[Cell]]:
    for each in outcome.refused_at_door:
        for fault in each.faults:
            yield (
                "door", each.municipality, each.service, each.type, each.id, None, None, None, "refused_at_door",
                fault.field, fault.code, fault.sv, fault.en,
            )  # fmt: skip


def _refused_afterwards(outcome: Outcome) -> Iterable[Sequence[Cell]]:
    for each in outcome.refused_afterwards:
        _, municipality, service = each["topic"].split(".")
        for fault in each["faults"]:
            yield (
                "service", municipality, service, each["report_type"], each["report_id"], each["topic"],
                each["partition"], each["offset"], each["reason"], fault["field"], fault["code"], fault["sv"],
                fault["en"],
            )  # fmt: skip
