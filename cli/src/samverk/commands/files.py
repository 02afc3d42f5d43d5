"""`samverk send` and `samverk check`."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from samverk import screen, surroundings
from samverk.commands import options
from samverk.reading.files import SYSTEM, How, Sender, rows
from samverk.reading.rows import Row, Unreadable
from samverk.reading.text import decoded, read_bytes
from samverk.row_report import Report, from_rows, show
from samverk.sending import deliveries
from samverk.sending.outcomes import DoorAway, DoorShut
from samverk.surroundings import NowhereToGo
from shared.contracts import Contracts

_EVENTS = frozenset({".jsonl", ".ndjson", ".json"})
_TABLES = frozenset({".csv", ".tsv", ".txt"})
_CODE_DIGITS = 4


def check(
    file: options.File,
    municipality: Annotated[
        str | None,
        typer.Option("--municipality", "-m", help="Kommunkod som händelserna ska komma från.", show_default=False),
    ] = None,
    kind: options.Kind = None,
    revision: options.Revision = 1,
    json: options.Json = False,
) -> None:
    """Granska en fil mot kontrakten utan att skicka något. Ingen server behövs."""
    contracts = Contracts.load()
    report = from_rows(_read(file, Sender(municipality), contracts, How(_as_events(file), kind, revision)))
    show(report, as_json=json, sent=False)
    raise typer.Exit(screen.REFUSED if report.refused else 0)


def send(
    file: options.File,
    municipality: options.Municipality,
    service: Annotated[
        str | None,
        typer.Option(
            "--service", help="Skicka bara till denna tjänst; annars avgör händelsens typ.", show_default=False
        ),
    ] = None,
    via: Annotated[
        Literal["http", "kafka"], typer.Option("--via", help="Genom HTTP-dörren, eller direkt till Kafka.")
    ] = "http",
    kind: options.Kind = None,
    system: options.System = SYSTEM,
    revision: options.Revision = 1,
    token: options.Token = None,
    wait: Annotated[
        float, typer.Option("--wait", min=0, help="Vänta så många sekunder på uppgifter som avvisas i efterhand.")
    ] = 0,
    json: options.Json = False,
) -> None:
    """Skicka en fils händelser. En rad som avvisas hindrar inte de andra; samma fil två gånger gör inget två gånger."""
    _check_code(municipality)
    contracts = Contracts.load()
    read = _read(file, Sender(municipality, system), contracts, How(_as_events(file), kind, revision))
    try:
        around = surroundings.find()
        order = deliveries.Order(around, contracts, municipality, service, token, via == "kafka", wait)
        report = asyncio.run(deliveries.deliver(read, order))
    except NowhereToGo as error:
        screen.leave(error.sv, error.en)
    except DoorShut as error:
        screen.leave(f"Dörren avvisade: {error.detail}", f"The door refused: {error.detail}", screen.REFUSED)
    except DoorAway:
        screen.leave(
            "Tjänsten svarar inte. Skicka samma fil igen; det som tagits emot tas inte emot två gånger.",
            "The service does not answer. Send the same file again; what was taken is not taken twice.",
            screen.REFUSED,
        )
    _finish(report, json=json)


def _finish(report: Report, *, json: bool) -> None:
    show(report, as_json=json, sent=True)
    raise typer.Exit(screen.REFUSED if report.refused or report.late else 0)


def _read(file: str, sender: Sender, contracts: Contracts, how: How) -> Sequence[Row]:
    try:
        return list(rows(decoded(read_bytes(file)), sender, contracts, how))
    except Unreadable as error:
        screen.leave(error.sv, error.en)


def _as_events(file: str) -> bool | None:
    suffix = Path(file).suffix.lower()
    return True if suffix in _EVENTS else False if suffix in _TABLES else None


def _check_code(municipality: str) -> None:
    if len(municipality) != _CODE_DIGITS or not municipality.isdecimal():
        screen.leave("Kommunkoden är fyra siffror, t.ex. 2281.", "A municipality code is four digits, e.g. 2281.")
