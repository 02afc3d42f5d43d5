"""Commitments to the seeds of draws: one for each round of an intake year, and it never changes."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from admissions.adapters.tables import applications, seeds


@dataclass(frozen=True, slots=True)
class Committed:
    """A seed with its salt, and what was published of them: `commitment` is SHA-256 of `seed:salt`."""

    seed: int
    salt: str
    commitment: str
    at: datetime


def commitment(seed: int, salt: str) -> str:
    """What is published before the round; whoever is told seed and salt afterwards can reckon it again."""
    return sha256(f"{seed}:{salt}".encode()).hexdigest()


async def find(connection: AsyncConnection, intake_year: int, round_name: str) -> Committed | None:
    """The commitment of a round, if it has been made."""
    asked = (seeds.c.intake_year == intake_year) & (seeds.c.round == round_name)
    row = (await connection.execute(sa.select(seeds).where(asked))).one_or_none()
    return None if row is None else Committed(row.seed, row.salt, row.commitment, row.committed_at)


async def keep(connection: AsyncConnection, intake_year: int, round_name: str, made: Committed, *, by: str) -> bool:
    """Keep it unless the round has one; whether it was kept."""
    values: dict[str, Any] = {
        "intake_year": intake_year, "round": round_name, "seed": made.seed, "salt": made.salt,
        "commitment": made.commitment, "committed_at": made.at, "committed_by": by,
    }  # fmt: skip
    kept = await connection.execute(insert(seeds).values(**values).on_conflict_do_nothing().returning(seeds.c.round))
    return kept.one_or_none() is not None


async def anyone_has_applied(connection: AsyncConnection, intake_year: int) -> bool:
    """Whether there is an application of this intake year."""
    return bool(await connection.scalar(sa.select(sa.exists().where(applications.c.intake_year == intake_year))))
