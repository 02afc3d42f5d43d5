"""Study plans as doors and pages read them, and the links through which students agree."""

from datetime import date
from typing import Final
from uuid import UUID

from pydantic import BaseModel, Field

from guidance.adapters import study_plans as kept
from guidance.adapters.agreements import follow_up_rules
from guidance.adapters.links import Links
from guidance.domain.study_plans import Course, NotInCatalogue, Plan, SchoolForm, Version
from shared.service import Parts

LINK: Final = "study-plan"


class CourseIn(BaseModel, extra="forbid"):
    """A course: an offering of the catalogue, or marked as outside it and then told by title and, if any, code."""

    title: str = Field(min_length=1, max_length=120)
    points: int = Field(ge=0, le=2500)
    school_form: SchoolForm
    code: str | None = Field(default=None, pattern="^[A-Za-z0-9]{2,20}$")
    offering: str | None = Field(default=None, pattern="^[0-9]{4}-[A-Za-z0-9-]{1,40}$")
    starts_on: date | None = None
    outside_catalogue: bool = Field(default=False, description="the catalogue does not carry it")

    def course(self) -> Course:
        """The course itself. Raises NotInCatalogue for one that is neither of the catalogue nor marked as outside."""
        if (self.offering is None) is not self.outside_catalogue:
            raise NotInCatalogue(self.offering or self.code or self.title)
        return Course(**self.model_dump(exclude={"outside_catalogue"}))


async def plan_of(parts: Parts, plan: UUID, municipality: str | None) -> Plan:
    """The plan, if the municipality answers for it. Raises PlanUnknown."""
    async with parts.unit_of_work.read() as connection:
        return await kept.get(connection, plan, municipality=municipality)


def version_of(plan: Plan, number: int) -> Version:
    """One version. Raises VersionUnknown."""
    found = next((version for version in plan.versions if version.number == number), None)
    if found is None:
        raise kept.VersionUnknown
    return found


def link_of(plan: Plan, links: Links, parts: Parts) -> str:
    """The text of a link to agree to the newest version."""
    until = parts.clock() + follow_up_rules().study_plan_link
    return links.make(LINK, {"plan": str(plan.plan), "version": plan.newest.number}, until=until)


def linked(text: str, links: Links) -> tuple[UUID, int]:
    """The plan and version of such a link. Raises LinkInvalid."""
    said = links.read(LINK, text)
    return UUID(said["plan"]), int(said["version"])
