"""What can be asked about adult education: one statement and one typed row each. No identities are read here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from admissions.queries.persons import ADULT_OPEN

# The place in the order is the row's own key, so nothing is skipped or doubled when rows come in between two pages.
_LISTED: Final = sa.text(f"""
    SELECT application, applicant, CASE WHEN {ADULT_OPEN} THEN home_municipality END AS home_municipality, organiser,
           course, form, vocational, from_day, submitted_at,
           status, CASE WHEN {ADULT_OPEN} THEN undertaken_by END AS undertaken_by,
           declined, decided_for, reason, step, queue, study_plan
    FROM adult_applications AS a
    WHERE (CAST(:municipality AS text) IS NULL OR :municipality IN (home_municipality, organiser))
      AND (CAST(:application AS uuid) IS NULL OR application = :application)
      AND (CAST(:course AS text) IS NULL OR course = :course)
      AND (CAST(:status AS text) IS NULL OR status = :status)
      AND (CAST(:after AS uuid) IS NULL OR (submitted_at, application) > (
          SELECT last.submitted_at, last.application FROM adult_applications AS last WHERE last.application = :after))
    ORDER BY submitted_at, application LIMIT :limit
""")  # noqa: S608  # our own fragment
_ANY: Final = {"application": None, "course": None, "status": None, "after": None}
_DECISIONS: Final = sa.text(f"""
    SELECT d.starts_on, d.status, d.reason, d.step, d.queue,
           CASE WHEN {ADULT_OPEN} THEN d.undertaken_by END AS undertaken_by, d.rules, d.decided_by, d.decided_at
    FROM adult_decisions d JOIN adult_applications a USING (application)
    WHERE application = :application ORDER BY d.decision
""")  # noqa: S608  # our own fragment
_COURSES: Final = sa.text("""
    SELECT c.course, c.organiser, c.form, c.title, c.points, c.vocational, s.starts_on, s.seats, s.apply_by,
           count(a.application) FILTER (WHERE a.status = 'admitted' AND a.decided_for = s.starts_on) AS admitted,
           count(a.application) FILTER (WHERE a.status = 'reserve' AND a.decided_for = s.starts_on) AS reserves,
           count(a.application) FILTER (WHERE a.status = 'ready' AND a.from_day <= s.starts_on) AS ready,
           count(a.application) FILTER (WHERE a.status = 'waiting_for_opinion' AND a.from_day <= s.starts_on) AS waiting
    FROM adult_courses AS c JOIN adult_starts AS s USING (course)
    LEFT JOIN adult_applications AS a ON a.course = c.course
    WHERE (CAST(:organiser AS text) IS NULL OR c.organiser = :organiser)
    GROUP BY c.course, s.starts_on, s.seats, s.apply_by
    ORDER BY s.starts_on, c.course LIMIT :limit
""")


class NoAdultApplication(Exception):
    """There is no such application, or it concerns another municipality."""

    sv = "Ansökan finns inte, eller rör en annan kommun."


@dataclass(frozen=True, slots=True)
class Listed:
    """An application without its person; who is protected shows neither home nor who pays, which is the same."""

    application: UUID
    applicant: UUID
    home_municipality: str | None
    organiser: str
    course: str
    form: str
    vocational: bool
    from_day: date
    submitted_at: datetime
    status: str
    undertaken_by: str | None
    declined: bool
    decided_for: date | None
    reason: str | None
    step: int | None
    queue: int | None
    study_plan: UUID | None


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of those that were made on an application."""

    starts_on: date | None
    status: str
    reason: str
    step: int | None
    queue: int | None
    undertaken_by: str | None
    rules: str
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Start:
    """A start of a course with where its applications stand."""

    course: str
    organiser: str
    form: str
    title: str
    points: int
    vocational: bool
    starts_on: date
    seats: int
    apply_by: date | None
    admitted: int
    reserves: int
    ready: int
    waiting: int


async def applications(
    connection: AsyncConnection,
    *,
    municipality: str | None,
    course: str | None,
    status: str | None,
    after: UUID | None,
    limit: int,
) -> Sequence[Listed]:
    """Applications that concern a municipality (None: all), in the order they were handed in."""
    asked = _ANY | {"municipality": municipality, "course": course, "status": status, "after": after, "limit": limit}
    return [Listed(**row._asdict()) for row in await connection.execute(_LISTED, asked)]


async def application(connection: AsyncConnection, key: UUID, *, municipality: str | None) -> Listed:
    """Raises NoAdultApplication."""
    asked = _ANY | {"application": key, "municipality": municipality, "limit": 1}
    row = (await connection.execute(_LISTED, asked)).one_or_none()
    if row is None:
        raise NoAdultApplication
    return Listed(**row._asdict())


async def decisions(connection: AsyncConnection, key: UUID) -> Sequence[Decision]:
    """All decisions on an application, the first first."""
    return [Decision(**row._asdict()) for row in await connection.execute(_DECISIONS, {"application": key})]


async def starts(connection: AsyncConnection, *, organiser: str | None, limit: int) -> Sequence[Start]:
    """The starts of all courses, the soonest first."""
    rows = await connection.execute(_COURSES, {"organiser": organiser, "limit": limit})
    return [Start(**row._asdict()) for row in rows]
