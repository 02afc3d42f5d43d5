"""Two sides held against each other, each a run or a simulation: by offering, and by who was admitted where.

Ids of runs and simulations never meet, so either may stand on either side.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from admissions.queries.persons import HOME, PROTECTION, SEEN_BY

Row = sa.RowMapping

_SIDES: Final = sa.text("""
    SELECT run AS side, intake_year, round, false AS simulated, decided_at AS at, seats, applicants, admitted, reserves,
        ineligible
    FROM runs WHERE run = :side
    UNION ALL
    SELECT simulation, intake_year, round, true, ended_at, seats, applicants, admitted, reserves, ineligible
    FROM simulations WHERE simulation = :side AND status = 'done'
""")
_OFFERINGS: Final = sa.text("""
    WITH offered AS (
        SELECT run AS side, offering, municipality, programme, seats FROM run_offerings WHERE run = ANY(:sides)
        UNION ALL
        SELECT simulation, offering, municipality, programme, seats FROM simulated_offerings
        WHERE simulation = ANY(:sides)
    ), decided AS (
        SELECT run AS side, offering, rank, outcome, hand, quota, merit FROM decisions WHERE run = ANY(:sides)
        UNION ALL
        SELECT simulation, offering, rank, outcome, hand, quota, merit FROM simulated_decisions
        WHERE simulation = ANY(:sides)
    ), counted AS (
        SELECT side, offering,
            count(*) FILTER (WHERE rank = 1) AS first_choice,
            count(*) FILTER (WHERE outcome = 'admitted') AS admitted,
            count(*) FILTER (WHERE outcome = 'reserve') AS reserves,
            min(merit) FILTER (WHERE outcome = 'admitted' AND hand = 1 AND quota IS NULL) / 10.0 AS lowest_merit
        FROM decided GROUP BY side, offering
    ), figures AS (
        SELECT o.*, coalesce(c.first_choice, 0) AS first_choice, coalesce(c.admitted, 0) AS admitted,
            coalesce(c.reserves, 0) AS reserves, c.lowest_merit,
            greatest(o.seats - coalesce(c.admitted, 0), 0) AS vacant
        FROM offered o LEFT JOIN counted c USING (side, offering)
    )
    SELECT offering, coalesce(b.municipality, a.municipality) AS municipality,
        coalesce(b.programme, a.programme) AS programme,
        a.seats AS seats_before, b.seats AS seats_after, a.admitted AS admitted_before, b.admitted AS admitted_after,
        a.lowest_merit AS lowest_before, b.lowest_merit AS lowest_after, a.vacant AS vacant_before,
        b.vacant AS vacant_after, a.reserves AS reserves_before, b.reserves AS reserves_after
    FROM (SELECT * FROM figures WHERE side = :before) a
    FULL JOIN (SELECT * FROM figures WHERE side = :after) b USING (offering)
    ORDER BY offering
""")
_MOVED: Final = """
    WITH seated AS (
        SELECT run AS side, applicant_id, offering, rank FROM decisions
        WHERE run = ANY(:sides) AND outcome = 'admitted'
        UNION ALL
        SELECT simulation, applicant_id, offering, rank FROM simulated_decisions
        WHERE simulation = ANY(:sides) AND outcome = 'admitted'
    ), moved AS (
        SELECT applicant_id, a.offering AS left_offering, a.rank AS rank_before, b.offering AS got_offering,
            b.rank AS rank_after,
            CASE WHEN a.offering IS NULL THEN 'gained' WHEN b.offering IS NULL THEN 'lost'
                 WHEN b.rank < a.rank THEN 'up' ELSE 'down' END AS kind
        FROM (SELECT * FROM seated WHERE side = :before) a
        FULL JOIN (SELECT * FROM seated WHERE side = :after) b USING (applicant_id)
        WHERE a.offering IS DISTINCT FROM b.offering
    )
"""
_FLOWS: Final = sa.text(
    _MOVED  # noqa: S608  # our own words only
    + """
    SELECT kind, left_offering, got_offering, count(*) AS number FROM moved
    GROUP BY kind, left_offering, got_offering ORDER BY number DESC, left_offering, got_offering
"""
)
_MOVES: Final = sa.text(
    _MOVED  # noqa: S608  # our own words only
    + f"""
    SELECT m.applicant_id AS applicant, CASE WHEN {PROTECTION} = 0 THEN {HOME} END AS home_municipality,
        m.kind, m.left_offering, m.rank_before, m.got_offering, m.rank_after, count(*) OVER () AS total
    FROM moved m JOIN applications a USING (applicant_id)
    WHERE {SEEN_BY} AND (CAST(:kind AS text) IS NULL OR m.kind = :kind)
    ORDER BY m.kind, m.left_offering, m.got_offering, m.applicant_id LIMIT :limit OFFSET :offset
"""  # noqa: S608  # our own fragments
)


async def side(connection: AsyncConnection, which: UUID) -> Row | None:
    """One side's figures; `simulated` tells which kind it is. None when there is no such run or simulation."""
    return (await connection.execute(_SIDES, {"side": which})).mappings().one_or_none()


async def offerings(connection: AsyncConnection, before: UUID, after: UUID) -> Sequence[Row]:
    """By offering: seats, admitted, reserves, vacant and lowest merit on each side; null where there is none."""
    return (await connection.execute(_OFFERINGS, _both(before, after))).mappings().all()


async def flows(connection: AsyncConnection, before: UUID, after: UUID) -> Sequence[Row]:
    """How many were admitted at one offering before and at another after; `kind`: gained, lost, up or down."""
    return (await connection.execute(_FLOWS, _both(before, after))).mappings().all()


async def moves(
    connection: AsyncConnection,
    before: UUID,
    after: UUID,
    municipality: str | None,
    *,
    today: date,
    kind: str | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> Sequence[Row]:
    """Who was: each applicant that `municipality` may see, from where to where. `total` is how many there are."""
    narrowed = {"municipality": municipality, "today": today, "kind": kind, "limit": limit, "offset": offset}
    return (await connection.execute(_MOVES, _both(before, after) | narrowed)).mappings().all()


def _both(before: UUID, after: UUID) -> dict[str, object]:
    return {"before": before, "after": after, "sides": [before, after]}
