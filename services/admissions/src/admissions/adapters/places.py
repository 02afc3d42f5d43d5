"""Seats given by binding rounds: loaded under lock, saved many at a time."""

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from admissions.adapters.tables import places
from admissions.domain.replies import Place, Status
from shared.database import as_json

_ASKED = sa.text("""
    SELECT places.* FROM places
    JOIN (SELECT DISTINCT applicant, intake_year FROM jsonb_to_recordset(CAST(:batch AS jsonb))
          AS r (applicant uuid, intake_year integer)) AS asked
      ON places.applicant_id = asked.applicant AND places.intake_year = asked.intake_year
    ORDER BY places.intake_year, places.applicant_id
    FOR UPDATE OF places
""")
_SAVE = sa.text("""
    INSERT INTO places AS kept (intake_year, applicant_id, offering, programme, home_municipality, school_municipality,
                                round, status, stays, revision, quota, started_on, start_revision, stop_revision,
                                changed_at)
    SELECT r.*, CAST(:at AS timestamptz) FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (
        intake_year integer, applicant uuid, offering text, programme text, home text, school text, round text,
        status text, stays boolean, revision integer, quota text, started_on date, start_revision integer,
        stop_revision integer)
    ORDER BY intake_year, applicant
    ON CONFLICT (intake_year, applicant_id) DO UPDATE SET
        offering = excluded.offering, programme = excluded.programme, home_municipality = excluded.home_municipality,
        school_municipality = excluded.school_municipality, round = excluded.round, status = excluded.status,
        stays = excluded.stays, revision = excluded.revision, quota = excluded.quota, started_on = excluded.started_on,
        start_revision = excluded.start_revision, stop_revision = excluded.stop_revision,
        changed_at = excluded.changed_at
""")
# Whoever is answering at this moment is left for the next time.
_UNREMINDED = sa.text("""
    UPDATE places SET reminded_at = :at WHERE (intake_year, applicant_id) IN (
        SELECT intake_year, applicant_id FROM places
        WHERE intake_year = :year AND round = :round AND status = 'offered' AND reminded_at IS NULL
        ORDER BY applicant_id LIMIT :most FOR UPDATE SKIP LOCKED
    ) RETURNING *
""")
Key = tuple[str, int]


async def load(connection: AsyncConnection, keys: Collection[Key]) -> dict[Key, Place]:
    """The places of these (applicant, intake year), locked until the transaction ends."""
    batch = as_json([{"applicant": applicant, "intake_year": year} for applicant, year in keys])
    rows = await connection.execute(_ASKED, {"batch": batch})
    return {(place.applicant, place.intake_year): place for place in map(_place, rows)}


async def of_year(connection: AsyncConnection, intake_year: int, status: Status | None = None) -> list[Place]:
    """All places of an intake year, of one status if asked for, locked until the transaction ends."""
    query = sa.select(places).where(places.c.intake_year == intake_year).order_by(places.c.applicant_id)
    if status is not None:
        query = query.where(places.c.status == status)
    return [_place(row) for row in await connection.execute(query.with_for_update())]


async def lock(connection: AsyncConnection, intake_year: int) -> None:
    """Lock all places of the year until the transaction ends: answers wait for it."""
    held = sa.select(places.c.applicant_id).where(places.c.intake_year == intake_year).with_for_update()
    await connection.execute(sa.select(sa.func.count()).select_from(held.subquery()))


async def unanswered(connection: AsyncConnection, intake_year: int) -> int:
    """How many offers of the year nobody has answered."""
    waiting = (places.c.intake_year == intake_year) & (places.c.status == Status.OFFERED)
    return await connection.scalar(sa.select(sa.func.count()).where(waiting)) or 0


async def save(connection: AsyncConnection, changed: Iterable[Place], *, at: datetime) -> None:
    """Save the places in one statement. Changed ones must have been locked."""
    if rows := [asdict(place) for place in changed]:
        await connection.execute(_SAVE, {"rows": as_json(rows), "at": at})


async def open_rounds(connection: AsyncConnection) -> list[tuple[int, str]]:
    """Intake years and rounds with offers that nobody has answered or been reminded of."""
    waiting = (places.c.status == Status.OFFERED) & places.c.reminded_at.is_(None)
    rows = await connection.execute(sa.select(places.c.intake_year, places.c.round).where(waiting).distinct())
    return sorted((year, name) for year, name in rows)


async def remind(
    connection: AsyncConnection, intake_year: int, round_name: str, *, at: datetime, most: int
) -> list[Place]:
    """Note a reminder for offers of the round that had none, `most` of them; gives them in the order of applicants."""
    asked = {"year": intake_year, "round": round_name, "at": at, "most": most}
    return sorted(map(_place, await connection.execute(_UNREMINDED, asked)), key=lambda place: place.applicant)


def _place(row: sa.Row[Any]) -> Place:
    return Place(
        applicant=str(row.applicant_id),
        intake_year=row.intake_year,
        offering=row.offering,
        programme=row.programme,
        home=row.home_municipality,
        school=row.school_municipality,
        round=row.round,
        status=Status(row.status),
        stays=row.stays,
        revision=row.revision,
        quota=row.quota,
        started_on=row.started_on,
        start_revision=row.start_revision,
        stop_revision=row.stop_revision,
    )
