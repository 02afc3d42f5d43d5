"""`samverk sandbox place`: files in, decisions out, and every fault of a bad file named."""

import csv
import json
from pathlib import Path
from random import Random
from shutil import copytree

import pytest

from cli.tests.sandbox_year import GOLDEN, run, write_year

BAD = {
    "offerings.csv": "offering,seats\nx,2\nx,3\n,1\ny,-1\nz,många\n",
    "applicants.csv": "applicant,random\na,1\na,2\nb,nan\nc,1_0\n",
    "choices.csv": (
        "applicant,rank,offering,eligible,reception,timely,merit\n"
        "a,1,x,1,1,1,100.0\n"
        "a,1,y,1,1,1,100.0\n"
        "a,2,x,1,1,1,100.0\n"
        "b,0,x,ja,3,2,100.05\n"
        "q,1,q,1,1,1,-1\n"
        "b,1,x,1,1,1,287,5\n"
        "b,2,y,1\n"
    ),
}
NAMED = {
    ("offerings.csv", 3, "offering"), ("offerings.csv", 4, "offering"), ("offerings.csv", 5, "seats"),
    ("offerings.csv", 6, "seats"), ("applicants.csv", 3, "applicant"), ("applicants.csv", 4, "random"),
    ("applicants.csv", 5, "random"), ("choices.csv", 3, "rank"), ("choices.csv", 4, "offering"),
    ("choices.csv", 5, "rank"), ("choices.csv", 5, "eligible"), ("choices.csv", 5, "reception"),
    ("choices.csv", 5, "timely"), ("choices.csv", 5, "merit"), ("choices.csv", 6, "applicant"),
    ("choices.csv", 6, "offering"), ("choices.csv", 6, "merit"), ("choices.csv", 7, None),
    ("choices.csv", 7, "offering"),
    ("choices.csv", 8, "reception"), ("choices.csv", 8, "timely"), ("choices.csv", 8, "merit"),
}  # fmt: skip


@pytest.fixture
def golden(tmp_path: Path) -> Path:
    copytree(GOLDEN / "in", tmp_path / "in")
    return tmp_path / "in"


def decisions(folder: Path) -> dict[tuple[str, str], tuple[str, str, str]]:
    with (folder / "decisions.csv").open(newline="") as file:
        return {(r["applicant"], r["offering"]): (r["outcome"], r["queue"], r["reason"]) for r in csv.DictReader(file)}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_golden_folder_comes_out_byte_for_byte(golden: Path, tmp_path: Path) -> None:
    for out in ("once", "again"):
        assert run("place", golden, tmp_path / out, "--seed", "7").exit_code == 0
        assert contents(tmp_path / out) == contents(GOLDEN / "out")


def test_another_seed_draws_other_numbers(golden: Path, tmp_path: Path) -> None:
    everyone_draws = "".join(line.split(",")[0] + ",\n" for line in (golden / "applicants.csv").read_text().split()[1:])
    (golden / "applicants.csv").write_text("applicant,random\n" + everyone_draws)
    found = set()
    for seed in range(12):
        assert run("place", golden, tmp_path / "out", "--seed", str(seed)).exit_code == 0
        found.add((tmp_path / "out" / "decisions.csv").read_bytes())

    assert len(found) == 2  # bo and cia are alike in all else


def test_bom_semicolons_blank_lines_decimal_commas_and_row_order_change_no_decision(
    golden: Path, tmp_path: Path
) -> None:
    for file in golden.iterdir():
        header, *rows = file.read_text().split()
        Random(4).shuffle(rows)
        lines = [line.replace(",", ";").replace(".", ",") for line in (header, "", *rows)]
        file.write_text("\r\n".join(lines) + "\r\n\r\n", encoding="utf-8-sig", newline="")
    assert run("place", golden, tmp_path / "out", "--seed", "7").exit_code == 0

    assert (tmp_path / "out" / "decisions.csv").read_bytes() == (GOLDEN / "out" / "decisions.csv").read_bytes()


def test_the_rank_breaks_a_tie_before_the_number_when_asked(tmp_path: Path) -> None:
    source = write_year(
        tmp_path / "in", {"x": 1, "y": 0}, {"a": "1", "b": "2"},
        [("a", 1, "y", 1, 1, 1, "10.0"), ("a", 2, "x", 1, 1, 1, "10.0"), ("b", 1, "x", 1, 1, 1, "10.0")],
    )  # fmt: skip
    assert run("place", source, tmp_path / "random").exit_code == 0
    assert run("place", source, tmp_path / "rank", "--tie-breakers", "rank,random").exit_code == 0

    assert decisions(tmp_path / "random")["b", "x"] == ("reserve", "1", "random")
    assert decisions(tmp_path / "rank")["a", "x"] == ("reserve", "1", "rank")
    assert json.loads((tmp_path / "rank" / "run.json").read_text())["tie_breakers"] == ["rank", "random"]
    assert run("place", source, tmp_path / "no", "--tie-breakers", "random,rank").exit_code == 2
    assert run("place", source, tmp_path / "no", "--tie-breakers", "längd").exit_code == 2


