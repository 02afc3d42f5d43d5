"""Names of the region's municipalities, from `data/region.csv`."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def municipalities() -> Mapping[str, str]:
    """Code to name."""
    text = files("admissions").joinpath("data", "region.csv").read_text(encoding="utf-8")
    return {row["code"]: row["name"] for row in csv.DictReader(text.splitlines())}
