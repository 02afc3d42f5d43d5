"""How placements are loaded and saved, many at a time."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pricing.domain.months import Month
from pricing.domain.placements import Accepted, Place, Placement, Vacated
from shared.database import as_json
from shared.work import ConcurrentChange

_LOAD = sa.text("""
    SELECT placements.* FROM placements
    WHERE applicant = ANY(CAST(:applicants AS uuid[]))
    ORDER BY applicant, intake_year, offering
    FOR UPDATE
""")
# A known placement is locked by `of_applicants`. Two first facts of one placement at the same moment find no row to
# lock: the one that comes second writes nothing, which `save` sees.
_SAVE = sa.text("""
    WITH r AS (
        SELECT * FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
            applicant uuid, intake_year integer, offering text, programme text, payer text, payee text,
            accepted_at timestamptz, starts_on date, vacated_at timestamptz, vacated_on date, known boolean)
    ), updated AS (
        UPDATE placements SET
            programme = r.programme, payer = r.payer, payee = r.payee, accepted_at = r.accepted_at,
            starts_on = r.starts_on, vacated_at = r.vacated_at, vacated_on = r.vacated_on
        FROM r WHERE r.known AND placements.applicant = r.applicant AND placements.intake_year = r.intake_year
                 AND placements.offering = r.offering
        RETURNING 1
    ), inserted AS (
        INSERT INTO placements (applicant, intake_year, offering, programme, payer, payee, accepted_at, starts_on,
                                vacated_at, vacated_on)
        SELECT applicant, intake_year, offering, programme, payer, payee, accepted_at, starts_on, vacated_at, vacated_on
        FROM r WHERE NOT known ORDER BY applicant, intake_year, offering
        ON CONFLICT (applicant, intake_year, offering) DO NOTHING
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM updated) + (SELECT count(*) FROM inserted)
""")
_IN_MONTH = sa.text("""
    SELECT * FROM placements
    WHERE starts_on <= :last AND (vacated_on IS NULL OR vacated_on > :first OR vacated_at < accepted_at)
""")

Key = tuple[str, int, str]


async def of_applicants(connection: AsyncConnection, applicants: Collection[str]) -> dict[Key, Placement]:
    """Every known placement of these pupils, locked until the transaction ends."""
    rows = await connection.execute(_LOAD, {"applicants": sorted(applicants)})
    found = [_placement(row) for row in rows]
    return {placement.place.key: placement for placement in found}


async def save(connection: AsyncConnection, placements: Collection[Placement], *, loaded: Collection[Key]) -> None:
    """Save the placements in one statement; `loaded` are the keys that `of_applicants` found.

    Raises `ConcurrentChange` when another transaction was first with a new one.
    """
    batch = [_row(each) | {"known": each.place.key in loaded} for each in placements]
    if batch and await connection.scalar(_SAVE, {"batch": as_json(batch)}) != len(batch):
        raise ConcurrentChange


async def hold(connection: AsyncConnection, *, alone: bool) -> None:
    """Keep facts and runs apart until the transaction ends, so that none falls between a run's reading and its issue.

    Asked for before any row is locked: the two can then wait for each other, but never both at once.
    """
    mode = "SHARE ROW EXCLUSIVE" if alone else "ROW EXCLUSIVE"
    await connection.execute(sa.text(f"LOCK TABLE placements IN {mode} MODE"))


async def in_month(connection: AsyncConnection, month: Month) -> Sequence[Placement]:
    """The placements that may be held on some day of the month; the rules decide."""
    rows = await connection.execute(_IN_MONTH, {"first": month.first, "last": month.last})
    return [_placement(row) for row in rows]


def _placement(row: sa.Row[Any]) -> Placement:
    place = Place(
        applicant=str(row.applicant),
        intake_year=row.intake_year,
        offering=row.offering,
        programme=row.programme,
        payer=row.payer,
        payee=row.payee,
    )
    return Placement(
        place=place,
        accepted=None if row.accepted_at is None else Accepted(row.accepted_at, row.starts_on),
        vacated=None if row.vacated_at is None else Vacated(row.vacated_at, row.vacated_on),
    )


def _row(placement: Placement) -> dict[str, object]:
    place, accepted, vacated = placement.place, placement.accepted, placement.vacated
    return {
        "applicant": place.applicant,
        "intake_year": place.intake_year,
        "offering": place.offering,
        "programme": place.programme,
        "payer": place.payer,
        "payee": place.payee,
        "accepted_at": accepted and accepted.said_at,
        "starts_on": accepted and accepted.starts_on,
        "vacated_at": vacated and vacated.said_at,
        "vacated_on": vacated and vacated.vacated_on,
    }
