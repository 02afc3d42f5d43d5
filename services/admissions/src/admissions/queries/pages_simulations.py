"""What the editor of simulations starts from: the offerings of a run's own input, or those of the day."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from admissions.adapters import runs, snapshots, terms
from admissions.adapters.rules import rules_in
from admissions.adapters.snapshots import Snapshot
from admissions.domain.assessing import Rules
from admissions.domain.offerings import Offering

_CURRENT: Final = sa.text("""
    SELECT offering, municipality, programme, seats, terms FROM offerings
    WHERE intake_year = :year AND NOT withdrawn AND programme IS NOT NULL ORDER BY offering COLLATE "C"
""")
unpacked: Final = snapshots.unpacked


async def input_of(connection: AsyncConnection, run: UUID) -> bytes | None:
    """A run's input as it was kept."""
    return await runs.input_of(connection, run)


def rules_of_snapshot(snapshot: Snapshot) -> Rules:
    """The rules that the run was made by."""
    return rules_in(snapshot.texts, snapshot.region, snapshot.intake_year)


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
