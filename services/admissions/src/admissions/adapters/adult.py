"""Adult education kept: courses and applications, written a batch at a time; every decision appended."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from admissions.adapters.tables.adult import adult_applications as table
from admissions.domain.adult.applications import AdultApplication, Status
from admissions.domain.adult.facts import Aim, Facts, Form, Need, Wanted
from admissions.domain.adult.selection import Step
from shared.database import as_json

_COURSES = sa.text("""
    INSERT INTO adult_courses AS kept (course, organiser, form, title, code, points, vocational, revision)
    SELECT course, organiser, form, title, code, points, vocational, revision
    FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
        course text, organiser text, form text, title text, code text, points integer, vocational boolean,
        revision integer)
    ON CONFLICT (course) DO UPDATE SET
        form = excluded.form, title = excluded.title, code = excluded.code, points = excluded.points,
        vocational = excluded.vocational, revision = excluded.revision
    WHERE kept.revision < excluded.revision
    RETURNING course
""")
_CLEAR_STARTS = sa.text("DELETE FROM adult_starts WHERE course = ANY(:courses)")
_STARTS = sa.text("""
    INSERT INTO adult_starts (course, starts_on, seats, apply_by)
    SELECT course, starts_on, seats, apply_by FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
        course text, starts_on date, seats integer, apply_by date)
""")
_SAVE = sa.text("""
    INSERT INTO adult_applications AS kept
    SELECT r.*, CAST(:at AS timestamptz) FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
        application uuid, applicant uuid, identity text, protected boolean, home_municipality text, organiser text,
        course text, form text, vocational boolean, from_day date, submitted_at timestamptz, facts jsonb,
        study_plan uuid, revision integer, status text, undertaken_by text, declined boolean, opinion_revision integer,
        decided_for date, reason text, step smallint, queue integer)
    ON CONFLICT (application) DO UPDATE SET
        identity = coalesce(excluded.identity, kept.identity), protected = excluded.protected,
        home_municipality = excluded.home_municipality, organiser = excluded.organiser, course = excluded.course,
        form = excluded.form, vocational = excluded.vocational, from_day = excluded.from_day,
        submitted_at = excluded.submitted_at, facts = excluded.facts, study_plan = excluded.study_plan,
        revision = excluded.revision, status = excluded.status, undertaken_by = excluded.undertaken_by,
        declined = excluded.declined, opinion_revision = excluded.opinion_revision,
        decided_for = excluded.decided_for, reason = excluded.reason, step = excluded.step, queue = excluded.queue,
        changed_at = excluded.changed_at
""")
_APPEND = sa.text("""
    INSERT INTO adult_decisions (application, starts_on, status, reason, step, queue, undertaken_by, rules, decided_by,
                                 decided_at)
    SELECT r.*, :by, CAST(:at AS timestamptz) FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
        application uuid, starts_on date, status text, reason text, step smallint, queue integer, undertaken_by text,
        rules text)
""")
_TAKEN = sa.text("""
    SELECT count(*) FROM adult_applications
    WHERE course = :course AND status = 'admitted' AND decided_for = :starts_on