def test_tie_breakers_may_ask_for_columns_of_the_applicants(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    (source / "offerings.csv").write_text("offering,seats\nx,1\n")
    (source / "applicants.csv").write_text(
        "applicant,random,grade_value,number_of_grades\na,1,200.0,16\nb,2,200.0,17\nc,3,190.0,17\n"
    )
    rows = [f"{name},1,x,1,1,1,210.0" for name in "abc"]
    (source / "choices.csv").write_text(
        "applicant,rank,offering,eligible,reception,timely,merit\n" + "\n".join(rows) + "\n"
    )
    ties = "grade_value,number_of_grades,random"

    assert run("place", source, tmp_path / "out", "--tie-breakers", ties).exit_code == 0
    decided = (tmp_path / "out" / "decisions.csv").read_text().splitlines()
    assert decided[1:] == [
        "a,x,1,reserve,1,number_of_grades", "b,x,1,admitted,,priority_reached", "c,x,1,reserve,2,grade_value",
    ]  # fmt: skip
    assert run("verify", source, tmp_path / "out").exit_code == 0
    (source / "applicants.csv").write_text("applicant,random\na,1\nb,2\nc,3\n")
    assert run("place", source, tmp_path / "none", "--tie-breakers", ties).exit_code == 2


def test_numbers_with_decimals_and_drawn_ones_compare_as_numbers(tmp_path: Path) -> None:
    choices = [(name, 1, "x", 1, 1, 1, "10.0") for name in "abc"]
    source = write_year(tmp_path / "in", {"x": 1}, {"a": "0.50", "b": "0.4999999999999999999999", "c": ""}, choices)
    assert run("place", source, tmp_path / "out").exit_code == 0

    assert decisions(tmp_path / "out")["b", "x"][0] == "admitted"
    assert json.loads((tmp_path / "out" / "run.json").read_text())["random"]["drawn"] == 1


def test_empty_lists_and_applicants_without_choices_are_fine(tmp_path: Path) -> None:
    nobody = write_year(tmp_path / "nobody", {}, {}, [])
    idle = write_year(tmp_path / "idle", {"x": 3}, {"a": ""}, [])
    for source in (nobody, idle):
        assert run("place", source, tmp_path / "out").exit_code == 0
        assert decisions(tmp_path / "out") == {}
        assert run("verify", source, tmp_path / "out").exit_code == 0


def test_every_bad_cell_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    for name, content in BAD.items():
        (source / name).write_text(content)
    refused = run("place", source, tmp_path / "out", "--json")
    faults = json.loads(refused.stdout)["faults"]

    assert refused.exit_code == 2
    assert {(fault["file"], fault["line"], fault["column"]) for fault in faults} == NAMED
    assert all(fault["problem"] for fault in faults)
    assert not (tmp_path / "out").exists()
    shown = run("place", source, tmp_path / "out", language="en")
    assert "Write 1 (yes) or 0 (no)." in shown.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("choices.csv", None), ("offerings.csv", b""), ("offerings.csv", b"\xff\xfe\x00"),
        ("offerings.csv", b"a\x00b,c"),
        ("applicants.csv", b"applicant\na\n"), ("choices.csv", b"rank,rank\n1,1\n"),
        ("offerings.csv", b"PK\x03\x04" * 9),
    ],
)  # fmt: skip
def test_rubbish_files_are_bad_use(golden: Path, tmp_path: Path, name: str, content: bytes | None) -> None:
    (golden / name).unlink()
    if content is not None:
        (golden / name).write_bytes(content)
    refused = run("place", golden, tmp_path / "out")

    assert refused.exit_code == 2
    assert name in refused.output
    assert not (tmp_path / "out").exists()


def test_a_former_result_stays_when_the_input_is_bad_and_is_replaced_when_it_is_good(
    golden: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert run("place", golden, out, "--seed", "7").exit_code == 0
    (out / "anteckning.txt").write_text("behåll")
    before = contents(out)
    good = (golden / "offerings.csv").read_text()
    (golden / "offerings.csv").write_text(good + "x,-1\n")
    assert run("place", golden, out, "--seed", "8").exit_code == 2
    assert contents(out) == before

    (golden / "offerings.csv").write_text(good)
    assert run("place", golden, out, "--seed", "8").exit_code == 0
    assert contents(out).keys() == before.keys()
    assert contents(out)["run.json"] != before["run.json"]


def test_a_file_in_the_place_of_the_folder_is_bad_use(golden: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("en fil")

    assert run("place", golden, tmp_path / "out").exit_code == 2
    assert (tmp_path / "out").read_text() == "en fil"
