"""How follow-up cases are loaded and saved, many at a time."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from guidance.domain.cases import Case, Cause, Outcome, Status, Unplaced
from shared.database import as_json
from shared.work import ConcurrentChange

Key = tuple[UUID, int]

# The lock leaves the foreign keys of sessions being booked alone.
_LOAD = sa.text("""
    SELECT cases.* FROM cases
    JOIN jsonb_to_recordset(CAST(:batch AS jsonb)) AS asked (applicant uuid, intake_year integer)
      USING (applicant, intake_year)
    ORDER BY cases.applicant, cases.intake_year
    FOR NO KEY UPDATE OF cases
""")
_GET = sa.text("SELECT * FROM cases WHERE id = CAST(:id AS uuid)")
_LOCK = sa.text("SELECT * FROM cases WHERE id = CAST(:id AS uuid) FOR NO KEY UPDATE")
# A known case is locked by `load`. Two first words about one applicant at the same moment find no row to lock: the one
# that comes second meets a row with another id and writes nothing, which `save` sees.
_SAVE = sa.text("""
    INSERT INTO cases AS c (id, applicant, intake_year, home_municipality, status, cause, missing_subjects,
                            open_programmes, unplaced_round, unplaced_at, admitted_round, accepted_at, opened_at,
                            closed_at, outcome, counsellor, guided_at)
    SELECT * FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
        id uuid, applicant uuid, intake_year integer, home_municipality text, status text, cause text,
        missing_subjects text[], open_programmes text[], unplaced_round smallint, unplaced_at timestamptz,
        admitted_round smallint, accepted_at timestamptz, opened_at timestamptz, closed_at timestamptz, outcome text,
        counsellor uuid, guided_at timestamptz)
    ORDER BY r.applicant, r.intake_year
    ON CONFLICT (applicant, intake_year) DO UPDATE SET
        home_municipality = excluded.home_municipality, status = excluded.status, cause = excluded.cause,
        missing_subjects = excluded.missing_subjects, open_programmes = excluded.open_programmes,
        unplaced_round = excluded.unplaced_round, unplaced_at = excluded.unplaced_at,
        admitted_round = excluded.admitted_round, accepted_at = excluded.accepted_at,
        opened_at = excluded.opened_at, closed_at = excluded.closed_at, outcome = excluded.outcome,
        counsellor = excluded.counsellor, guided_at = excluded.guided_at,
        next_step = CASE WHEN excluded.status = 'open' THEN c.next_step END,
        next_step_due = CASE WHEN excluded.status = 'open' THEN c.next_step_due END
    WHERE c.id = excluded.id
    RETURNING 1
""")


class CaseUnknown(Exception):
    """There is no such case in your municipality; GET /cases lists them."""

    sv = "Ärendet finns inte i er kommun; GET /cases räknar upp dem."


async def load(connection: AsyncConnection, keys: Collection[Key]) -> dict[Key, Case]:
    """The known cases among `keys`, locked until the transaction ends."""
    batch = [{"applicant": str(applicant), "intake_year": year} for applicant, year in keys]
    rows = await connection.execute(_LOAD, {"batch": as_json(batch)})
    return {(row.applicant, row.intake_year): _case(row) for row in rows}


async def get(connection: AsyncConnection, case: UUID, *, municipality: str | None) -> Case:
    """The case, if it is of this home municipality (None: any). Raises CaseUnknown."""
    row = (await connection.execute(_GET, {"id": case})).first()
    if row is None or municipality not in (None, row.home_municipality):
        raise CaseUnknown
    return _case(row)


async def lock(connection: AsyncConnection, case: UUID, *, municipality: str | None) -> Case:
    """As `get`, locked until the transaction ends."""
    row = (await connection.execute(_LOCK, {"id": case})).first()
    if row is None or municipality not in (None, row.home_municipality):
        raise CaseUnknown
    return _case(row)


async def save(connection: AsyncConnection, cases: Collection[Case]) -> None:
    """Save the cases in one statement. Raises ConcurrentChange when another transaction was first with a new one."""
    if not cases:
        return
    saved = await connection.execute(_SAVE, {"batch": as_json([_row(each) for each in cases])})
    if len(saved.all()) != len(cases):
        raise ConcurrentChange


def _case(row: sa.Row[Any]) -> Case:
    return Case(
        case=row.id,
        applicant=row.applicant,
        intake_year=row.intake_year,
        home_municipality=row.home_municipality,
        status=Status(row.status),
        unplaced=None if row.unplaced_round is None else _unplaced(row),
        admitted_round=row.admitted_round,
        accepted_at=row.accepted_at,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        outcome=None if row.outcome is None else Outcome(row.outcome),
        counsellor=row.counsellor,
        guided_at=row.guided_at,
    )


def _unplaced(row: sa.Row[Any]) -> Unplaced:
    return Unplaced(
        round=row.unplaced_round,
        said_at=row.unplaced_at,
        cause=Cause(row.cause),
        missing_subjects=tuple(row.missing_subjects),
        open_programmes=tuple(row.open_programmes),
    )


def _row(case: Case) -> dict[str, object]:
    said = case.unplaced
    need = (
        {}
        if said is None
        else {
            "cause": said.cause,
            "missing_subjects": said.missing_subjects,
            "open_programmes": said.open_programmes,
            "unplaced_round": said.round,
            "unplaced_at": said.said_at,
        }
    )
    return need | {
        "id": str(case.case),  # the driver's own UUIDs are unknown to the JSON encoder
        "applicant": str(case.applicant),
        "intake_year": case.intake_year,
        "home_municipality": case.home_municipality,
        "status": case.status,
        "admitted_round": case.admitted_round,
        "accepted_at": case.accepted_at,
        "opened_at": case.opened_at,
        "closed_at": case.closed_at,
        "outcome": case.outcome,
        "counsellor": None if case.counsellor is None else str(case.counsellor),
        "guided_at": case.guided_at,
    }