""")
_LOCK_COURSE = sa.text("SELECT organiser FROM adult_courses WHERE course = :course FOR UPDATE")
_START = sa.text("SELECT seats, apply_by FROM adult_starts WHERE course = :course AND starts_on = :starts_on")


class NoSuchStart(Exception):
    """The course has no start on this day."""

    sv = "Kursen har ingen start den dagen."


class NotOrganiser(Exception):
    """Only the municipality that gives the course decides on its applications."""

    sv = "Bara kommunen som anordnar kursen beslutar om dess ansökningar."


Kept = tuple[AdultApplication, Mapping[str, Any]]


async def keep_courses(connection: AsyncConnection, reports: Sequence[dict[str, Any]]) -> None:
    """Keep the newest report of each course with its starts; `reports` has each course once."""
    newer = set(await connection.scalars(_COURSES, {"batch": as_json(reports)}))
    starts = [{"course": r["course"], **start} for r in reports if r["course"] in newer for start in r["starts"]]
    await connection.execute(_CLEAR_STARTS, {"courses": list(newer)})
    if starts:
        await connection.execute(_STARTS, {"batch": as_json(starts)})


async def load(connection: AsyncConnection, applications: Collection[str]) -> dict[str, Kept]:
    """Those applications that are known, with identity and protection beside each, locked until the end."""
    query = sa.select(table).where(table.c.application.in_([UUID(a) for a in applications]))
    return await _read(connection, query)


async def waiting_of(connection: AsyncConnection, applicants: Collection[str]) -> dict[str, Kept]:
    """The applications of these persons that wait for an opinion, locked until the end."""
    mine = table.c.applicant.in_([UUID(a) for a in applicants]) & (table.c.status == Status.WAITING)
    return await _read(connection, sa.select(table).where(mine))


async def for_start(connection: AsyncConnection, course: str, starts_on: date) -> dict[str, Kept]:
    """The applications that may be decided for a start, locked until the end."""
    open_ = table.c.status.in_([Status.READY, Status.RESERVE])
    query = sa.select(table).where((table.c.course == course) & open_ & (table.c.from_day <= starts_on))
    return await _read(connection, query)


async def seats_left(connection: AsyncConnection, course: str, starts_on: date, municipality: str | None) -> int:
    """Seats not taken yet; the course is locked, so that two selections never share them. Below zero: overfull.

    Raises NoSuchStart and NotOrganiser.
    """
    organiser = await connection.scalar(_LOCK_COURSE, {"course": course})
    start = (await connection.execute(_START, {"course": course, "starts_on": starts_on})).one_or_none()
    if organiser is None or start is None:
        raise NoSuchStart
    if municipality not in (None, organiser):
        raise NotOrganiser
    return int(start.seats) - (await connection.scalar(_TAKEN, {"course": course, "starts_on": starts_on}) or 0)


async def save(connection: AsyncConnection, changed: Iterable[Kept], *, at: datetime) -> None:
    """Save in one statement; all must have been locked or be new."""
    if rows := [_row(*kept) for kept in changed]:
        await connection.execute(_SAVE, {"batch": as_json(rows), "at": at})


async def append(
    connection: AsyncConnection, decided: Sequence[tuple[AdultApplication, str]], *, by: str, at: datetime
) -> None:
    """Keep the decisions for ever, beside those before them; with each the version of the rules it was made by."""
    if decided:
        rows = [_decision(application) | {"rules": rules} for application, rules in decided]
        await connection.execute(_APPEND, {"batch": as_json(rows), "by": by, "at": at})


async def _read(connection: AsyncConnection, query: sa.Select[Any]) -> dict[str, Kept]:
    rows = await connection.execute(query.order_by(table.c.application).with_for_update())
    return {str(row.application): (_application(row), _person(row)) for row in rows}


def _person(row: sa.Row[Any]) -> Mapping[str, Any]:
    return {"identity": row.identity, "protected": row.protected}


def _application(row: sa.Row[Any]) -> AdultApplication:
    facts = row.facts
    return AdultApplication(
        application=str(row.application),
        applicant=str(row.applicant),
        home=row.home_municipality,
        wanted=Wanted(
            organiser=row.organiser,
            course=row.course,
            form=Form(row.form),
            vocational=row.vocational,
            from_day=row.from_day,
            submitted_at=row.submitted_at,
        ),
        facts=Facts(**facts | {"aim": Aim(facts["aim"]), "need": Need(facts["need"])}),
        study_plan=str(row.study_plan) if row.study_plan else None,
        revision=row.revision,
        status=Status(row.status),
        undertaken_by=row.undertaken_by,
        declined=row.declined,
        opinion_revision=row.opinion_revision,
        decided_for=row.decided_for,
        reason=row.reason,
        step=Step(row.step) if row.step else None,
        queue=row.queue,
    )


def _row(application: AdultApplication, person: Mapping[str, Any]) -> dict[str, Any]:
    row = asdict(application)
    wanted = row.pop("wanted")
    return {"home_municipality": row.pop("home"), **row, **wanted, **person}


def _decision(application: AdultApplication) -> dict[str, Any]:
    return {
        "application": application.application,
        "starts_on": application.decided_for,
        "status": application.status,
        "reason": application.reason or application.status.value,
        "step": application.step,
        "queue": application.queue,
        "undertaken_by": application.undertaken_by,
    }
