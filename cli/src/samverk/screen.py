"""What is written to the terminal: answers on standard output, progress and trouble on standard error."""

import json
import sys
from typing import Any, NoReturn, TextIO

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from samverk.words import said

REFUSED, BAD_USE = 1, 2
_WIDTH = 120


def answers() -> Console:
    """Where answers go."""
    return _console(sys.stdout)


def show(table: Table) -> None:
    """A table whose cells are data: what looks like markup in them is text."""
    Console(file=sys.stdout, highlight=False, markup=False, width=None if sys.stdout.isatty() else _WIDTH).print(table)


def notices() -> Console:
    """Where progress and trouble go, so that an answer can be piped on."""
    return _console(sys.stderr)


def _console(file: TextIO) -> Console:
    """As wide as the terminal, and wide enough for tables where there is none."""
    return Console(file=file, highlight=False, width=None if file.isatty() else _WIDTH)


def as_json(content: Any) -> None:
    """The answer as one JSON document."""
    sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=2) + "\n")


def leave(sv: str, en: str, code: int = BAD_USE) -> NoReturn:
    """Say what is wrong and end with that code."""
    notices().print(said(sv, en), style="red", markup=False)
    raise typer.Exit(code)


def progress() -> Progress:
    """A progress bar with number and time; silent where nobody watches."""
    console = notices()
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )
