"""Figures of the sessions, cases and surveys of a period; no figure is of one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.domain.evaluation import Goal, Measured, Span

# Days are the region's. A booked session that ended and was not called a no-show counts as held.
_SESSIONS: Final = sa.text("""
    SELECT home_municipality, channel, session_type, counsellor_municipality <> home_municipality AS across_borders,
           count(*) FILTER (WHERE status = 'held' OR status = 'booked' AND ends_at <= CAST(:now AS timestamptz))
               AS held,
           count(*) FILTER (WHERE status = 'no_show') AS no_show,
           count(*) FILTER (WHERE status = 'cancelled') AS cancelled
    FROM sessions
    WHERE starts_at >= CAST(:begins AS date)::timestamp AT TIME ZONE 'Europe/Stockholm'
      AND starts_at < (CAST(:ends AS date) + 1)::timestamp AT TIME ZONE 'Europe/Stockholm'
      AND starts_at <= CAST(:now AS timestamptz) AND status <> 'offered'
      AND (CAST(:municipality AS text) IS NULL OR home_municipality = :municipality)
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
""")
# Waiting is from when the case was opened to its first held session.
_CASES: Final = sa.text("""
    SELECT c.home_municipality, date_trunc('month', c.opened_at AT TIME ZONE 'Europe/Stockholm')::date AS month,
           c.outcome, extract(epoch FROM min(s.starts_at) - c.opened_at)::float / 86400 AS waited_days
    FROM cases AS c LEFT JOIN sessions AS s ON s.case_id = c.id
        AND (s.status = 'held' OR s.status = 'booked' AND s.ends_at <= CAST(:now AS timestamptz))
    WHERE c.status <> 'none'
      AND c.opened_at >= CAST(:begins AS date)::timestamp AT TIME ZONE 'Europe/Stockholm'
      AND c.opened_at < (CAST(:ends AS date) + 1)::timestamp AT TIME ZONE 'Europe/Stockholm'
      AND (CAST(:municipality AS text) IS NULL OR c.home_municipality = :municipality)
    GROUP BY c.id ORDER BY c.id
""")
_ANSWERS: Final = sa.text("""
    SELECT channel, session_type, home_municipality, answers FROM survey_answers
    WHERE survey = :survey AND month >= date_trunc('month', CAST(:begins AS date))
      AND month <= CAST(:ends AS date)
      AND (CAST(:municipality AS text) IS NULL OR home_municipality = :municipality)
""")
_GOALS: Final = sa.text("""
    SELECT id, measured, municipality, begins, ends, target FROM goals
    WHERE (CAST(:municipality AS text) IS NULL OR municipality IS NULL OR municipality = :municipality)
    ORDER BY begins DESC, measured, municipality NULLS FIRST
""")
_TYPES: Final = sa.text("""
    SELECT code, name_sv, name_en, method_sv, method_en, channels, minutes FROM session_types ORDER BY position, code
""")


@dataclass(frozen=True, slots=True)
class SessionGroup:
    """Sessions of one home municipality, channel and type, helped by another municipality or not."""

    home_municipality: str
    channel: str
    session_type: str
    across_borders: bool
    held: int
    no_show: int
    cancelled: int


@dataclass(frozen=True, slots=True)
class CaseFact:
    """A case opened in the period: how it ended, and how many days the first held session was waited for."""

    home_municipality: str
    month: date
    outcome: str | None
    waited_days: float | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One anonymous answer."""

    channel: str
    session_type: str
    home_municipality: str
    answers: list[int]


@dataclass(frozen=True, slots=True)
class TypeRow:
    """A session type with its method."""

    code: str
    name_sv: str
    name_en: str
    method_sv: str | None
    method_en: str | None
    channels: list[str]
    minutes: int | None


async def session_groups(connection: AsyncConnection, asked: dict[str, Any]) -> Sequence[SessionGroup]:
    """Sessions that began in the period, up to now."""
    return [SessionGroup(**row._asdict()) for row in await connection.execute(_SESSIONS, asked)]


async def case_facts(connection: AsyncConnection, asked: dict[str, Any]) -> Sequence[CaseFact]:
    """Cases opened in the period."""
    return [CaseFact(**row._asdict()) for row in await connection.execute(_CASES, asked)]


async def answers(connection: AsyncConnection, asked: dict[str, Any]) -> Sequence[Answer]:
    """Answers to one set of questions about sessions of the period's months."""
    return [Answer(**row._asdict()) for row in await connection.execute(_ANSWERS, asked)]


async def goals(connection: AsyncConnection, *, municipality: str | None) -> Sequence[tuple[UUID, Goal]]:
    """The region's goals, and the municipality's own (None: all)."""
    rows = await connection.execute(_GOALS, {"municipality": municipality})
    return [
        (
            row.id,
            Goal(
                measured=Measured(row.measured),
                span=Span(row.begins, row.ends),
                target=float(row.target),
                municipality=row.municipality,
            ),
        )
        for row in rows
    ]


async def session_types(connection: AsyncConnection) -> Sequence[TypeRow]:
    """All session types, in the order they are shown."""
    return [TypeRow(**row._asdict()) for row in await connection.execute(_TYPES)]
