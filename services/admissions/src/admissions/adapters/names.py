"""Names to show: of the region's municipalities (`data/region.csv`) and of subjects (`data/subjects.csv`)."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def municipalities() -> Mapping[str, str]:
    """Code to name."""
    return _names("region.csv")


@cache
def _subjects() -> Mapping[str, str]:
    return _names("subjects.csv")


def subject(code: str) -> str:
    """A subject's name; of a language the kind with the language's code, as in `M2SPA`; of `SV/SVA` both names."""
    known = _subjects()
    if "/" in code:
        return " / ".join(subject(each) for each in code.split("/"))
    kind = code[:2]
    return known.get(code) or (f"{known[kind]} ({code[2:]})" if kind in known else code)


def _names(file: str) -> dict[str, str]:
    text = files("admissions").joinpath("data", file).read_text(encoding="utf-8")
    return {row["code"]: row["name"] for row in csv.DictReader(text.splitlines())}
