"""The form of a study plan: its aim and extent, and its courses row by row, chosen from what the catalogue carries."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, Field, create_model

from guidance.adapters.agreements import programmes
from guidance.adapters.reference import region
from guidance.domain.study_plans import Content, Course, Goal, SchoolForm
from guidance.pages.follow_up_words import options
from guidance.pages.page_texts import PAGE_TEXTS
from guidance.queries.study_plans import Offered
from shared.forms import Form

MOST_COURSES: Final = 40
_SPARE, _FEWEST = 2, 4
_CODE: Final = re.compile("[A-Za-z0-9]{2,20}")


class Head(BaseModel):
    """All of a plan but its courses, as entered."""

    goal: Goal
    aim: str = Field(max_length=1000)
    extent_points: int = Field(ge=1, le=10_000)
    pace_percent: int = Field(default=100, ge=5, le=150)


class NewHead(Head):
    """A plan for somebody who has none."""

    student: UUID
    home: str = Field(pattern="^[0-9]{4}$")


_ROW: Final[Mapping[str, Any]] = {
    "course": (str | None, Field(default=None, max_length=60)),
    "title": (str | None, Field(default=None, max_length=120)),
    "points": (int | None, Field(default=None, ge=0, le=2500)),
    "school_form": (SchoolForm | None, None),
    "starts_on": (date | None, None),
    "outside": (bool, False),
}
_ROWS: Final[dict[str, Any]] = {
    f"{name}{number}": field for number in range(1, MOST_COURSES + 1) for name, field in _ROW.items()
}
ContentForm: Final[type[Head]] = create_model("ContentForm", __base__=Head, **_ROWS)
NewPlan: Final[type[NewHead]] = create_model("NewPlan", __base__=NewHead, **_ROWS)
Choices = Mapping[str, str]


def choices(offered: Sequence[Offered], before: Content | None = None) -> Choices:
    """The offerings to choose from with their names; those that the plan already has stay to be chosen."""
    had = {course.offering: course.title for course in before.courses if course.offering} if before else {}
    return had | {each.offering: _name(each) for each in offered}


def _name(each: Offered) -> str:
    known = programmes().get(each.programme or "")
    told = (known.name.sv if known else each.programme, each.school_name, region().get(each.municipality))
    return ", ".join(part for part in told if part)


def content_of(form: Form[Any], offered: Choices) -> Content:
    """What was entered, as far as it goes; a row that is wrong becomes a fault of the form beside it."""
    said = form.value
    if said is None:
        return Content(goal=Goal.SFI, aim="", extent_points=1, pace_percent=100, courses=())
    rows = [{name: getattr(said, f"{name}{n}") for name in _ROW} | {"n": n} for n in range(1, MOST_COURSES + 1)]
    courses = [_course(form, row, offered) for row in rows if row["course"] or row["title"] or row["points"]]
    return Content(
        goal=said.goal,
        aim=said.aim,
        extent_points=said.extent_points,
        pace_percent=said.pace_percent,
        courses=tuple(course for course in courses if course is not None),
    )


def _course(form: Form[Any], row: Mapping[str, Any], offered: Choices) -> Course | None:
    """The course of a row, or None when something is wrong with it, which the form then tells."""
    name, number = (row["course"] or "").strip(), row["n"]
    carried = offered.get(name)
    if carried is None and not row["outside"]:
        form.fault(f"course{number}", PAGE_TEXTS["course_unknown"])
    if row["outside"] and name and not _CODE.fullmatch(name):
        form.fault(f"course{number}", PAGE_TEXTS["course_code"])
    for lacking in ("points", "school_form"):
        if row[lacking] is None:
            form.fault(f"{lacking}{number}", PAGE_TEXTS["course_lacking"])
    title = row["title"] or carried
    if title is None and row["outside"]:
        form.fault(f"title{number}", PAGE_TEXTS["course_lacking"])
    if form.value is None or title is None:
        return None
    return Course(
        title=title,
        points=row["points"],
        school_form=row["school_form"],
        code=(name or None) if carried is None else None,
        offering=None if carried is None else name,
        starts_on=row["starts_on"],
    )


def filled(content: Content) -> dict[str, Any]:
    """What the form holds for a known plan."""
    held: dict[str, Any] = {
        "goal": content.goal,
        "aim": content.aim,
        "extent_points": content.extent_points,
        "pace_percent": content.pace_percent,
    }
    for number, course in enumerate(content.courses, start=1):
        held |= {
            f"course{number}": course.offering or course.code,
            f"title{number}": course.title,
            f"points{number}": course.points,
            f"school_form{number}": course.school_form.value,
            f"starts_on{number}": course.starts_on,
            f"outside{number}": None if course.offering else "true",
        }
    return held


def fields(form: Form[Any], offered: Choices) -> dict[str, Any]:
    """What the template of the form needs: what to choose from, and how many rows, some of them empty."""
    used = [n for n in range(1, MOST_COURSES + 1) if any(f"{name}{n}" in form.entered for name in _ROW)]
    number = min(max(max(used, default=0) + _SPARE, _FEWEST), MOST_COURSES)
    return {"offered": offered, "rows_of_courses": range(1, number + 1), "school_forms": options("form", SchoolForm)}
