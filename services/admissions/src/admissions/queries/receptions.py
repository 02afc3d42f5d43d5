"""Reception of choices: what is in force, what the rules propose, every version, and the home municipality's opinion.

Who is protected shows neither home nor ground, which would tell the home, unless the caller may see it.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from admissions.domain.assessing import Rules
from admissions.domain.reception import Ground, reception
from admissions.queries.persons import HOME, PROTECTION, SEEN_BY

_FROM: Final = f"""
    FROM applications a JOIN choices c ON c.applicant_id = a.applicant_id AND c.revision = a.revision
    LEFT JOIN offerings o ON o.intake_year = c.intake_year AND o.offering = c.offering AND NOT o.withdrawn
    LEFT JOIN LATERAL (
        SELECT * FROM receptions v
        WHERE v.intake_year = c.intake_year AND v.applicant_id = c.applicant_id AND v.offering = c.offering
        ORDER BY v.version DESC LIMIT 1
    ) r ON true
    LEFT JOIN opinions p ON p.intake_year = a.intake_year AND p.applicant_id = a.applicant_id AND p.given_by = {HOME}
    WHERE a.intake_year = :intake_year AND ({SEEN_BY} OR o.municipality = :municipality)
      AND (CAST(:applicant AS uuid) IS NULL OR a.applicant_id = :applicant)
      AND (CAST(:school AS text) IS NULL OR o.municipality = :school)
      AND (CAST(:offering AS text) IS NULL OR c.offering = :offering)
      AND (CAST(:outsiders AS boolean) IS NULL OR ({PROTECTION} = 0 AND (o.municipality <> {HOME}) = :outsiders))
      AND (CAST(:decided AS boolean) IS NULL OR (r.version IS NOT NULL) = :decided)
      AND (CAST(:opinion AS boolean) IS NULL OR (p.given_at IS NOT NULL) = :opinion)
"""  # noqa: S608  # our own fragments
_COUNT: Final = sa.text(f"SELECT count(*) {_FROM}")
_LISTED: Final = sa.text(f"""
    SELECT a.applicant_id AS applicant, {HOME} AS home, {PROTECTION} > 0 AS protected, c.rank, c.offering, o.programme,
        o.municipality AS school, r.version, r.ground, r.source, r.decided_by, r.decided_on,
        p.special_reasons, coalesce(o.programme = ANY(p.not_offered), false) AS lacking
    {_FROM} ORDER BY a.applicant_id, c.rank LIMIT :limit OFFSET :skip
""")
_VERSIONS: Final = sa.text("""
    SELECT offering, version, ground, reason, source, decided_by, decided_on, recorded_at FROM receptions
    WHERE intake_year = :intake_year AND applicant_id = :applicant ORDER BY offering, version
""")
_OPINION: Final = sa.text(f"""
    SELECT p.given_by, p.given_at, p.special_reasons, p.not_offered
    FROM opinions p JOIN applications a USING (intake_year, applicant_id)
    WHERE p.intake_year = :intake_year AND p.applicant_id = :applicant AND p.given_by = {HOME} AND {SEEN_BY}
""")  # noqa: S608  # our own fragments
_OFFERED: Final = sa.text("""
    SELECT DISTINCT programme, municipality FROM offerings
    WHERE intake_year = :intake_year AND NOT withdrawn AND programme IS NOT NULL
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which choices to list. `municipality`: the caller's, None for the region's office: its own applicants and those
    who want into its schools. `outsiders`: whether home and school differ, which never finds the protected, since the
    answer would tell the home; `decided`: whether there is a decision beside the rules' proposal; `opinion`: whether
    the home municipality has given one."""

    intake_year: int
    municipality: str | None
    applicant: UUID | None = None
    school: str | None = None
    offering: str | None = None
    outsiders: bool | None = None
    decided: bool | None = None
    opinion: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """Reception of one choice as it stands: `version` 0 is the rules' proposal, then `source` is rules.

    `hand`: 1 or 2, None while the offering is unknown. `home_municipality`, `ground` and `proposed`: None for the
    protected too.
    """

    applicant: UUID
    home_municipality: str | None
    protected: bool
    rank: int
    offering: str
    programme: str | None
    school_municipality: str | None
    version: int
    hand: int | None
    ground: str | None
    proposed: str | None
    source: str
    decided_by: str | None
    decided_on: date | None
    opinion_given: bool
    special_reasons: bool | None


@dataclass(frozen=True, slots=True)
class Version:
    """One decision of those that were made, the reason with it."""

    offering: str
    version: int
    ground: str
    reason: str
    source: str
    decided_by: str
    decided_on: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Opinion:
    """The home municipality's word on the applicant, for all choices."""

    given_by: str
    given_at: datetime
    special_reasons: bool
    not_offered: Sequence[str]


