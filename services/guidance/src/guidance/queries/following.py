"""Follow-up cases as counsellors work with them: the board, and all about one case but its notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

_WHERE: Final = """
    FROM cases AS c LEFT JOIN counsellors AS r ON r.counsellor = c.counsellor
    WHERE c.status <> 'none'
      AND (CAST(:status AS text) IS NULL OR c.status = :status)
      AND (CAST(:municipality AS text) IS NULL OR c.home_municipality = :municipality)
      AND (CAST(:counsellor AS uuid) IS NULL OR c.counsellor = :counsellor)
      AND (CAST(:case AS uuid) IS NULL OR c.id = :case)
      AND (NOT CAST(:unassigned AS boolean) OR c.counsellor IS NULL)
      AND (NOT CAST(:overdue AS boolean) OR c.next_step_due < CAST(:today AS date))
"""
_BOARD: Final = sa.text(f"""
    SELECT c.id, c.applicant, c.home_municipality, c.intake_year, c.status, c.cause, c.missing_subjects, c.outcome,
           c.opened_at, c.closed_at, c.guided_at, c.counsellor, r.display_name AS counsellor_name, c.next_step,
           c.next_step_due
    {_WHERE}
    ORDER BY c.next_step_due NULLS LAST, c.opened_at, c.id LIMIT :limit OFFSET :offset
""")  # the text is ours
_COUNT: Final = sa.text(f"SELECT count(*) {_WHERE}")  # the text is ours
_COUNSELLORS: Final = sa.text("""
    SELECT counsellor, display_name, municipality FROM counsellors ORDER BY municipality, display_name, counsellor
""")
_TIMELINE: Final = sa.text("""
    SELECT h.at, h.kind, h.outcome AS detail, NULL AS way, h.reason, r.display_name AS counsellor_name,
           NULL::text AS next_step, NULL::date AS next_step_due
    FROM case_history AS h LEFT JOIN counsellors AS r ON r.counsellor = h.counsellor WHERE h.case_id = CAST(:id AS uuid)
    UNION ALL
    SELECT t.at, 'contact', t.reached, t.way, NULL, r.display_name, t.next_step, t.next_step_due
    FROM case_contacts AS t LEFT JOIN counsellors AS r ON r.counsellor = t.counsellor
    WHERE t.case_id = CAST(:id AS uuid)
    UNION ALL
    SELECT s.starts_at, 'session', s.status, s.channel, NULL, r.display_name, NULL, NULL
    FROM sessions AS s JOIN counsellors AS r ON r.counsellor = s.counsellor WHERE s.case_id = CAST(:id AS uuid)
    ORDER BY 1 DESC, 2
""")
_OFFERED: Final = sa.text("""
    SELECT DISTINCT programme FROM offerings WHERE intake_year = :year AND NOT withdrawn AND programme IS NOT NULL
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which cases: of a status, municipality or counsellor, nobody's, overdue ones; or one alone."""

    status: str | None = None
    municipality: str | None = None
    counsellor: UUID | None = None
    unassigned: bool = False
    overdue: bool = False
    case: UUID | None = None


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A case on the board."""

    id: UUID
    applicant: UUID
    home_municipality: str
    intake_year: int
    status: str
    cause: str
    missing_subjects: list[str]
    outcome: str | None
    opened_at: datetime
    closed_at: datetime | None
    guided_at: datetime | None
    counsellor: UUID | None
    counsellor_name: str | None
    next_step: str | None
    next_step_due: date | None


@dataclass(frozen=True, slots=True)
class Line:
    """Something in a case's timeline: history, a contact or a session."""

    at: datetime
    kind: str
    detail: str | None
    way: str | None
    reason: str | None
    counsellor_name: str | None
    next_step: str | None
    next_step_due: date | None


@dataclass(frozen=True, slots=True)
class CounsellorRow:
    """A counsellor to hand over to."""

    counsellor: UUID
    display_name: str
    municipality: str


async def board(
    connection: AsyncConnection, wanted: Filter, *, today: date, limit: int | None = None, offset: int = 0
) -> Sequence[BoardRow]:
    """Cases by when their next step is due, then oldest first."""
    asked = _asked(wanted, today) | {"limit": limit, "offset": offset}
    return [BoardRow(**row._asdict()) for row in await connection.execute(_BOARD, asked)]


async def board_size(connection: AsyncConnection, wanted: Filter, *, today: date) -> int:
    """How many cases there are of them."""
    return int(await connection.scalar(_COUNT, _asked(wanted, today)) or 0)


async def timeline(connection: AsyncConnection, case: UUID) -> Sequence[Line]:
    """What happened in the case, newest first."""
    return [Line(**row._asdict()) for row in await connection.execute(_TIMELINE, {"id": case})]


async def counsellors(connection: AsyncConnection) -> Sequence[CounsellorRow]:
    """All counsellors of the region, by municipality."""
    return [CounsellorRow(**row._asdict()) for row in await connection.execute(_COUNSELLORS)]


async def offered_programmes(connection: AsyncConnection, intake_year: int) -> frozenset[str]:
    """Codes of the programmes that the catalogue offers in the year."""
    return frozenset(await connection.scalars(_OFFERED, {"year": intake_year}))


def _asked(wanted: Filter, today: date) -> dict[str, Any]:
    return {
        "status": wanted.status,
        "municipality": wanted.municipality,
        "counsellor": wanted.counsellor,
        "unassigned": wanted.unassigned,
        "overdue": wanted.overdue,
        "case": wanted.case,
        "today": today,
    }
