"""Reference data and agreements that come with the package; `data/SOURCES.md` names where they are taken from."""

import csv
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from guidance.domain.slots import Peak, Rules

_LEAST_YEAR, _MOST_YEAR = 2020, 2061


@cache
def rules() -> Rules:
    """The region's rules of booking."""
    agreed = tomllib.loads(files("guidance").joinpath("data", "booking.toml").read_text(encoding="utf-8"))
    return rules_of(agreed)


def rules_of(agreed: Mapping[str, Any]) -> Rules:
    """The rules as `booking.toml` words them."""

    def minutes(name: str) -> timedelta:
        return timedelta(minutes=agreed[f"{name}_minutes"])

    def days(name: str) -> timedelta:
        return timedelta(days=agreed[f"{name}_days"])

    return Rules(
        lead_time=minutes("lead_time"),
        widest_window=days("widest_window"),
        buffer_before=minutes("buffer_before"),
        buffer_after=minutes("buffer_after"),
        load_counts_back=days("load_counts_back"),
        furthest_ahead=days("furthest_ahead"),
        most_ahead=agreed["most_ahead"],
        peaks=[_peak(each) for each in agreed["peak"]],
        offer_stands=minutes("offer_stands"),
        offers_unanswered=agreed["offers_unanswered"],
        door_opens_before=minutes("door_opens_before"),
        door_closes_after=minutes("door_closes_after"),
        remind_before=minutes("remind_before"),
        survey_after=minutes("survey_after"),
        link_lasts=days("link_lasts"),
        contacts_kept=days("contacts_kept"),
    )


def _peak(row: Mapping[str, Any]) -> Peak:
    return Peak(
        name_sv=row["name_sv"],
        name_en=row["name_en"],
        begins=_month_and_day(row["begins"]),
        ends=_month_and_day(row["ends"]),
        most=row["most"],
    )


def _month_and_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)


@cache
def region() -> Mapping[str, str]:
    """The region's municipalities: code to name, in the order of the codes."""
    with files("guidance").joinpath("data", "region.csv").open(encoding="utf-8") as lines:
        return {row["code"]: row["name"] for row in csv.DictReader(lines)}


@cache
def holidays_sv() -> Mapping[date, str]:
    """Days on which weekly hours do not hold, with their Swedish names: public holidays, and the eves that are treated
    as such (lag 1989:253 om allmänna helgdagar; midsummer, Christmas and New Year's eve by custom and agreement)."""
    return _named("sv")


@cache
def holidays_en() -> Mapping[date, str]:
    """The same days by their English names."""
    return _named("en_US")


def _named(language: str) -> Mapping[date, str]:
    import holidays  # all countries' holidays: carried only once they are asked for

    years = range(_LEAST_YEAR, _MOST_YEAR)
    found = holidays.country_holidays("SE", years=years, language=language, categories=("public", "de_facto"))
    return dict(sorted(found.items()))
