"""Everything that was decided of one applicant in an intake year, round by round."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from admissions.queries.persons import SEEN_BY

Row = sa.RowMapping

# Of each round the run that counts: the latest. A municipality sees all that was decided of whom it sees, whatever
# home the round went by.
_DECIDED = sa.text(f"""
    WITH latest AS (
        SELECT DISTINCT ON (round) run, round, decided_at FROM runs WHERE intake_year = :intake_year
        ORDER BY round, decided_at DESC, run
    )
    SELECT latest.run, latest.round, latest.decided_at, r.missing_subjects, d.rank, d.offering, d.outcome, d.reason,
        d.merit, o.last_merit, d.queue, d.quota, d.queue_before, d.ahead_admitted, d.ahead_left
    FROM latest JOIN run_applicants r ON r.run = latest.run AND r.applicant_id = :applicant
    LEFT JOIN applications a ON a.applicant_id = :applicant
    JOIN decisions d ON d.run = latest.run AND d.applicant_id = :applicant
    LEFT JOIN run_offerings o ON o.run = latest.run AND o.offering = d.offering
    WHERE {SEEN_BY}
    ORDER BY latest.decided_at, latest.round, d.rank
""")  # noqa: S608  # our own fragments


class NothingDecided(Exception):
    """Nothing has been decided of this applicant in this intake year."""

    sv = "Inget är avgjort för den sökande det här antagningsåret."


async def decided(
    connection: AsyncConnection, applicant: UUID, intake_year: int, municipality: str | None, *, today: date
) -> Sequence[Row]:
    """One row for each choice in each round, oldest round first. `municipality`: the caller's, None for the office.

    Raises NothingDecided.
    """
    parameters = {
        "applicant": applicant, "intake_year": intake_year, "municipality": municipality, "today": today,
    }  # fmt: skip
    rows = (await connection.execute(_DECIDED, parameters)).mappings().all()
    if not rows:
        raise NothingDecided
    return rows
