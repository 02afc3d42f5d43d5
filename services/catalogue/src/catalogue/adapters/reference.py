"""Reference data that comes with the package; `data/SOURCES.md` names where it is taken from."""

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from catalogue.domain.programmes import Programmes


@cache
def programmes() -> Programmes:
    """The programmes that may be offered, and the closed ones with what to use instead."""
    closed = {row["code"]: row["instead"] for row in _rows("closed_programmes.csv")}
    return Programmes(open=frozenset(row["code"] for row in _rows("programmes.csv")), closed=closed)


@cache
def region() -> Mapping[str, str]:
    """The region's municipalities: code to name, in the order of the codes."""
    return {row["code"]: row["name"] for row in _rows("region.csv")}


def _rows(name: str) -> Iterator[dict[str, str]]:
    with files("catalogue").joinpath("data", name).open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)
