"""`samverk sandbox verify`: every planted fault is found, by its code and the ids it is about."""

import json
from collections.abc import Mapping
from pathlib import Path
from random import Random
from shutil import copytree

import pytest

from cli.tests.sandbox_year import GOLDEN, run, write_year

FAULTS = {
    "missing row": ({"fia,2284-BA-1,1,reserve,1,no_seats\n": ""}, "choice_without_decision"),
    "row twice": ({"fia,": "fia,2284-BA-1,1,reserve,1,no_seats\nfia,"}, "decision_without_choice"),
    "unknown applicant": ({"fia,": "gurli,2284-BA-1,1,reserve,1,no_seats\nfia,"}, "decision_without_choice"),
    "unknown offering": ({"fia,": "fia,9999-XX-1,2,struck,,x\nfia,"}, "decision_without_choice"),
    "wrong rank": ({"fia,2284-BA-1,1": "fia,2284-BA-1,2"}, "decision_without_choice"),
    "no rank": ({"fia,2284-BA-1,1": "fia,2284-BA-1,ett"}, "decision_without_choice"),
    "two seats": ({"cia,2284-TE-1,3,struck": "cia,2284-TE-1,3,admitted"}, "two_seats"),
    "capacity": ({"bo,2281-EK-1,1,reserve,1": "bo,2281-EK-1,1,admitted,"}, "over_capacity"),
    "ineligible": ({"eva,2281-EK-1,2,ineligible,": "eva,2281-EK-1,2,reserve,3"}, "ineligible_not_refused"),
    "eligible": ({"fia,2284-BA-1,1,reserve,1": "fia,2284-BA-1,1,ineligible,"}, "eligible_refused"),
    "envy": (
        {
            "bo,2281-EK-1,1,reserve,1": "bo,2281-EK-1,1,admitted,",
            "cia,2281-EK-1,1,admitted,": "cia,2281-EK-1,1,reserve,1",
            "bo,2281-NA-1,2,admitted": "bo,2281-NA-1,2,struck", "cia,2284-BA-1,2,struck,": "cia,2284-BA-1,2,reserve,1",
            "cia,2284-TE-1,3,struck": "cia,2284-TE-1,3,admitted",
            "eva,2281-NA-1,1,reserve,1": "eva,2281-NA-1,1,admitted,",
            "fia,2284-BA-1,1,reserve,1": "fia,2284-BA-1,1,reserve,2",
        },
        "justified_envy",
    ),
    "wasted seat": ({"dan,2284-TE-1,2,admitted,": "dan,2284-TE-1,2,reserve,1"}, "seat_wasted"),
    "second hand first": (
        {
            "cia,2281-EK-1,1,admitted,": "cia,2281-EK-1,1,reserve,2",
            "dan,2281-EK-1,1,reserve,2": "dan,2281-EK-1,1,admitted,",
        },
        "second_hand_displaces_first_hand",
    ),
    "struck above": ({"bo,2281-EK-1,1,reserve,1": "bo,2281-EK-1,1,struck,"}, "reserve_and_struck_mixed"),
    "reserve below": ({"anna,2281-NA-1,2,struck,": "anna,2281-NA-1,2,reserve,1"}, "reserve_and_struck_mixed"),
    "no such outcome": ({"fia,2284-BA-1,1,reserve": "fia,2284-BA-1,1,kanske"}, "unknown_outcome"),
    "queue swapped": (
        {"EK-1,1,reserve,1,random": "EK-1,1,reserve,2,random", "reserve,2,reception": "reserve,1,reception"},
        "queue_out_of_order",
    ),
    "queue with a gap": ({"reserve,2,reception": "reserve,3,reception"}, "queue_out_of_order"),
    "queue empty": ({"reserve,2,reception": "reserve,,reception"}, "queue_out_of_order"),
    "queue in words": ({"reserve,2,reception": "reserve,två,reception"}, "queue_out_of_order"),
    "queue of one admitted": ({"EK-1,1,admitted,,": "EK-1,1,admitted,1,"}, "queue_without_reserve"),
}  # fmt: skip


@pytest.fixture
def golden(tmp_path: Path) -> Path:
    copytree(GOLDEN, tmp_path / "year")
    return tmp_path / "year"


