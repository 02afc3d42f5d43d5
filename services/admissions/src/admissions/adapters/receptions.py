"""Opinions and decisions on reception: opinions as last reported, decisions in versions that are only added to."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from admissions.adapters.tables.receptions import receptions
from admissions.domain.reception import Ground
from admissions.domain.receptions import Decision, Source
from shared.database import as_json

Key = tuple[str, int, str]
"""Applicant, intake year, offering."""

_LOCK_SPACE = 28
_OPINIONS = sa.text("""
    INSERT INTO opinions AS kept
        (intake_year, applicant_id, given_by, revision, special_reasons, not_offered, given_at)
    SELECT DISTINCT ON (intake_year, applicant, given_by)
        intake_year, applicant, given_by, revision, special_reasons, not_offered, given_at
    FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
        intake_year integer, applicant uuid, given_by text, revision integer, special_reasons boolean,
        not_offered text[], given_at timestamptz)
    ORDER BY intake_year, applicant, given_by, revision DESC
    ON CONFLICT (intake_year, applicant_id, given_by) DO UPDATE SET
        revision = excluded.revision, special_reasons = excluded.special_reasons,
        not_offered = excluded.not_offered, given_at = excluded.given_at
    WHERE kept.revision < excluded.revision
""")
_ASKED = sa.text("""
    SELECT r.* FROM receptions r
    JOIN (SELECT DISTINCT applicant, intake_year, offering FROM jsonb_to_recordset(CAST(:batch AS jsonb))
          AS k (applicant uuid, intake_year integer, offering text)) AS asked
      ON r.applicant_id = asked.applicant AND r.intake_year = asked.intake_year AND r.offering = asked.offering
    ORDER BY r.version
""")
_CHOSEN = sa.text("""
    SELECT EXISTS (
        SELECT FROM applications a JOIN choices c ON c.applicant_id = a.applicant_id AND c.revision = a.revision
        WHERE a.applicant_id = :applicant AND a.intake_year = :intake_year AND c.offering = :offering)
""")


async def keep_opinions(connection: AsyncConnection, opinions: Sequence[dict[str, Any]]) -> None:
    """Keep opinions: applicant, intake_year, given_by, revision, special_reasons, not_offered, given_at."""
    await connection.execute(_OPINIONS, {"batch": as_json(opinions)})


async def lock(connection: AsyncConnection, intake_years: Collection[int]) -> None:
    """One change of an intake year's decisions at a time, until the transaction ends."""
    for year in sorted(set(intake_years)):
        asked = {"space": _LOCK_SPACE, "year": year}
        await connection.execute(sa.text("SELECT pg_advisory_xact_lock(:space, :year)"), asked)


async def made(connection: AsyncConnection, keys: Collection[Key]) -> dict[Key, list[Decision]]:
    """The decisions on these choices, by version."""
    batch = as_json([dict(zip(("applicant", "intake_year", "offering"), key, strict=True)) for key in keys])
    found: dict[Key, list[Decision]] = {}
    for row in await connection.execute(_ASKED, {"batch": batch}):
        found.setdefault((str(row.applicant_id), row.intake_year, row.offering), []).append(_decision(row))
    return found


async def add(connection: AsyncConnection, decisions: Sequence[Decision], *, at: datetime) -> None:
    """Add versions."""
    if rows := [_row(decision, at) for decision in decisions]:
        await connection.execute(sa.insert(receptions), rows)


async def is_chosen(connection: AsyncConnection, applicant: UUID, intake_year: int, offering: str) -> bool:
    """Whether the offering stands in the applicant's latest application."""
    asked = {"applicant": applicant, "intake_year": intake_year, "offering": offering}
    return bool(await connection.scalar(_CHOSEN, asked))


def _decision(row: sa.Row[Any]) -> Decision:
    return Decision(
        applicant=str(row.applicant_id),
        intake_year=row.intake_year,
        offering=row.offering,
        version=row.version,
        ground=Ground(row.ground),
        reason=row.reason,
        source=Source(row.source),
        decided_by=row.decided_by,
        decided_on=row.decided_on,
        revision=row.revision,
    )


def _row(decision: Decision, at: datetime) -> dict[str, Any]:
    plain = {name: getattr(decision, name) for name in Decision.__slots__ if name != "applicant"}
    return plain | {"applicant_id": UUID(decision.applicant), "hand": decision.hand.value, "recorded_at": at}
