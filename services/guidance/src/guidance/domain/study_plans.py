"""Individual study plans for adults (individuell studieplan, ISP; SL 20:8 and VF 2:16).

A plan tells the goal, its extent and its courses. Each version is agreed by counsellor and student; a revision is a new
version, and every older one stays readable.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class AlreadyAgreed(Exception):
    """You have already agreed to this version."""

    sv = "Du har redan godkänt den här versionen."


class NotNewest(Exception):
    """There is a newer version of the plan; read that and agree to it instead."""

    sv = "Det finns en nyare version av planen; läs den och godkänn den i stället."


class MoreThanExtent(Exception):
    """The courses are more points than the plan's extent; raise the extent or take a course away."""

    sv = "Kurserna har fler poäng än planens omfattning; höj omfattningen eller ta bort en kurs."


class SameCourseTwice(Exception):
    """The same course stands twice in the plan; take one away."""

    sv = "Samma kurs står två gånger i planen; ta bort den ena."


class NothingChanged(Exception):
    """The new version says the same as the one before; change something, or keep the version there is."""

    sv = "Den nya versionen säger samma sak som den förra; ändra något, eller behåll versionen som finns."


class NotInCatalogue(Exception):
    """The catalogue has no such course; choose one that it carries, or mark the course as outside the catalogue."""

    sv = "Kursen finns inte i utbudet; välj en som finns där, eller markera att den ligger utanför utbudet."

    def __init__(self, *courses: str) -> None:
        super().__init__()
        self.courses = courses


class Goal(StrEnum):
    """What the studies lead to."""

    SFI = "sfi"
    BASIC_LEVEL = "basic_level"
    SINGLE_COURSES = "single_courses"
    DIPLOMA = "diploma"
    HIGHER_EDUCATION = "higher_education"
    VOCATION = "vocation"


class SchoolForm(StrEnum):
    """The part of komvux that gives a course, in the codes of EMIL."""

    SFI = "VUXSFI"
    BASIC = "VUXGR"
    UPPER_SECONDARY = "VUXGY"
    ADAPTED_BASIC = "VUXGRAN"
    ADAPTED_UPPER_SECONDARY = "VUXGYAN"


class Party(StrEnum):
    """Who agrees."""

    COUNSELLOR = "counsellor"
    STUDENT = "student"


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A course or level. `code` when it has one, `offering` when the catalogue carries it; else its title alone."""

    title: str
    points: int
    school_form: SchoolForm
    code: str | None = None
    offering: str | None = None
    starts_on: date | None = None

    @property
    def key(self) -> str:
        """What makes it the same course in two versions."""
        return self.code or " ".join(self.title.casefold().split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What is agreed on. `extent_points`: verksamhetspoäng in all, 20 a week of full-time study (VF 2:2)."""

    goal: Goal
    aim: str
    extent_points: int
    pace_percent: int
    courses: tuple[Course, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a plan, and when each of the two agreed to it."""

    number: int
    content: Content
    made_at: datetime
    counsellor_agreed_at: datetime | None = None
    student_agreed_at: datetime | None = None

    @property
    def agreed_at(self) -> datetime | None:
        """When both had agreed."""
        if self.counsellor_agreed_at is None or self.student_agreed_at is None:
            return None
        return max(self.counsellor_agreed_at, self.student_agreed_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A student's plan; its versions in order, the newest last. The home municipality answers for it (SL 20:8 a)."""

    plan: UUID
    student: UUID
    home_municipality: str
    counsellor: UUID
    versions: tuple[Version, ...]

    @property
    def newest(self) -> Version:
        """The version that is agreed or waits to be."""
        return self.versions[-1]


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between two versions. `fields`: name to (before, after)."""

    fields: Mapping[str, tuple[Any, Any]]
    added: Sequence[Course]
    removed: Sequence[Course]
    changed: Sequence[tuple[Course, Course]]

    @property
    def none(self) -> bool:
        """Whether the two say the same."""
        return not (self.fields or self.added or self.removed or self.changed)


def check(content: Content) -> None:
    """Raises MoreThanExtent and SameCourseTwice."""
    if sum(course.points for course in content.courses) > content.extent_points:
        raise MoreThanExtent
    if len({course.key for course in content.courses}) != len(content.courses):
        raise SameCourseTwice


def to_look_up(content: Content, before: Content | None = None) -> set[str]:
    """The offerings that the catalogue must carry now: all but those that the version before already had."""
    had = {course.offering for course in before.courses} if before else set()
    return {course.offering for course in content.courses if course.offering is not None} - had


def draw_up(plan: UUID, student: UUID, municipality: str, counsellor: UUID, content: Content, *, now: datetime) -> Plan:
    """A new plan, agreed to by nobody yet."""
    check(content)
    return Plan(
        plan=plan,
        student=student,
        home_municipality=municipality,
        counsellor=counsellor,
        versions=(Version(number=1, content=content, made_at=now),),
    )


def revise(plan: Plan, content: Content, *, now: datetime) -> Plan:
    """The plan with one version more. Raises NothingChanged."""
    check(content)
    if compare(plan.newest.content, content).none:
        raise NothingChanged
    version = Version(number=plan.newest.number + 1, content=content, made_at=now)
    return replace(plan, versions=(*plan.versions, version))


def agree(plan: Plan, number: int, party: Party, *, now: datetime) -> Plan:
    """The plan with one agreement more on its newest version. Raises NotNewest and AlreadyAgreed."""
    newest = plan.newest
    if newest.number != number:
        raise NotNewest
    if (newest.counsellor_agreed_at if party is Party.COUNSELLOR else newest.student_agreed_at) is not None:
        raise AlreadyAgreed
    if party is Party.COUNSELLOR:
        agreed = replace(newest, counsellor_agreed_at=now)
    else:
        agreed = replace(newest, student_agreed_at=now)
    return replace(plan, versions=(*plan.versions[:-1], agreed))


def compare(before: Content, after: Content) -> Changes:
    """What differs from one to the other; the order of courses does not matter."""
    was, is_ = ({course.key: course for course in content.courses} for content in (before, after))
    named = [(name, getattr(before, name), getattr(after, name)) for name in asdict(before) if name != "courses"]
    return Changes(
        fields={name: (old, new) for name, old, new in named if old != new},
        added=[course for key, course in is_.items() if key not in was],
        removed=[course for key, course in was.items() if key not in is_],
        changed=[(was[key], course) for key, course in is_.items() if key in was and was[key] != course],
    )
