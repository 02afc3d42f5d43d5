"""What can be read of admissions: one statement each. Identities are never among it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

Row = sa.RowMapping


class NoRun(Exception):
    """The round has not been run."""

    sv = "Omgången är inte körd."


# The run that counts is the latest of its round. A municipality sees its own applicants, the region's office (which has
# no municipality in its token) all of them; figures per offering name nobody and are for all. Who is protected shows
# neither home nor ground of reception, which would tell the home.
_LATEST = sa.text("""
    SELECT run FROM runs WHERE intake_year = :intake_year AND round = :round ORDER BY decided_at DESC, run LIMIT 1
""")
EXPORTS: Mapping[str, sa.TextClause] = {
    "offerings": sa.text("""
        SELECT o.offering, o.municipality, o.programme, o.seats,
            count(*) FILTER (WHERE d.rank = 1) AS first_choice,
            count(*) FILTER (WHERE d.hand = 1) AS first_hand,
            count(*) FILTER (WHERE d.outcome <> 'ineligible') AS eligible,
            count(*) FILTER (WHERE d.outcome = 'admitted') AS admitted,
            count(*) FILTER (WHERE d.outcome = 'reserve') AS reserves,
            greatest(o.seats - count(*) FILTER (WHERE d.outcome = 'admitted'), 0) AS vacant,
            min(d.merit) FILTER (WHERE d.outcome = 'admitted' AND d.hand = 1 AND d.quota IS NULL) / 10.0 AS lowest_merit
        FROM run_offerings o
        LEFT JOIN decisions d ON d.run = o.run AND d.offering = o.offering
        WHERE o.run = :run
        GROUP BY o.offering, o.municipality, o.programme, o.seats ORDER BY o.offering
    """),
    "applicants": sa.text("""
        SELECT a.applicant_id AS applicant,
            CASE WHEN NOT p.protected AND NOT EXISTS (
                SELECT FROM person_protections g WHERE g.applicant_id = a.applicant_id AND g.level > 0
            ) THEN a.home_municipality END AS home_municipality,
            a.merit / 10.0 AS merit, a.random, d.offering AS admitted_to, a.unplaced_because,
            a.missing_subjects, a.open_programmes
        FROM run_applicants a JOIN applications p USING (applicant_id)
        LEFT JOIN decisions d ON d.run = a.run AND d.applicant_id = a.applicant_id AND d.outcome = 'admitted'
        WHERE a.run = :run AND (CAST(:municipality AS text) IS NULL OR a.home_municipality = :municipality)
        ORDER BY a.applicant_id
    """),
    "choices": sa.text("""
        SELECT d.applicant_id AS applicant, d.rank, d.offering, (d.outcome <> 'ineligible')::int AS eligible,
            d.hand AS reception, d.timely::int AS timely, d.merit / 10.0 AS merit, d.holds::int AS holds,
            CASE WHEN NOT p.protected AND NOT EXISTS (
                SELECT FROM person_protections g WHERE g.applicant_id = d.applicant_id AND g.level > 0
            ) THEN d.ground END AS ground
        FROM decisions d JOIN run_applicants a ON a.run = d.run AND a.applicant_id = d.applicant_id
        JOIN applications p ON p.applicant_id = d.applicant_id
        WHERE d.run = :run AND (CAST(:municipality AS text) IS NULL OR a.home_municipality = :municipality)
        ORDER BY d.applicant_id, d.rank
    """),
    "decisions": sa.text("""
        SELECT d.applicant_id AS applicant, d.offering, d.rank, d.outcome, d.queue, d.reason, d.quota
        FROM decisions d JOIN run_applicants a ON a.run = d.run AND a.applicant_id = d.applicant_id
        WHERE d.run = :run AND (CAST(:municipality AS text) IS NULL OR a.home_municipality = :municipality)
        ORDER BY d.applicant_id, d.rank
    """),
}
_RUNS = sa.text("SELECT * FROM runs WHERE intake_year = :intake_year ORDER BY decided_at, run")
_RUN = sa.text("SELECT * FROM runs WHERE run = :run")
_NUMBERS = sa.text("""
    SELECT (SELECT count(*) FROM offerings WHERE NOT withdrawn) AS offerings,
           (SELECT count(*) FROM places WHERE status = 'offered') AS unanswered,
           (SELECT count(*) FROM places WHERE status = 'accepted') AS accepted
""")
_OPEN_OFFERS = sa.text("""
    SELECT intake_year, round, count(*) AS number FROM places WHERE status = 'offered' GROUP BY intake_year, round
""")
_APPLICATIONS = sa.text("SELECT intake_year, count(*) FROM applications GROUP BY intake_year ORDER BY intake_year")
_LAST_RUNS = sa.text("""
    SELECT DISTINCT ON (intake_year) intake_year, round, applicants, admitted, decided_at
    FROM runs ORDER BY intake_year, decided_at DESC
""")


async def runs(connection: AsyncConnection, intake_year: int) -> Sequence[Row]:
    """The runs of an intake year with their figures, oldest first."""
    return (await connection.execute(_RUNS, {"intake_year": intake_year})).mappings().all()


async def run(connection: AsyncConnection, run_id: UUID) -> Row:
    """One run's record."""
    return (await connection.execute(_RUN, {"run": run_id})).mappings().one()


async def export(
    connection: AsyncConnection, kind: str, intake_year: int, round_name: str, municipality: str | None
) -> tuple[Sequence[str], Sequence[Row]]:
    """Columns and rows of one of EXPORTS for the latest run of a round, as `municipality` may see it. Raises NoRun."""
    run_id = await connection.scalar(_LATEST, {"intake_year": intake_year, "round": round_name})
    if run_id is None:
        raise NoRun
    parameters = {"run": run_id} if kind == "offerings" else {"run": run_id, "municipality": municipality}
    result = await connection.execute(EXPORTS[kind], parameters)
    return list(result.keys()), result.mappings().all()


async def numbers(connection: AsyncConnection) -> Row:
    """Offerings that can be searched, offers unanswered and places accepted."""
    return (await connection.execute(_NUMBERS)).mappings().one()


async def open_offers(connection: AsyncConnection) -> Sequence[Row]:
    """Offers that nobody has answered, by intake year and round."""
    return (await connection.execute(_OPEN_OFFERS)).mappings().all()


async def applications(connection: AsyncConnection) -> Sequence[tuple[int, int]]:
    """Intake years and the number of applicants whose latest application is for it."""
    return [(year, count) for year, count in await connection.execute(_APPLICATIONS)]


async def last_runs(connection: AsyncConnection) -> Sequence[Row]:
    """The last run of each intake year."""
    return (await connection.execute(_LAST_RUNS)).mappings().all()
