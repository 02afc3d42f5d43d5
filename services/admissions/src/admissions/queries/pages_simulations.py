"""What the editor of simulations starts from: the offerings of a run's own input, or those of the day."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from admissions.adapters import runs, snapshots, terms
from admissions.adapters.rules import rules_in
from admissions.adapters.tables import runs as runs_table
from admissions.domain.assessing import Rules
from admissions.domain.offerings import Offering

_CURRENT: Final = sa.text("""
    SELECT offering, municipality, programme, seats, terms FROM offerings
    WHERE intake_year = :year AND NOT withdrawn AND programme IS NOT NULL ORDER BY offering COLLATE "C"
""")


async def of_run(connection: AsyncConnection, run: UUID) -> tuple[str, int, Rules, Sequence[Offering]] | None:
    """Round and intake year of a run, the rules it was made by, and its offerings; None when they are not kept."""
    known = sa.select(runs_table.c.round, runs_table.c.intake_year).where(runs_table.c.run == run)
    record = (await connection.execute(known)).one_or_none()
    content = await runs.input_of(connection, run)
    if record is None or content is None:
        return None
    texts, offerings = snapshots.beginning(content)
    return record.round, record.intake_year, rules_in(texts, "", record.intake_year), offerings


async def current_offerings(connection: AsyncConnection, intake_year: int) -> Sequence[Offering]:
    """The offerings that can be searched now."""
    rows = await connection.execute(_CURRENT, {"year": intake_year})
    return [
        Offering(
            id=row.offering,
            municipality=row.municipality,
            programme=row.programme,
            seats=row.seats,
            **terms.read(row.terms or {}),
        )
        for row in rows
    ]
