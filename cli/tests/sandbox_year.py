"""Small folders for the sandbox, and its command as its users meet it."""

import io
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from samverk.main import command

GOLDEN = Path(__file__).parent / "sandbox_golden"
Choice = tuple[str, int, str, int, int, int, str]


@dataclass(frozen=True)
class Result:
    exit_code: int
    stdout: str
    output: str


def run(*arguments: str | Path, language: str = "sv") -> Result:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as left:
        command(language).main(args=["sandbox", *map(str, arguments)], prog_name="samverk")
    return Result(int(left.value.code or 0), out.getvalue(), out.getvalue() + err.getvalue())


def write_year(folder: Path, seats: Mapping[str, int], random: Mapping[str, str], choices: Sequence[Choice]) -> Path:
    folder.mkdir(exist_ok=True)
    tables = {
        "offerings": ("offering,seats", seats.items()),
        "applicants": ("applicant,random", random.items()),
        "choices": ("applicant,rank,offering,eligible,reception,timely,merit", choices),
    }
    for name, (header, rows) in tables.items():
        lines = [header, *(",".join(map(str, row)) for row in rows)]
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
    return folder