async def count(connection: AsyncConnection, wanted: Wanted, rules: Rules) -> int:
    """How many there are."""
    return await connection.scalar(_COUNT, _asked(wanted, rules)) or 0


async def receptions(
    connection: AsyncConnection, wanted: Wanted, rules: Rules, *, limit: int, skip: int = 0, unmasked: bool = False
) -> Sequence[Received]:
    """Those wanted, by applicant and rank. `unmasked`: the caller may see what is protected, and has been logged."""
    rows = await connection.execute(_LISTED, _asked(wanted, rules) | {"limit": limit, "skip": skip})
    offered: dict[str, set[str]] = {}
    for programme, town in await connection.execute(_OFFERED, {"intake_year": wanted.intake_year}):
        offered.setdefault(programme, set()).add(town)
    return [_received(row, rules, offered, unmasked=unmasked) for row in rows]


async def versions(connection: AsyncConnection, applicant: UUID, intake_year: int) -> Sequence[Version]:
    """Every decision on the applicant's choices, by offering, the first first."""
    rows = await connection.execute(_VERSIONS, {"applicant": applicant, "intake_year": intake_year})
    return [Version(**row._asdict()) for row in rows]


async def opinion(
    connection: AsyncConnection, applicant: UUID, intake_year: int, municipality: str | None, rules: Rules
) -> Opinion | None:
    """The opinion that counts, if there is one."""
    asked = {"applicant": applicant, "intake_year": intake_year, "municipality": municipality}
    row = (await connection.execute(_OPINION, asked | _day(rules))).one_or_none()
    return Opinion(**row._asdict()) if row else None


def _asked(wanted: Wanted, rules: Rules) -> dict[str, Any]:
    return asdict(wanted) | _day(rules)


def _day(rules: Rules) -> dict[str, date]:
    """Homes are those of the day that decides reception."""
    return {"today": rules.calendar.residence_on}


def _received(row: sa.Row[Any], rules: Rules, offered: dict[str, set[str]], *, unmasked: bool) -> Received:
    proposed = _proposed(row, rules, offered)
    ground = Ground(row.ground) if row.ground else proposed
    shown = unmasked or not row.protected
    return Received(
        applicant=row.applicant,
        home_municipality=row.home if shown else None,
        protected=row.protected,
        rank=row.rank,
        offering=row.offering,
        programme=row.programme,
        school_municipality=row.school,
        version=row.version or 0,
        hand=ground.hand.value if ground else None,
        ground=ground.value if ground and shown else None,
        proposed=proposed.value if proposed and shown else None,
        source=row.source or "rules",
        decided_by=row.decided_by,
        decided_on=row.decided_on,
        opinion_given=row.special_reasons is not None,
        special_reasons=row.special_reasons,
    )


def _proposed(row: sa.Row[Any], rules: Rules, offered: dict[str, set[str]]) -> Ground | None:
    if row.school is None or row.programme is None:
        return None
    by: dict[str, AbstractSet[str]] = dict(offered)
    return reception(
        home=row.home,
        school=row.school,
        programme=row.programme,
        areas=rules.areas,
        offered_by=by,
        open_to_all=rules.open_to_all.get(row.offering),
        lacking_at_home=row.lacking,
    ).ground
