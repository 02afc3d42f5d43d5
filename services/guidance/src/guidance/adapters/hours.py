"""How counsellors' working hours and absence are kept."""

from collections.abc import Collection, Sequence
from datetime import date, time, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.adapters.counsellors import CounsellorUnknown
from guidance.domain.hours import Exceptional, Hours, Weekly
from guidance.domain.times import Period
from shared.database import as_json

_LOCK: Final = sa.text("""
    SELECT counsellor, municipality, hours_revision FROM counsellors WHERE counsellor = ANY(CAST(:ids AS uuid[]))
    ORDER BY counsellor FOR NO KEY UPDATE
""")
_GET: Final = sa.text("SELECT * FROM counsellors WHERE counsellor = CAST(:id AS uuid)")
_WEEKLY: Final = sa.text("""
    SELECT weekday, begins, ends, valid_from, valid_until FROM weekly_hours WHERE counsellor = CAST(:id AS uuid)
    ORDER BY weekday, begins, valid_from
""")
_EXCEPTIONS: Final = sa.text("""
    SELECT day, begins, ends FROM hour_exceptions WHERE counsellor = CAST(:id AS uuid) ORDER BY day, begins
""")
_ABSENCES: Final = sa.text("""
    SELECT id, lower(during) AS starts_at, upper(during) AS ends_at, reported FROM absences
    WHERE counsellor = CAST(:id AS uuid) ORDER BY during
""")
_SAVE: Final = sa.text("""
    UPDATE counsellors SET specialities = CAST(:specialities AS text[]), max_per_day = :max_per_day,
        buffer_before_minutes = :buffer_before, buffer_after_minutes = :buffer_after, phone = :phone,
        hours_revision = :revision
    WHERE counsellor = CAST(:id AS uuid)
""")
_FORGET: Final = [
    sa.text("DELETE FROM weekly_hours WHERE counsellor = CAST(:id AS uuid)"),
    sa.text("DELETE FROM hour_exceptions WHERE counsellor = CAST(:id AS uuid)"),
]
_FORGET_ABSENCES: Final = sa.text("DELETE FROM absences WHERE counsellor = CAST(:id AS uuid) AND reported")
_SAVE_WEEKLY: Final = sa.text("""
    INSERT INTO weekly_hours (id, counsellor, weekday, begins, ends, valid_from, valid_until)
    SELECT gen_random_uuid(), CAST(:id AS uuid), r.* FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
        weekday smallint, begins time, ends time, valid_from date, valid_until date)
""")
_SAVE_EXCEPTIONS: Final = sa.text("""
    INSERT INTO hour_exceptions (id, counsellor, day, begins, ends)
    SELECT gen_random_uuid(), CAST(:id AS uuid), r.* FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
        day date, begins time, ends time)
""")
_SAVE_ABSENCES: Final = sa.text("""
    INSERT INTO absences (id, counsellor, during, reported)
    SELECT gen_random_uuid(), CAST(:id AS uuid), tstzrange(r.starts_at, r.ends_at), true
    FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (starts_at timestamptz, ends_at timestamptz)
""")
_ADD_ABSENCE: Final = sa.text("""
    INSERT INTO absences (id, counsellor, during, reported)
    VALUES (:absence, :id, tstzrange(:starts_at, :ends_at), false)
""")
_REMOVE_ABSENCE: Final = sa.text("""
    DELETE FROM absences WHERE id = CAST(:absence AS uuid) AND counsellor = CAST(:id AS uuid) AND NOT reported
    RETURNING 1
""")


async def lock(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, tuple[str, int]]:
    """The known counsellors among these, locked: their municipality, and the revision of their hours."""
    rows = await connection.execute(_LOCK, {"ids": list(ids)})
    return {row.counsellor: (row.municipality, row.hours_revision) for row in rows}


async def get(connection: AsyncConnection, counsellor: UUID) -> Hours:
    """A counsellor's hours; absences are those of any origin. Raises CounsellorUnknown."""
    row = (await connection.execute(_GET, {"id": counsellor})).first()
    if row is None:
        raise CounsellorUnknown
    weekly = await connection.execute(_WEEKLY, {"id": counsellor})
    exceptions = await connection.execute(_EXCEPTIONS, {"id": counsellor})
    away = await connection.execute(_ABSENCES, {"id": counsellor})
    return Hours(
        counsellor=counsellor,
        municipality=row.municipality,
        weekly=tuple(Weekly(**each._asdict()) for each in weekly),
        exceptions=tuple(Exceptional(**each._asdict()) for each in exceptions),
        absences=tuple(Period(each.starts_at, each.ends_at) for each in away),
        specialities=tuple(row.specialities),
        max_per_day=row.max_per_day,
        buffer_before=timedelta(minutes=row.buffer_before_minutes),
        buffer_after=timedelta(minutes=row.buffer_after_minutes),
        phone=row.phone,
        revision=row.hours_revision,
    )


async def absences(connection: AsyncConnection, counsellor: UUID) -> Sequence[sa.Row[Any]]:
    """The absences with their ids and origins: id, starts_at, ends_at, reported."""
    return (await connection.execute(_ABSENCES, {"id": counsellor})).all()


async def save(connection: AsyncConnection, hours: Hours, *, with_absences: bool) -> None:
    """Replace the hours; `with_absences`: the reported absences too."""
    whose = {"id": hours.counsellor}
    await connection.execute(_SAVE, whose | _profile(hours))
    for statement in _FORGET:
        await connection.execute(statement, whose)
    await connection.execute(_SAVE_WEEKLY, whose | {"batch": as_json([_weekly(each) for each in hours.weekly])})
    await connection.execute(_SAVE_EXCEPTIONS, whose | {"batch": as_json([_exception(e) for e in hours.exceptions])})
    if with_absences:
        away = [{"starts_at": each.starts_at, "ends_at": each.ends_at} for each in hours.absences]
        await connection.execute(_FORGET_ABSENCES, whose)
        await connection.execute(_SAVE_ABSENCES, whose | {"batch": as_json(away)})


async def add_absence(connection: AsyncConnection, counsellor: UUID, away: Period) -> None:
    """Absence entered by hand."""
    row = {"absence": uuid4(), "id": counsellor, "starts_at": away.starts_at, "ends_at": away.ends_at}
    await connection.execute(_ADD_ABSENCE, row)


async def remove_absence(connection: AsyncConnection, counsellor: UUID, absence: UUID) -> bool:
    """Take back an absence entered by hand; what was reported stays. Tells whether there was one."""
    return bool(await connection.scalar(_REMOVE_ABSENCE, {"absence": absence, "id": counsellor}))


def _profile(hours: Hours) -> dict[str, object]:
    minute = timedelta(minutes=1)
    return {
        "specialities": list(hours.specialities),
        "max_per_day": hours.max_per_day,
        "buffer_before": hours.buffer_before // minute,
        "buffer_after": hours.buffer_after // minute,
        "phone": hours.phone,
        "revision": hours.revision,
    }


def _weekly(each: Weekly) -> dict[str, int | time | date | None]:
    return {
        "weekday": each.weekday,
        "begins": each.begins,
        "ends": each.ends,
        "valid_from": each.valid_from,
        "valid_until": each.valid_until,
    }


def _exception(each: Exceptional) -> dict[str, time | date | None]:
    return {"day": each.day, "begins": each.begins, "ends": each.ends}
