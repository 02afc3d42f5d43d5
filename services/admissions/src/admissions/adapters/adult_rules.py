"""The rules of adult education, read from `data/adult.toml`."""

import tomllib
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files

from admissions.domain.adult.applications import AdultRules
from admissions.domain.adult.selection import Detail
from admissions.domain.adult.standing import Ages
from admissions.domain.adult.undertakings import FreeChoice


@lru_cache(maxsize=8)
def adult_rules(year: int) -> AdultRules:
    """The rules for education that starts in a year: the newest that are in force, the first before there were any."""
    text = files("admissions").joinpath("data", "adult.toml").read_text(encoding="utf-8")
    known = sorted(tomllib.loads(text)["rules"], key=lambda entry: int(entry["first_year"]))
    found = [entry for entry in known if entry["first_year"] <= year] or known[:1]
    newest, free = found[-1], found[-1]["free_choice"]
    return AdultRules(
        version=f"{newest['first_year']}-{sha256(text.encode()).hexdigest()[:12]}",
        ages=Ages(**newest["ages"]),
        free_choice=FreeChoice(frozenset(free["municipalities"]), free["starts_from"]),
        details=tuple(Detail(detail) for detail in newest["details"]),
    )
