"""How study plans are kept, version by version, and what the catalogue offers."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.domain.study_plans import Content, Course, Goal, Plan, SchoolForm, Version
from shared.database import as_json
from shared.work import ConcurrentChange

_DRAW_UP = sa.text("""
    INSERT INTO study_plans (id, student, home_municipality, counsellor, made_at)
    VALUES (CAST(:id AS uuid), CAST(:student AS uuid), :home_municipality, CAST(:counsellor AS uuid),
            CAST(:made_at AS timestamptz))
    ON CONFLICT DO NOTHING RETURNING 1
""")
_ADD = sa.text("""
    INSERT INTO study_plan_versions (plan, number, content, made_at)
    VALUES (CAST(:plan AS uuid), :number, CAST(:content AS jsonb), CAST(:made_at AS timestamptz))
    ON CONFLICT DO NOTHING RETURNING 1
""")
_AGREE = sa.text("""
    UPDATE study_plan_versions
    SET counsellor_agreed_at = CAST(:counsellor AS timestamptz), student_agreed_at = CAST(:student AS timestamptz)
    WHERE plan = CAST(:plan AS uuid) AND number = :number
""")
_GET = sa.text("""
    SELECT p.*, (SELECT jsonb_agg(to_jsonb(v) ORDER BY v.number) FROM study_plan_versions AS v WHERE v.plan = p.id)
        AS versions
    FROM study_plans AS p WHERE p.id = CAST(:id AS uuid)
""")
_LOCK = sa.text("SELECT true FROM study_plans WHERE id = CAST(:id AS uuid) FOR UPDATE")
_OFFERINGS = sa.text("""
    INSERT INTO offerings AS o (offering, intake_year, municipality, programme, school_name, seats, withdrawn, version)
    SELECT * FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
        offering text, intake_year integer, municipality text, programme text, school_name text, seats integer,
        withdrawn boolean, version bigint)
    ORDER BY r.offering, r.intake_year
    ON CONFLICT (offering, intake_year) DO UPDATE SET
        programme = coalesce(excluded.programme, o.programme),
        school_name = coalesce(excluded.school_name, o.school_name),
        seats = excluded.seats, withdrawn = excluded.withdrawn, version = excluded.version
    WHERE o.version < excluded.version
""")

_CARRIED = sa.text("SELECT DISTINCT offering FROM offerings WHERE offering = ANY(:offerings) AND NOT withdrawn")


class PlanUnknown(Exception):
    """There is no such study plan in your municipality."""

    sv = "Studieplanen finns inte i er kommun."


class VersionUnknown(Exception):
    """The plan has no such version."""

    sv = "Planen har ingen sådan version."


class HasPlan(Exception):
    """The student already has a plan in the municipality; revise that one."""

    sv = "Den studerande har redan en plan i kommunen; revidera den."


async def draw_up(connection: AsyncConnection, plan: Plan) -> None:
    """Keep a new plan with its first version. Raises HasPlan."""
    row = {
        "id": plan.plan,
        "student": plan.student,
        "home_municipality": plan.home_municipality,
        "counsellor": plan.counsellor,
        "made_at": plan.newest.made_at,
    }
    if not await connection.scalar(_DRAW_UP, row):
        raise HasPlan
    await add_version(connection, plan)


async def add_version(connection: AsyncConnection, plan: Plan) -> None:
    """Keep the plan's newest version. Raises ConcurrentChange when another was first with that number."""
    version = plan.newest
    content = orjson.dumps(asdict(version.content)).decode()
    row = {"plan": plan.plan, "number": version.number, "content": content, "made_at": version.made_at}
    if not await connection.scalar(_ADD, row):
        raise ConcurrentChange


async def save_agreement(connection: AsyncConnection, plan: Plan) -> None:
    """Save who has agreed to the newest version of a locked plan."""
    version = plan.newest
    row = {"counsellor": version.counsellor_agreed_at, "student": version.student_agreed_at}
    await connection.execute(_AGREE, row | {"plan": plan.plan, "number": version.number})


async def get(connection: AsyncConnection, plan: UUID, *, municipality: str | None) -> Plan:
    """The plan with all its versions, if the municipality answers for it (None: any). Raises PlanUnknown."""
    row = (await connection.execute(_GET, {"id": plan})).first()
    if row is None or municipality not in (None, row.home_municipality):
        raise PlanUnknown
    return _plan(row)


async def lock(connection: AsyncConnection, plan: UUID, *, municipality: str | None) -> Plan:
    """As `get`, locked until the transaction ends."""
    await connection.execute(_LOCK, {"id": plan})
    return await get(connection, plan, municipality=municipality)


async def carried(connection: AsyncConnection, offerings: Collection[str]) -> set[str]:
    """Those of the offerings that the catalogue carries."""
    return set(await connection.scalars(_CARRIED, {"offerings": list(offerings)}))


async def save_offerings(connection: AsyncConnection, offerings: Sequence[dict[str, Any]]) -> None:
    """Take what the catalogue said; each offering and year at most once, an older version changes nothing."""
    await connection.execute(_OFFERINGS, {"batch": as_json(offerings)})


def _plan(row: sa.Row[Any]) -> Plan:
    return Plan(
        plan=row.id,
        student=row.student,
        home_municipality=row.home_municipality,
        counsellor=row.counsellor,
        versions=tuple(_version(each) for each in row.versions),
    )


def _version(row: dict[str, Any]) -> Version:
    return Version(
        number=row["number"],
        content=_content(row["content"]),
        made_at=_moment(row["made_at"]),
        counsellor_agreed_at=_moment(row["counsellor_agreed_at"]),
        student_agreed_at=_moment(row["student_agreed_at"]),
    )


def _content(kept: dict[str, Any]) -> Content:
    return Content(
        goal=Goal(kept["goal"]),
        aim=kept["aim"],
        extent_points=kept["extent_points"],
        pace_percent=kept["pace_percent"],
        courses=tuple(_course(course) for course in kept["courses"]),
    )


def _course(kept: dict[str, Any]) -> Course:
    starts_on = kept["starts_on"]
    return Course(
        title=kept["title"],
        points=kept["points"],
        school_form=SchoolForm(kept["school_form"]),
        code=kept["code"],
        offering=kept["offering"],
        starts_on=None if starts_on is None else date.fromisoformat(starts_on),
    )


def _moment(text: str | None) -> Any:
    return None if text is None else datetime.fromisoformat(text)
