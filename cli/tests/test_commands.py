"""The command line, as its users meet it."""

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rich.table import Table

from local_stack.state import State
from samverk import screen, surroundings
from samverk.help_en import ENGLISH
from samverk.main import command, wanted_language

GOOD = "offering;intake_year;programme;school_unit;school_name;seats\n2281-EK-1;2027;EK;10000001;A;96\n"
BAD = GOOD + "2281-NA-1;2027;NA;1;A;-3\n"


@pytest.fixture(autouse=True)
def _empty_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMVERK_STATE", str(tmp_path / "state"))
    for name in ("SAMVERK_PEERS", "SAMVERK_TOKEN", "SAMVERK_KAFKA"):
        monkeypatch.delenv(name, raising=False)


@dataclass(frozen=True)
class Result:
    exit_code: int
    stdout: str
    output: str


def run(*arguments: str, language: str = "sv", input: str = "") -> Result:
    """As from a shell: typer's own runner takes no command whose help has been put into another language."""
    out, err, before = io.StringIO(), io.StringIO(), sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(input.encode()))
    try:
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as left:
            command(language).main(args=list(arguments), prog_name="samverk")
    finally:
        sys.stdin = before
    return Result(int(left.value.code or 0), out.getvalue(), out.getvalue() + err.getvalue())


def commands(node: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    inner = getattr(node, "commands", {})
    return [path, *(found for name, each in inner.items() for found in commands(each, (*path, name)))]


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("path", commands(command("sv")), ids=" ".join)
def test_every_command_has_help(path: tuple[str, ...], language: str) -> None:
    shown = run(*path, "--help", language=language)
    assert shown.exit_code == 0
    assert "Usage" in shown.output


def test_every_help_text_is_translated() -> None:
    def texts(node: Any) -> set[str]:
        own = {node.help, *(getattr(each, "help", None) for each in node.params)}
        return own.union(*map(texts, getattr(node, "commands", {}).values()))

    swedish = texts(command("sv"))
    untranslated = {text for text in swedish if text and text not in ENGLISH and not text.startswith("Show this")}
    assert untranslated == {text for text in untranslated if "completion" in text}


def test_the_language_is_the_option_then_the_environment_then_swedish() -> None:
    assert wanted_language(["--lang", "en"], {}) == "en"
    assert wanted_language([], {"SAMVERK_LANG": "en_GB.UTF-8"}) == "en"
    assert wanted_language(["--lang=sv"], {"SAMVERK_LANG": "en"}) == "sv"
    assert wanted_language([], {"SAMVERK_LANG": "fi"}) == "sv"


def test_check_passes_a_good_file_and_refuses_a_bad_row(tmp_path: Path) -> None:
    file = tmp_path / "utbud.csv"
    file.write_text(GOOD)
    assert run("check", str(file)).exit_code == 0
    file.write_text(BAD)
    refused = run("check", str(file), "--json")
    assert refused.exit_code == 1
    report = json.loads(refused.stdout)
    assert (report["rows"], report["accepted"]) == (2, 1)
    assert report["refused"][0]["line"] == 3
    assert {fault["field"] for fault in report["refused"][0]["faults"]} == {"/school_unit", "/seats"}


def test_check_reads_standard_input_and_speaks_english() -> None:
    refused = run("check", "-", input=BAD, language="en")
    assert refused.exit_code == 1
    assert "2 rows: 1 good, 1 refused." in refused.output


def test_check_of_nothing_is_bad_use(tmp_path: Path) -> None:
    assert run("check", str(tmp_path / "borta.csv")).exit_code == 2
    assert run("check").exit_code == 2
    assert run("send", "-", "--municipality", "Sundsvall", input=GOOD).exit_code == 2


def test_send_without_a_stack_says_what_to_do() -> None:
    refused = run("send", "-", "--municipality", "2281", input=GOOD)
    assert refused.exit_code == 2
    assert "samverk up" in refused.output


def test_dead_letters_without_a_stack_say_what_to_do() -> None:
    assert run("dlq", "list").exit_code == 2
    assert run("dlq", "replay", "--service", "pricing").exit_code == 2
    assert run("dlq", "list", "--service", "planeter").exit_code == 2


def test_a_token_needs_a_stack_that_has_been_started() -> None:
    assert run("token", "--municipality", "2281").exit_code == 2


def test_topics_are_listed() -> None:
    listed = json.loads(run("topics", "list", "--json").stdout)
    assert {"in.2281.admissions", "pricing.events"} <= {topic["name"] for topic in listed}


def test_stated_addresses_are_used_and_bad_ones_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMVERK_PEERS", '{"catalogue": "https://katalog.example/"}')
    monkeypatch.setenv("SAMVERK_TOKEN", "t")
    around = surroundings.find()
    assert around.url("catalogue") == "https://katalog.example"
    assert around.token(municipality="2281") == "t"
    with pytest.raises(surroundings.NowhereToGo):
        around.url("pricing")
    monkeypatch.setenv("SAMVERK_PEERS", "katalog")
    with pytest.raises(surroundings.NowhereToGo):
        surroundings.find()


def test_the_token_of_a_started_stack_says_whose_it_is(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    state.prepare()
    state.secrets()
    (state.folder / "ports.json").write_text('{"issuer": 20001}')
    made = run("token", "--municipality", "2281")
    assert made.exit_code == 0
    assert made.stdout.count(".") == 2
    assert run("token", "--role", "kung").exit_code == 2


def test_a_table_shows_what_it_holds_whatever_it_looks_like(capsys):
    table = Table("Skäl")
    table.add_row("fel [/x] här, [red]inte här")

    screen.show(table)

    assert "fel [/x] här, [red]inte här" in capsys.readouterr().out
