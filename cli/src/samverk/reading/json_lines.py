"""CloudEvents in structured mode, one JSON object a line."""

from collections.abc import Iterator

import orjson

from samverk.reading.rows import Row
from shared.faults import Fault

_NOT_JSON = Fault(
    "", "not_json", "Raden är inte JSON; skriv en händelse per rad.", "The line is not JSON; write one event a line."
)
_NOT_AN_OBJECT = Fault(
    "",
    "not_an_object",
    "Raden är inte ett JSON-objekt; skriv en händelse per rad.",
    "The line is not a JSON object; write one event a line.",
)


def read(text: str) -> Iterator[Row]:
    """One row per line that is not blank. A whole file that is one JSON list counts its events as lines."""
    if text.lstrip().startswith("["):
        yield from _from_list(text)
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield _row(number, line)


def _row(number: int, line: str) -> Row:
    try:
        event = orjson.loads(line)
    except orjson.JSONDecodeError:
        return Row(number, None, [_NOT_JSON])
    return Row(number, event) if isinstance(event, dict) else Row(number, None, [_NOT_AN_OBJECT])


def _from_list(text: str) -> Iterator[Row]:
    try:
        events = orjson.loads(text)
    except orjson.JSONDecodeError:
        yield Row(1, None, [_NOT_JSON])
        return
    for number, event in enumerate(events, start=1):
        yield Row(number, event) if isinstance(event, dict) else Row(number, None, [_NOT_AN_OBJECT])
