"""Rules read from the data files of this package (`data/README.md` lists them)."""

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from admissions.domain.assessing import Rules
from admissions.domain.calendar import Calendar
from admissions.domain.eligibility import Programme
from admissions.domain.entry import Requirement
from admissions.domain.grades import Scale
from admissions.domain.merit import MeritRules
from admissions.domain.offerings import MERIT, QUOTAS
from admissions.domain.reception import OPEN_TO_ALL, Area, Ground
from admissions.domain.replies import Silence
from admissions.domain.wishes import check_ties

Texts = Mapping[str, str]
_NATIONAL = ("programmes.csv", "subjects.csv", "grades.toml", "entry.toml")


class NoRules(Exception):
    """There is no calendar for this intake year in this region, so no round can be run and no reply taken."""

    sv = "Det finns ingen kalender för antagningsåret i regionen, så ingen omgång kan köras och inget svar tas emot."


@dataclass(frozen=True, slots=True)
class National:
    """What is the same in every region. `subjects`: all codes; M1, M2 and ML are followed by a language's code."""

    merit: MeritRules
    programmes: Mapping[str, Programme]
    subjects: frozenset[str]


def national(intake_year: int) -> National:
    """The rules of an intake year that no region sets. Raises NoRules."""
    texts = {name: _text(name) for name in _NATIONAL}
    subjects = frozenset(row["code"] for row in _rows(texts["subjects.csv"], intake_year))
    if not subjects:
        raise NoRules(f"There are no subjects of {intake_year}.")
    return National(_merit(texts, intake_year), _programmes(texts, intake_year), subjects)


@lru_cache(maxsize=16)
def rules(region: str, intake_year: int) -> Rules:
    """The rules of an intake year in a region. Raises NoRules."""
    return rules_in(sources(region, intake_year), region, intake_year)


def sources(region: str, intake_year: int) -> dict[str, str]:
    """The texts that make these rules, by name: kept with a run, so that it can be replayed whatever changes later."""
    try:
        calendar = _text(f"calendar-{region}-{intake_year}.toml")
    except FileNotFoundError:
        raise NoRules(f"There is no calendar of {intake_year} for {region}.") from None
    areas = _text(f"areas-{region}.toml")
    return {**{name: _text(name) for name in _NATIONAL}, "areas.toml": areas, "calendar.toml": calendar}


def rules_in(texts: Texts, region: str, intake_year: int) -> Rules:
    """The rules that these texts hold. Raises NoRules."""
    calendar = tomllib.loads(texts["calendar.toml"])
    subjects = _rows(texts["subjects.csv"], intake_year)
    return Rules(
        version=f"{region}-{intake_year}-{_fingerprint(texts)}",
        calendar=_calendar(calendar, intake_year),
        merit=_merit(texts, intake_year),
        programmes=_programmes(texts, intake_year),
        compulsory=tuple(row["code"] for row in subjects if row["compulsory"] == "1"),
        areas=_areas(texts, intake_year),
        ties=_ties(calendar),
        silence=Silence(calendar["silence"]),
        pools=_pools(calendar),
        open_to_all=_open_to_all(texts, intake_year),
        remind_days=calendar["remind_days_before"],
        oldest=_oldest(texts, intake_year),
        required_grades=_required_grades(texts, intake_year),
    )


def _calendar(file: Mapping[str, Any], intake_year: int) -> Calendar:
    dates = file["dates"]
    return Calendar(intake_year=intake_year, **{name: dates[name] for name in Calendar.dates()})


def _ties(calendar: Mapping[str, Any]) -> tuple[str, ...]:
    ties = tuple(calendar["tie_breakers"])
    check_ties(ties)
    return ties


def _pools(calendar: Mapping[str, Any]) -> tuple[str, ...]:
    pools = tuple(calendar["pools"])
    if sorted(pools) != sorted((MERIT, *QUOTAS)):
        raise ValueError(f"pools must name each of {', '.join((MERIT, *QUOTAS))} once")
    return pools


def _merit(texts: Texts, intake_year: int) -> MeritRules:
    scales = tomllib.loads(texts["grades.toml"])["scale"]
    scale = next((table for table in scales if _in_force(table, intake_year)), None)
    if scale is None:
        raise NoRules(f"There is no grade scale of {intake_year}.")
    return MeritRules(Scale(scale["tenths"], scale["lowest_pass"]), scale["best"])


def _programmes(texts: Texts, intake_year: int) -> dict[str, Programme]:
    return {
        row["code"]: Programme(
            row["code"], row["name"], row["kind"], int(row["required_passes"]), tuple(row["required_subjects"].split())
        )
        for row in _rows(texts["programmes.csv"], intake_year)
    }


def _areas(texts: Texts, intake_year: int) -> tuple[Area, ...]:
    return tuple(
        Area(
            area["name"],
            frozenset(area["municipalities"]),
            frozenset(area["programmes"]) if "programmes" in area else None,
        )
        for area in tomllib.loads(texts["areas.toml"])["area"]
        if _in_force(area, intake_year)
    )


def _open_to_all(texts: Texts, intake_year: int) -> dict[str, Ground]:
    """Offerings that receive everyone in first hand, with the ground."""
    rows = [row for row in tomllib.loads(texts["areas.toml"]).get("open_to_all", ()) if _in_force(row, intake_year)]
    found = {offering: Ground(row["ground"]) for row in rows for offering in row["offerings"]}
    if not set(found.values()) <= set(OPEN_TO_ALL):
        raise ValueError(f"open_to_all must have one of the grounds {', '.join(OPEN_TO_ALL)}")
    return found


def _oldest(texts: Texts, intake_year: int) -> int:
    """The age one may reach in the intake year."""
    rows = [row for row in tomllib.loads(texts["entry.toml"])["age"] if _in_force(row, intake_year)]
    if not rows:
        raise NoRules(f"There is no age limit of {intake_year}.")
    return int(rows[-1]["oldest"])


def _required_grades(texts: Texts, intake_year: int) -> dict[str, tuple[Requirement, ...]]:
    """Grades that special variants require, by offering."""
    found: dict[str, tuple[Requirement, ...]] = {}
    for row in tomllib.loads(texts["areas.toml"]).get("required_grade", ()):
        if _in_force(row, intake_year):
            for offering in row["offerings"]:
                found[offering] = (*found.get(offering, ()), Requirement(row["subject"], row["grade"]))
    return found


def _fingerprint(texts: Texts) -> str:
    return sha256("".join(texts[name] for name in sorted(texts)).encode()).hexdigest()[:12]


def _rows(text: str, intake_year: int) -> Iterator[dict[str, str]]:
    return (row for row in csv.DictReader(text.splitlines()) if _in_force(row, intake_year))


def _in_force(row: Mapping[str, Any], intake_year: int) -> bool:
    return int(row["first_intake"]) <= intake_year <= int(row.get("last_intake") or 9999)


def _text(name: str) -> str:
    return files("admissions").joinpath("data", name).read_text(encoding="utf-8")
