"""`samverk sandbox merit`: the known sums, eligibility, and every bad row named."""

import json
from pathlib import Path

import pytest

from cli.tests.sandbox_year import run

SIXTEEN = ["BL", "EN", "HKK", "IDH", "MA", "MU", "BI", "FY", "KE", "GE", "HI", "RE", "SH", "SL", "SV", "TK"]
PREPARATORY = "EK ES HU NA SA TE"
ALL = "BA BF EE EK ES FR FS FT HT HU IN NA NB RL SA TE VF VO"


def file_of(folder: Path, *rows: str) -> Path:
    file = folder / "grades.csv"
    file.write_text("\n".join(["applicant,subject,grade", *rows]) + "\n")
    return file


def sixteen(name: str, grade: str, **changed: str) -> list[str]:
    return [f"{name},{subject},{grade}" for subject, grade in (dict.fromkeys(SIXTEEN, grade) | changed).items()]


@pytest.mark.parametrize(
    ("grade", "language", "value", "counted"),
    [
        ("A", None, "320.0", 0), ("A", "A", "340.0", 1), ("E", None, "160.0", 0), ("E", "E", "170.0", 1),
        ("C", "C", "255.0", 1), ("B", None, "280.0", 0), ("C", "F", "240.0", 0), ("D", "B", "217.5", 1),
    ],
)  # fmt: skip
def test_the_known_sums(tmp_path: Path, grade: str, language: str | None, value: str, counted: int) -> None:
    extra = {} if language is None else {"M2SPA": language}
    shown = run("merit", file_of(tmp_path, *sixteen("p", grade, **extra)))

    assert shown.exit_code == 0
    assert shown.stdout == f"applicant,merit,modern_language_counted,eligible\np,{value},{counted},{ALL}\n"


def test_eligibility_is_a_test_of_its_own(tmp_path: Path) -> None:
    eight = ["SVA", "EN", "MA", "BL", "HKK", "IDH", "MU", "SL"]
    rows = [*sixteen("hög", "A", MA="F"), *(f"åtta,{subject},E" for subject in eight), "ingen,EN,-"]
    found = json.loads(run("merit", file_of(tmp_path, *rows), "--json").stdout)

    assert [(each["applicant"], each["merit"]) for each in found] == [("hög", 300.0), ("åtta", 80.0), ("ingen", 0.0)]
    assert found[0]["eligible"] == found[2]["eligible"] == []
    assert found[1]["eligible"] == [code for code in ALL.split() if code not in PREPARATORY.split()]


def test_it_is_written_to_a_file_as_a_whole(tmp_path: Path) -> None:
    out = tmp_path / "merit.csv"
    assert run("merit", file_of(tmp_path, "p,ma,e", "p,M2ARA,d"), "-o", out).exit_code == 0

    assert out.read_text().splitlines()[1] == "p,22.5,1,"
    assert {path.name for path in tmp_path.iterdir()} == {"grades.csv", "merit.csv"}


def test_every_bad_row_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    file = file_of(tmp_path, "p,MA,E", "p,XX,E", "p,EN,G", ",SV,A", "p,MA,D", "p,M2SP,A", "p", "p,BI,A,A")
    refused = run("merit", file, "-o", tmp_path / "merit.csv", "--json")

    assert refused.exit_code == 2
    assert {(fault["line"], fault["column"]) for fault in json.loads(refused.stdout)["faults"]} == {
        (3, "subject"), (4, "grade"), (5, "applicant"), (6, "subject"), (7, "subject"), (8, "subject"), (8, "grade"),
        (9, None),
    }  # fmt: skip
    assert not (tmp_path / "merit.csv").exists()


def test_a_year_without_rules_and_a_missing_file_are_bad_use(tmp_path: Path) -> None:
    assert run("merit", file_of(tmp_path, "p,MA,E"), "--intake-year", "1999").exit_code == 2
    assert run("merit", tmp_path / "borta.csv").exit_code == 2
