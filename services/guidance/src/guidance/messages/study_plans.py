"""What is said of study plans: that one is agreed on, and its extent and courses; neither aims nor names."""

from typing import Any, Final

from guidance.domain.study_plans import Course, Plan
from guidance.messages.times import utc
from shared.events import Outgoing

AGREED: Final = "se.samverk.guidance.study_plan.agreed.v1"
REVISED: Final = "se.samverk.guidance.study_plan.revised.v1"
SAYS: Final = (AGREED, REVISED)


def of_plan(plan: Plan) -> Outgoing:
    """The newest version has been agreed on by both: the first one, or a revision."""
    newest = plan.newest
    assert newest.agreed_at is not None  # that is what is told
    content = newest.content
    data: dict[str, Any] = {
        "plan": str(plan.plan),
        "student": str(plan.student),
        "home_municipality": plan.home_municipality,
        "version": newest.number,
        "agreed_at": utc(newest.agreed_at),
        "goal": content.goal.value,
        "extent_points": content.extent_points,
        "pace_percent": content.pace_percent,
        "courses": [_course(course) for course in content.courses],
    }
    # A plan whose first version was never agreed on is new to others with the first that is.
    first = all(version.agreed_at is None for version in plan.versions[:-1])
    return Outgoing(type=AGREED if first else REVISED, subject=str(plan.plan), data=data)


def _course(course: Course) -> dict[str, Any]:
    """A course without a code is told by its points and school form alone: its title is free words."""
    told: dict[str, Any] = {"points": course.points, "school_form": course.school_form.value}
    if course.code is not None:
        told["code"] = course.code
    if course.offering is not None:
        told["offering"] = course.offering
    if course.starts_on is not None:
        told["starts_on"] = course.starts_on.isoformat()
    return told
