"""How requirements of cover and the gaps found are kept, and who is there to cover."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.adapters.rota import windows
from guidance.domain.rota.coverage import Gap, Presence, Requirement
from guidance.domain.rota.refusals import RequirementUnknown
from guidance.domain.times import Period
from shared.database import as_json

# Gaps are compared with those known; two who did so at once would find the same gap twice.
_LOCK: Final = sa.text("SELECT pg_advisory_xact_lock(hashtextextended('coverage gaps', 0))")
_REQUIREMENTS: Final = sa.text("SELECT * FROM cover_requirements ORDER BY name, id")
_SAVE: Final = sa.text("""
    INSERT INTO cover_requirements (id, name, municipality, language, windows, number, starts_on, ends_on,
                                    off_on_holidays)
    VALUES (CAST(:id AS uuid), :name, :municipality, :language, CAST(:windows AS jsonb), :number, :starts_on, :ends_on,
            :off_on_holidays)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, municipality = excluded.municipality,
        language = excluded.language, windows = excluded.windows, number = excluded.number,
        starts_on = excluded.starts_on, ends_on = excluded.ends_on, off_on_holidays = excluded.off_on_holidays
""")
_REMOVE: Final = sa.text("DELETE FROM cover_requirements WHERE id = CAST(:id AS uuid) RETURNING 1")
# A counsellor who is absent or in a session then cannot take who drops in, so that time is not covered.
_PRESENT: Final = sa.text("""
    SELECT s.counsellor, c.municipality, c.languages, s.starts_at, s.ends_at, away.starts AS away_starts,
           away.ends AS away_ends
    FROM rota_shifts AS s
    JOIN counsellors AS c ON c.counsellor = s.counsellor
    CROSS JOIN LATERAL (
        SELECT array_agg(lower(during)) AS starts, array_agg(upper(during)) AS ends FROM (
            SELECT during FROM absences WHERE counsellor = s.counsellor AND during && tstzrange(s.starts_at, s.ends_at)
            UNION ALL
            SELECT tstzrange(starts_at, ends_at) FROM sessions
            WHERE counsellor = s.counsellor AND status IN ('booked', 'held')
                AND tstzrange(starts_at, ends_at) && tstzrange(s.starts_at, s.ends_at)) AS other) AS away
    WHERE s.withdrawn_at IS NULL
      AND tstzrange(s.starts_at, s.ends_at) && tstzrange(CAST(:starts_at AS timestamptz), CAST(:ends_at AS timestamptz))
""")
_OPEN: Final = sa.text("""
    SELECT id, requirement, starts_at, ends_at, missing FROM coverage_gaps WHERE closed_at IS NULL
""")
_FOUND: Final = sa.text("""
    INSERT INTO coverage_gaps (id, requirement, starts_at, ends_at, missing, found_at)
    SELECT r.*, CAST(:now AS timestamptz) FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
        id uuid, requirement uuid, starts_at timestamptz, ends_at timestamptz, missing smallint)
""")
_CLOSED: Final = sa.text("""
    UPDATE coverage_gaps AS g SET closed_at = CAST(:now AS timestamptz), outcome = r.outcome
    FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (id uuid, outcome text) WHERE g.id = r.id
""")


@dataclass(frozen=True, slots=True)
class KnownGap:
    """A gap that is announced and not closed."""

    gap_id: UUID
    requirement: UUID
    gap: Gap


async def lock(connection: AsyncConnection) -> None:
    """Keep others from finding gaps until the transaction ends."""
    await connection.execute(_LOCK)


async def requirements(connection: AsyncConnection) -> Sequence[Requirement]:
    """All requirements of cover, by name."""
    return [_requirement(row) for row in await connection.execute(_REQUIREMENTS)]


async def save(connection: AsyncConnection, requirement: Requirement) -> None:
    """Add the requirement or replace it."""
    row = {
        "id": requirement.requirement,
        "name": requirement.name,
        "municipality": requirement.municipality,
        "language": requirement.language,
        "windows": as_json([list(window) for window in requirement.windows]),
        "number": requirement.number,
        "starts_on": requirement.starts_on,
        "ends_on": requirement.ends_on,
        "off_on_holidays": requirement.off_on_holidays,
    }
    await connection.execute(_SAVE, row)


async def remove(connection: AsyncConnection, requirement: UUID) -> None:
    """Take the requirement away. Raises RequirementUnknown."""
    if not await connection.scalar(_REMOVE, {"id": requirement}):
        raise RequirementUnknown


async def present(connection: AsyncConnection, within: Period) -> Sequence[Presence]:
    """Who is on duty at some time of the period, less what keeps them from it."""
    asked = {"starts_at": within.starts_at, "ends_at": within.ends_at}
    return [_presence(row) for row in await connection.execute(_PRESENT, asked)]


async def open_gaps(connection: AsyncConnection) -> Sequence[KnownGap]:
    """The gaps that are announced and not closed."""
    rows = await connection.execute(_OPEN)
    return [KnownGap(r.id, r.requirement, Gap(Period(r.starts_at, r.ends_at), r.missing)) for r in rows]


async def keep_found(connection: AsyncConnection, found: Sequence[KnownGap], *, now: datetime) -> None:
    """Remember gaps that are announced."""
    batch = [
        {
            "id": str(each.gap_id),
            "requirement": str(each.requirement),
            "starts_at": each.gap.period.starts_at,
            "ends_at": each.gap.period.ends_at,
            "missing": each.gap.missing,
        }
        for each in found
    ]
    if batch:
        await connection.execute(_FOUND, {"batch": as_json(batch), "now": now})


async def keep_closed(connection: AsyncConnection, closed: Sequence[tuple[KnownGap, str]], *, now: datetime) -> None:
    """Remember that gaps are closed, and how."""
    batch = [{"id": str(each.gap_id), "outcome": outcome} for each, outcome in closed]
    if batch:
        await connection.execute(_CLOSED, {"batch": as_json(batch), "now": now})


def _requirement(row: sa.Row[Any]) -> Requirement:
    return Requirement(
        requirement=row.id,
        name=row.name,
        municipality=row.municipality,
        language=row.language,
        windows=windows(row.windows),
        number=row.number,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        off_on_holidays=row.off_on_holidays,
    )


def _presence(row: sa.Row[Any]) -> Presence:
    away = tuple(map(Period, row.away_starts or (), row.away_ends or ()))
    return Presence(row.counsellor, row.municipality, tuple(row.languages), Period(row.starts_at, row.ends_at), away)
