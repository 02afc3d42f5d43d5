"""What is done in follow-up cases: who is in charge, the contacts, the next step, and the history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.domain.cases import Outcome
from guidance.domain.following import Contact, Desk, Next
from shared.database import as_json

# The home municipalities of cases to share out; counted with the newly opened ones still outside.
_DESKS = sa.text("""
    SELECT c.counsellor, c.municipality, count(o.id) AS open_cases
    FROM counsellors AS c LEFT JOIN cases AS o ON o.counsellor = c.counsellor AND o.status = 'open'
    WHERE c.municipality = ANY(CAST(:municipalities AS text[]))
    GROUP BY c.counsellor, c.municipality
""")
# One who is being shared out elsewhere at this moment is passed over; the other transaction gives them a counsellor.
_WAITING = sa.text("""
    SELECT id, home_municipality FROM cases
    WHERE status = 'open' AND counsellor IS NULL
      AND (CAST(:municipality AS text) IS NULL OR home_municipality = :municipality)
      AND home_municipality IN (SELECT municipality FROM counsellors)
    ORDER BY opened_at, id LIMIT :limit
    FOR NO KEY UPDATE SKIP LOCKED
""")
_ASSIGN = sa.text("""
    UPDATE cases SET counsellor = r.counsellor
    FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (case_id uuid, counsellor uuid)
    WHERE cases.id = r.case_id
""")
_REMEMBER = sa.text("""
    INSERT INTO case_history (case_id, at, kind, by_counsellor, counsellor, outcome, reason)
    SELECT r.case_id, CAST(:now AS timestamptz), r.kind, r.by_counsellor, r.counsellor, r.outcome, r.reason
    FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
        case_id uuid, kind text, by_counsellor uuid, counsellor uuid, outcome text, reason text)
""")
_CONTACT = sa.text("""
    INSERT INTO case_contacts (id, case_id, at, way, reached, counsellor, next_step, next_step_due, written_at)
    VALUES (CAST(:id AS uuid), CAST(:case_id AS uuid), CAST(:at AS timestamptz), :way, :reached,
            CAST(:counsellor AS uuid), :next_step, CAST(:next_step_due AS date), CAST(:now AS timestamptz))
""")
_NEXT = sa.text("""
    UPDATE cases SET next_step = :next_step, next_step_due = CAST(:next_step_due AS date)
    WHERE id = CAST(:case_id AS uuid)
""")
# A session that was neither cancelled nor missed counts as held once its hour of grace has passed.
_HELD = sa.text("""
    SELECT DISTINCT ON (c.id) c.id, c.applicant, c.intake_year, s.id AS session_id, s.ends_at
    FROM sessions AS s JOIN cases AS c ON c.id = s.case_id
    WHERE c.status = 'open' AND c.guided_at IS NULL
      AND (s.status = 'held' OR s.status = 'booked' AND s.ends_at <= CAST(:before AS timestamptz))
    ORDER BY c.id, s.ends_at LIMIT :limit
""")
_QUIET = sa.text("""
    SELECT c.id, c.applicant, c.intake_year FROM cases AS c
    WHERE c.status = 'open' AND c.guided_at <= CAST(:before AS timestamptz) AND c.next_step IS NULL
      AND NOT EXISTS (SELECT FROM case_contacts AS t WHERE t.case_id = c.id AND t.at > CAST(:before AS timestamptz))
      AND NOT EXISTS (SELECT FROM sessions AS s WHERE s.case_id = c.id AND s.status <> 'cancelled'
                      AND s.ends_at > CAST(:before AS timestamptz))
    ORDER BY c.opened_at, c.id LIMIT :limit
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One line of a case's history."""

    case: UUID
    kind: str
    by: UUID | None = None
    counsellor: UUID | None = None
    outcome: Outcome | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """Which case, by id and by what it is loaded by."""

    id: UUID
    applicant: UUID
    intake_year: int


async def desks(connection: AsyncConnection, municipalities: Sequence[str]) -> list[Desk]:
    """The municipalities' counsellors, each with the number of open cases."""
    rows = await connection.execute(_DESKS, {"municipalities": list(municipalities)})
    return [Desk(row.counsellor, row.municipality, row.open_cases) for row in rows]


async def unassigned(
    connection: AsyncConnection, *, municipality: str | None, limit: int
) -> Sequence[tuple[UUID, str]]:
    """Open cases that nobody has, of municipalities that have counsellors; oldest first, locked."""
    rows = await connection.execute(_WAITING, {"municipality": municipality, "limit": limit})
    return [(row.id, row.home_municipality) for row in rows]


async def save_assigned(connection: AsyncConnection, given: Sequence[tuple[UUID, UUID]]) -> None:
    """Put the counsellors (second) in charge of the cases (first)."""
    batch = as_json([{"case_id": str(case), "counsellor": str(counsellor)} for case, counsellor in given])
    await connection.execute(_ASSIGN, {"batch": batch})


async def remember(connection: AsyncConnection, lines: Sequence[Happened], *, now: datetime) -> None:
    """Write lines of history, in their order."""
    if not lines:
        return
    batch = as_json(
        [
            {
                "case_id": str(line.case),
                "kind": line.kind,
                "by_counsellor": _text(line.by),
                "counsellor": _text(line.counsellor),
                "outcome": line.outcome,
                "reason": line.reason,
            }
            for line in lines
        ]
    )
    await connection.execute(_REMEMBER, {"batch": batch, "now": now})


async def save_contact(
    connection: AsyncConnection, case: UUID, contact: Contact, following: Next | None, by: UUID | None, *, now: datetime
) -> None:
    """Log the contact and set the next step."""
    row = {
        "id": contact.contact,
        "at": contact.at,
        "way": contact.way.value,
        "reached": contact.reached.value,
        "counsellor": by,
        "now": now,
    }
    await connection.execute(_CONTACT, row | {"case_id": case} | _next(following))
    await save_next(connection, case, following)


async def save_next(connection: AsyncConnection, case: UUID, following: Next | None) -> None:
    """Set the next step, or that there is none."""
    await connection.execute(_NEXT, {"case_id": case} | _next(following))


async def newly_guided(connection: AsyncConnection, *, before: datetime, limit: int) -> Sequence[tuple[Key, UUID]]:
    """Open cases in which a first session was held, with that session; booked ones that ended by `before` count."""
    rows = await connection.execute(_HELD, {"before": before, "limit": limit})
    return [(Key(row.id, row.applicant, row.intake_year), row.session_id) for row in rows]


async def quiet(connection: AsyncConnection, *, before: datetime, limit: int) -> Sequence[Key]:
    """Open cases guided by `before` in which nothing has happened since, and nothing is planned."""
    rows = await connection.execute(_QUIET, {"before": before, "limit": limit})
    return [Key(row.id, row.applicant, row.intake_year) for row in rows]


def _next(following: Next | None) -> dict[str, Any]:
    if following is None:
        return {"next_step": None, "next_step_due": None}
    return {"next_step": following.step.value, "next_step_due": following.due}


def _text(id_: UUID | None) -> str | None:
    return None if id_ is None else str(id_)  # the driver's own UUIDs are unknown to the JSON encoder
