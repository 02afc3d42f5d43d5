"""Reference data and agreements that come with the package; `data/SOURCES.md` names where they are taken from."""

import csv
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from importlib.resources import files

from guidance.domain.slots import Rules


@cache
def rules() -> Rules:
    """The region's rules of booking."""
    agreed = tomllib.loads(files("guidance").joinpath("data", "booking.toml").read_text(encoding="utf-8"))
    return Rules(
        lead_time=timedelta(minutes=agreed["lead_time_minutes"]),
        widest_window=timedelta(days=agreed["widest_window_days"]),
        buffer_before=timedelta(minutes=agreed["buffer_before_minutes"]),
        buffer_after=timedelta(minutes=agreed["buffer_after_minutes"]),
        load_counts_back=timedelta(days=agreed["load_counts_back_days"]),
    )


@cache
def region() -> Mapping[str, str]:
    """The region's municipalities: code to name, in the order of the codes."""
    with files("guidance").joinpath("data", "region.csv").open(encoding="utf-8") as lines:
        return {row["code"]: row["name"] for row in csv.DictReader(lines)}