def plant(year: Path, changes: Mapping[str, str]) -> None:
    file = year / "out" / "decisions.csv"
    text = file.read_text()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(golden: Path, fault: str) -> None:
    changes, code = FAULTS[fault]
    plant(golden, changes)
    checked = run("verify", golden / "in", golden / "out", "--json")
    found = json.loads(checked.stdout)["faults"]

    assert checked.exit_code == 1
    assert code in {each["code"] for each in found}
    assert all(each["problem"] and (each["applicant"] or each["offering"]) for each in found)
    assert code in run("verify", golden / "in", golden / "out").output


def test_right_decisions_pass_whatever_their_rows_order_and_separator(golden: Path) -> None:
    assert run("verify", golden / "in", golden / "out").exit_code == 0
    file = golden / "out" / "decisions.csv"
    header, *rows = file.read_text().split()
    Random(1).shuffle(rows)
    file.write_text("\n".join([header, *rows]).replace(",", ";"), encoding="utf-8-sig")
    checked = run("verify", golden / "in", golden / "out")

    assert checked.exit_code == 0
    assert "decisions.csv är ändrad" in checked.output


def test_cut_seats_are_found_and_it_is_said_that_the_input_is_another(golden: Path) -> None:
    offerings = golden / "in" / "offerings.csv"
    offerings.write_text(offerings.read_text().replace("2281-EK-1,2", "2281-EK-1,1"))
    checked = run("verify", golden / "in", golden / "out", language="en")

    assert checked.exit_code == 1
    assert "over_capacity" in checked.output
    assert "other input" in checked.output


def test_decisions_without_a_record_are_verified_by_what_is_stated(tmp_path: Path) -> None:
    source = write_year(
        tmp_path / "in", {"x": 1, "y": 0}, {"a": "1", "b": "2"},
        [("a", 1, "y", 1, 1, 1, "10.0"), ("a", 2, "x", 1, 1, 1, "10.0"), ("b", 1, "x", 1, 1, 1, "10.0")],
    )  # fmt: skip
    assert run("place", source, tmp_path / "out", "--tie-breakers", "rank,random").exit_code == 0
    assert run("verify", source, tmp_path / "out").exit_code == 0
    (tmp_path / "out" / "run.json").unlink()

    assert run("verify", source, tmp_path / "out").exit_code == 1
    assert run("verify", source, tmp_path / "out", "--tie-breakers", "rank,random").exit_code == 0


def test_what_cannot_be_read_is_bad_use(golden: Path) -> None:
    (golden / "out" / "run.json").write_text("[]")
    assert run("verify", golden / "in", golden / "out").exit_code == 2
    (golden / "out" / "run.json").unlink()
    (golden / "out" / "decisions.csv").write_text("applicant,offering\n")
    assert run("verify", golden / "in", golden / "out").exit_code == 2
    (golden / "out" / "decisions.csv").unlink()
    assert run("verify", golden / "in", golden / "out").exit_code == 2


@pytest.mark.parametrize("seed", range(8))
def test_what_is_placed_is_found_right_and_no_changed_outcome_passes(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    names = [f"p{number}" for number in range(25)]
    choices = [
        (name, rank, offering, random.choice([1, 1, 1, 0]), random.choice([1, 1, 2]), random.choice([1, 1, 0]),
         f"{random.randrange(200, 205)}.5")
        for name in names for rank, offering in enumerate(random.sample("uvwxyz", random.randint(0, 5)), 1)
    ]  # fmt: skip
    seats = {offering: random.randint(0, 4) for offering in "uvwxyz"}
    source = write_year(tmp_path / "in", seats, dict.fromkeys(names, ""), choices)
    out = tmp_path / "out"
    assert run("place", source, out, "--seed", str(seed)).exit_code == 0
    assert run("verify", source, out).exit_code == 0

    header, *rows = (out / "decisions.csv").read_text().split()
    for at in random.sample(range(len(rows)), 6):
        cells = rows[at].split(",")
        cells[3] = random.choice([o for o in ("admitted", "reserve", "struck", "ineligible") if o != cells[3]])
        changed = [*rows[:at], ",".join(cells), *rows[at + 1 :]]
        (out / "decisions.csv").write_text("\n".join([header, *changed]))
        assert run("verify", source, out).exit_code == 1
