"""Rules read from the data files of this package (`data/README.md` lists them)."""

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from admissions.domain.assessment import Rules
from admissions.domain.calendar import Calendar
from admissions.domain.eligibility import Programme
from admissions.domain.grades import Scale
from admissions.domain.merit import MeritRules
from admissions.domain.reception import Area
from admissions.domain.replies import Silence

_CALENDAR_DATES = (
    "closes", "preliminary", "change_until", "final", "reply_by", "reserve_from", "reserve_reply_by", "starts_on",
)  # fmt: skip


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
    subjects = frozenset(row["code"] for row in _rows("subjects.csv", intake_year))
    if not subjects:
        raise NoRules(f"There are no subjects of {intake_year}.")
    return National(_merit(intake_year), _programmes(intake_year), subjects)


@lru_cache(maxsize=16)
def rules(region: str, intake_year: int) -> Rules:
    """The rules of an intake year in a region. Raises NoRules."""
    calendar = _calendar_file(region, intake_year)
    return Rules(
        version=f"{region}-{intake_year}-{_fingerprint(region, intake_year)}",
        calendar=Calendar(intake_year=intake_year, **{name: calendar["dates"][name] for name in _CALENDAR_DATES}),
        merit=_merit(intake_year),
        programmes=_programmes(intake_year),
        compulsory=tuple(row["code"] for row in _rows("subjects.csv", intake_year) if row["compulsory"] == "1"),
        areas=_areas(region, intake_year),
        ties=tuple(calendar["tie_breakers"]),
        silence=Silence(calendar["silence"]),
    )


def _calendar_file(region: str, intake_year: int) -> dict[str, Any]:
    try:
        return _toml(_calendar_name(region, intake_year))
    except FileNotFoundError:
        raise NoRules(f"There is no calendar of {intake_year} for {region}.") from None


def _merit(intake_year: int) -> MeritRules:
    scale = next((table for table in _toml("grades.toml")["scale"] if _in_force(table, intake_year)), None)
    if scale is None:
        raise NoRules(f"There is no grade scale of {intake_year}.")
    return MeritRules(Scale(scale["tenths"], scale["lowest_pass"]), scale["best"])


def _programmes(intake_year: int) -> dict[str, Programme]:
    return {
        row["code"]: Programme(
            row["code"], row["name"], row["kind"], int(row["required_passes"]), tuple(row["required_subjects"].split())
        )
        for row in _rows("programmes.csv", intake_year)
    }


def _areas(region: str, intake_year: int) -> tuple[Area, ...]:
    return tuple(
        Area(
            area["name"],
            frozenset(area["municipalities"]),
            frozenset(area["programmes"]) if "programmes" in area else None,
        )
        for area in _toml(f"areas-{region}.toml")["area"]
        if _in_force(area, intake_year)
    )


def _fingerprint(region: str, intake_year: int) -> str:
    names = ("programmes.csv", "subjects.csv", "grades.toml", f"areas-{region}.toml")
    return sha256("".join(_text(name) for name in (*names, _calendar_name(region, intake_year))).encode()).hexdigest()[
        :12
    ]


def _calendar_name(region: str, intake_year: int) -> str:
    return f"calendar-{region}-{intake_year}.toml"


def _rows(name: str, intake_year: int) -> Iterator[dict[str, str]]:
    return (row for row in csv.DictReader(_text(name).splitlines()) if _in_force(row, intake_year))


def _in_force(row: Mapping[str, Any], intake_year: int) -> bool:
    return int(row["first_intake"]) <= intake_year <= int(row.get("last_intake") or 9999)


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(_text(name))


def _text(name: str) -> str:
    return files("admissions").joinpath("data", name).read_text(encoding="utf-8")
