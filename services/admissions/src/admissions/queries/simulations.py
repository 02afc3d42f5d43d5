"""Simulations as they were asked for and what became of them."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from admissions.adapters.tables.simulations import simulations

Row = sa.RowMapping


async def of_year(connection: AsyncConnection, intake_year: int) -> Sequence[Row]:
    """The simulations of an intake year, newest first."""
    query = sa.select(simulations).where(simulations.c.intake_year == intake_year)
    newest = query.order_by(simulations.c.asked_at.desc(), simulations.c.simulation)
    return (await connection.execute(newest)).mappings().all()


async def one(connection: AsyncConnection, simulation: UUID) -> Row | None:
    """One simulation; None when there is none."""
    query = sa.select(simulations).where(simulations.c.simulation == simulation)
    return (await connection.execute(query)).mappings().one_or_none()
