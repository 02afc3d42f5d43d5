"""How offerings are loaded and saved, many at a time."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from catalogue.domain.offerings import Content, Offering, Status
from shared.database import as_json
from shared.work import ConcurrentChange

Key = tuple[str, int]

_LOAD = sa.text("""
    SELECT offerings.* FROM offerings
    JOIN jsonb_to_recordset(CAST(:batch AS jsonb)) AS asked (offering text, intake_year integer)
      USING (intake_year, offering)
    ORDER BY offerings.intake_year, offerings.offering
    FOR UPDATE OF offerings
""")
# A known offering is locked by `load`. Two first reports of one offering at the same moment find no row to lock: the
# one that comes second writes nothing, which `save` sees.
_SAVE = sa.text("""
    WITH r AS (
        SELECT * FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
            intake_year integer, offering text, municipality text, programme text, orientation text, school_unit text,
            school_name text, seats integer, status text, revision bigint, version integer, terms jsonb, known boolean)
    ), updated AS (
        UPDATE offerings SET
            programme = r.programme, orientation = r.orientation, school_unit = r.school_unit,
            school_name = r.school_name, seats = r.seats, status = r.status, revision = r.revision,
            version = r.version, terms = r.terms, changed_at = CAST(:now AS timestamptz)
        FROM r WHERE r.known AND offerings.intake_year = r.intake_year AND offerings.offering = r.offering
        RETURNING 1
    ), inserted AS (
        INSERT INTO offerings (intake_year, offering, municipality, programme, orientation, school_unit, school_name,
                               seats, status, revision, version, terms, changed_at)
        SELECT intake_year, offering, municipality, programme, orientation, school_unit, school_name,
               seats, status, revision, version, terms, CAST(:now AS timestamptz)
        FROM r WHERE NOT known ORDER BY intake_year, offering
        ON CONFLICT (intake_year, offering) DO NOTHING
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM updated) + (SELECT count(*) FROM inserted)
""")


async def load(connection: AsyncConnection, keys: Collection[Key]) -> dict[Key, Offering]:
    """The known offerings among `keys`, locked until the transaction ends."""
    batch = [{"offering": offering, "intake_year": year} for offering, year in keys]
    rows = await connection.execute(_LOAD, {"batch": as_json(batch)})
    return {(row.offering, row.intake_year): _offering(row) for row in rows}


async def save(
    connection: AsyncConnection, offerings: Collection[Offering], *, loaded: Collection[Key], now: datetime
) -> None:
    """Save the offerings in one statement; `loaded` are the keys that `load` found.

    Raises `ConcurrentChange` when another transaction was first with a new one.
    """
    if not offerings:
        return
    batch = [_row(each) | {"known": (each.offering, each.intake_year) in loaded} for each in offerings]
    saved = await connection.scalar(_SAVE, {"batch": as_json(batch), "now": now})
    if saved != len(offerings):
        raise ConcurrentChange


def _offering(row: sa.Row[Any]) -> Offering:
    content = Content(
        programme=row.programme,
        orientation=row.orientation,
        school_unit=row.school_unit,
        school_name=row.school_name,
        seats=row.seats,
        status=Status(row.status),
        terms=row.terms,
    )
    return Offering(
        offering=row.offering,
        intake_year=row.intake_year,
        municipality=row.municipality,
        revision=row.revision,
        version=row.version,
        content=content,
    )


def _row(offering: Offering) -> dict[str, object]:
    content = offering.content
    return {
        "intake_year": offering.intake_year,
        "offering": offering.offering,
        "municipality": offering.municipality,
        "programme": content.programme,
        "orientation": content.orientation,
        "school_unit": content.school_unit,
        "school_name": content.school_name,
        "seats": content.seats,
        "status": content.status,
        "revision": offering.revision,
        "version": offering.version,
        "terms": content.terms,
    }
