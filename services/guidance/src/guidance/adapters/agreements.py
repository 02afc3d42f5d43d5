"""What the region has agreed on for follow-up and evaluation, as it comes with the package."""

import csv
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from guidance.domain.paths import Dates
from shared.texts import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpRules:
    """How long what is waited for and kept. `reported_by`: last day of reporting a half-year, where it is known."""

    no_show_grace: timedelta
    close_guided_after: timedelta
    notes_kept: timedelta
    survey_link: timedelta
    study_plan_link: timedelta
    reported_by: Mapping[str, date]


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the survey, answered from 1 to `scale`."""

    code: str
    text: Text
    scale: int


@dataclass(frozen=True, slots=True)
class Survey:
    """A set of questions; `name` changes with them."""

    name: str
    questions: Sequence[Question]

    @property
    def scales(self) -> Sequence[int]:
        """The end of each question's scale."""
        return [question.scale for question in self.questions]


@dataclass(frozen=True, slots=True)
class Programme:
    """A national programme: its name, and whether it is vocational."""

    name: Text
    vocational: bool


class Certainty(StrEnum):
    """How sure a code of the national survey is: from the half-year's own list, from an earlier one, or not known."""

    KNOWN = "known"
    ASSUMED = "assumed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SurveyCode:
    """The national survey's code for one of our words."""

    code: str | None
    certainty: Certainty


@cache
def follow_up_rules() -> FollowUpRules:
    """The region's rules of follow-up."""
    agreed = _toml("follow_up.toml")
    return FollowUpRules(
        no_show_grace=timedelta(minutes=agreed["no_show_grace_minutes"]),
        close_guided_after=timedelta(days=agreed["close_guided_after_days"]),
        notes_kept=timedelta(days=agreed["notes_kept_days"]),
        survey_link=timedelta(days=agreed["survey_link_days"]),
        study_plan_link=timedelta(days=agreed["study_plan_link_days"]),
        reported_by=agreed["reported_by"],
    )


@cache
def survey() -> Survey:
    """The questions asked now."""
    agreed = _toml("survey.toml")
    questions = [Question(each["code"], Text(each["sv"], each["en"]), each["scale"]) for each in agreed["questions"]]
    return Survey(agreed["name"], questions)


@cache
def programmes() -> Mapping[str, Programme]:
    """The national programmes by code."""
    return {
        row["code"]: Programme(Text(row["sv"], row["en"]), row["vocational"] == "yes") for row in _csv("programmes")
    }


def dates_of(municipality: str, intake_year: int) -> Dates:
    """The dates of the municipality's region (its code's first two digits name the county); unknown ones are None."""
    found = _dates().get((municipality[:2], intake_year))
    return found or Dates()


@cache
def _dates() -> Mapping[tuple[str, int], Dates]:
    return {
        (row["region"], int(row["intake_year"])): Dates(
            **{
                name: date.fromisoformat(text) if text else None
                for name, text in row.items()
                if name not in ("region", "intake_year", "source")
            }
        )
        for row in _csv("paths")
    }


@cache
def survey_codes() -> Mapping[tuple[str, str], SurveyCode]:
    """The codes of the national survey of the activity responsibility, by set and word."""
    return {
        (row["set"], row["word"]): SurveyCode(row["code"] or None, Certainty(row["certainty"]))
        for row in _csv("survey_codes")
    }


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(files("guidance").joinpath("data", name).read_text(encoding="utf-8"))


def _csv(name: str) -> list[dict[str, str]]:
    with files("guidance").joinpath("data", f"{name}.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))
