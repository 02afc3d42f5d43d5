"""What the office's pages of rounds show."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from admissions.adapters.tables import runs, seeds
from admissions.adapters.tables.simulations import round_requests
from admissions.queries import EXPORTS

Row = sa.RowMapping
_YEARS: Final = sa.text("""
    SELECT intake_year FROM applications UNION SELECT intake_year FROM offerings ORDER BY intake_year DESC
""")
_RUNS: Final = sa.text("""
    SELECT r.*, s.committed_at FROM runs r LEFT JOIN seeds s USING (intake_year, round)
    WHERE r.intake_year = :year ORDER BY r.decided_at DESC, r.run
""")
_UNANSWERED: Final = sa.text("SELECT count(*) FROM places WHERE intake_year = :year AND status = 'offered'")


async def years(connection: AsyncConnection) -> Sequence[int]:
    """The intake years with applications or offerings, newest first."""
    return list(await connection.scalars(_YEARS))


async def runs_of(connection: AsyncConnection, intake_year: int) -> Sequence[Row]:
    """The year's runs with their figures, newest first."""
    return (await connection.execute(_RUNS, {"year": intake_year})).mappings().all()


async def committed(connection: AsyncConnection, intake_year: int) -> dict[str, Row]:
    """By round when its seed was locked and what was published of it; never the seed."""
    query = sa.select(seeds.c.round, seeds.c.commitment, seeds.c.committed_at)
    rows = (await connection.execute(query.where(seeds.c.intake_year == intake_year))).mappings()
    return {row["round"]: row for row in rows}


async def unanswered(connection: AsyncConnection, intake_year: int) -> int:
    """Offers of the year that nobody has answered."""
    return await connection.scalar(_UNANSWERED, {"year": intake_year}) or 0


async def run(connection: AsyncConnection, run_id: UUID) -> Row | None:
    """One run's record; None when there is none."""
    return (await connection.execute(sa.select(runs).where(runs.c.run == run_id))).mappings().one_or_none()


async def offerings(connection: AsyncConnection, run_id: UUID) -> Sequence[Row]:
    """The offerings of a run with their figures."""
    return (await connection.execute(EXPORTS["offerings"], {"run": run_id})).mappings().all()


async def request(connection: AsyncConnection, request_id: UUID) -> Row | None:
    """A round asked for; None when there is no such request."""
    query = sa.select(round_requests).where(round_requests.c.request == request_id)
    return (await connection.execute(query)).mappings().one_or_none()


async def under_way(connection: AsyncConnection, intake_year: int) -> UUID | None:
    """The request that is waiting or running for this year."""
    busy = round_requests.c.status.in_(("waiting", "running"))
    query = sa.select(round_requests.c.request).where(round_requests.c.intake_year == intake_year, busy)
    return await connection.scalar(query)
