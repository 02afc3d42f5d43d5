"""Everything that was decided of one applicant in an intake year, round by round."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

Row = sa.RowMapping

# Of each round the run that counts: the latest. Whoever asks for a municipality sees its own applicants.
_DECIDED = sa.text("""
    WITH latest AS (
        SELECT DISTINCT ON (round) run, round, decided_at FROM runs WHERE intake_year = :intake_year
        ORDER BY round, decided_at DESC, run
    )
    SELECT latest.run, latest.round, latest.decided_at, a.missing_subjects, d.rank, d.offering, d.outcome, d.reason,
        d.merit, o.last_merit, d.queue, d.quota, d.queue_before, d.ahead_admitted, d.ahead_left
    FROM latest JOIN run_applicants a ON a.run = latest.run AND a.applicant_id = :applicant
    JOIN decisions d ON d.run = latest.run AND d.applicant_id = :applicant
    LEFT JOIN run_offerings o ON o.run = latest.run AND o.offering = d.offering
    WHERE CAST(:municipality AS text) IS NULL OR a.home_municipality = :municipality
    ORDER BY latest.decided_at, latest.round, d.rank
""")


class NothingDecided(Exception):
    """Nothing has been decided of this applicant in this intake year."""

    sv = "Inget är avgjort för den sökande det här antagningsåret."


async def decided(
    connection: AsyncConnection, applicant: UUID, intake_year: int, municipality: str | None
) -> Sequence[Row]:
    """One row for each choice in each round, oldest round first. Raises NothingDecided."""
    parameters = {"applicant": applicant, "intake_year": intake_year, "municipality": municipality}
    rows = (await connection.execute(_DECIDED, parameters)).mappings().all()
    if not rows:
        raise NothingDecided
    return rows
