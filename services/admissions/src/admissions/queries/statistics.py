"""The figures of a round, counted from its latest run; what may be shown of them is the domain's to say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from admissions.domain.statistics import COUNTS, HOME_COUNTS, Counted, Line, published
from admissions.queries import NoRun

_LATEST = sa.text("""
    SELECT run, decided_at, binding FROM runs WHERE intake_year = :year AND round = :round
    ORDER BY decided_at DESC, run LIMIT 1
""")
_OFFERINGS = sa.text("""
    SELECT o.offering, o.municipality, o.programme, f.school_name, o.introduction, o.seats,
        count(*) FILTER (WHERE d.rank = 1) AS first_choice, count(d.run) AS applicants,
        count(*) FILTER (WHERE d.hand = 1) AS first_hand,
        count(*) FILTER (WHERE d.outcome <> 'ineligible') AS eligible,
        count(*) FILTER (WHERE d.outcome = 'admitted') AS admitted,
        count(*) FILTER (WHERE d.outcome = 'reserve') AS reserves,
        count(*) FILTER (WHERE d.outcome = 'admitted' AND d.hand = 1 AND d.quota IS NULL) AS limit_of,
        min(d.merit) FILTER (WHERE d.outcome = 'admitted' AND d.hand = 1 AND d.quota IS NULL) AS lowest,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY d.merit)
            FILTER (WHERE d.outcome = 'admitted' AND d.hand = 1 AND d.quota IS NULL) AS median
    FROM run_offerings o
    LEFT JOIN offerings f ON f.intake_year = :year AND f.offering = o.offering
    LEFT JOIN decisions d ON d.run = o.run AND d.offering = o.offering
    WHERE o.run = :run
    GROUP BY o.offering, o.municipality, o.programme, f.school_name, o.introduction, o.seats
    ORDER BY o.municipality, o.offering
""")
_HOMES = sa.text("""
    SELECT a.home_municipality, count(*) AS applicants,
        count(*) FILTER (WHERE a.unplaced_because IS DISTINCT FROM 'ineligible') AS eligible,
        count(*) FILTER (WHERE a.unplaced_because IS NULL) AS admitted,
        count(*) FILTER (WHERE d.rank = 1) AS first_choice_admitted
    FROM run_applicants a
    LEFT JOIN decisions d ON d.run = a.run AND d.applicant_id = a.applicant_id AND d.outcome = 'admitted'
    WHERE a.run = :run GROUP BY a.home_municipality ORDER BY a.home_municipality
""")


@dataclass(frozen=True, slots=True)
class Statistics:
    """What is published of a round: `offerings` by school municipality, `homes` by home municipality, with totals.

    `run` is the run that every figure comes from.
    """

    run: UUID
    round: str
    intake_year: int
    decided_at: datetime
    binding: bool
    offerings: Sequence[Line]
    homes: Sequence[Line]


async def statistics(connection: AsyncConnection, intake_year: int, round_name: str) -> Statistics:
    """The published figures of a round's latest run. Raises NoRun."""
    asked = {"year": intake_year, "round": round_name}
    run = (await connection.execute(_LATEST, asked)).one_or_none()
    if run is None:
        raise NoRun
    counted = await connection.execute(_OFFERINGS, {"run": run.run, "year": intake_year})
    at_home = await connection.execute(_HOMES, {"run": run.run})
    return Statistics(
        run=run.run,
        round=round_name,
        intake_year=intake_year,
        decided_at=run.decided_at,
        binding=run.binding,
        offerings=published([_offering(row) for row in counted.mappings()], "offering"),
        homes=published([_home(row) for row in at_home.mappings()], "home"),
    )


def _offering(values: sa.RowMapping) -> Counted:
    return Counted(
        key=values["offering"],
        group=values["municipality"],
        seats=values["seats"],
        counts={name: values[name] for name in COUNTS},
        lowest=values["lowest"],
        median=values["median"],
        limit_of=values["limit_of"],
        about={name: values[name] for name in ("programme", "school_name", "introduction")},
    )


def _home(values: sa.RowMapping) -> Counted:
    return Counted(key=values["home_municipality"], group="", counts={name: values[name] for name in HOME_COUNTS})
