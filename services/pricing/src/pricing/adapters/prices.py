"""How cost bases, offered programmes and price lists are kept."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pricing.domain.cost_bases import CostBasis, Costs
from pricing.domain.prices import PriceList
from shared.database import as_json

# A national programme takes three school years, which touch four calendar years.
PRICE_YEARS_OF_A_PUPIL = 4
_SAVE_BASES = sa.text("""
    INSERT INTO cost_bases (price_year, municipality, programme, pupils, teaching, learning_tools, pupil_health, meals,
                            administration, premises, revision, reported_at)
    SELECT price_year, municipality, programme, pupils, teaching, learning_tools, pupil_health, meals,
           administration, premises, revision, CAST(:now AS timestamptz)
    FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
        price_year integer, municipality text, programme text, pupils integer, teaching bigint, learning_tools bigint,
        pupil_health bigint, meals bigint, administration bigint, premises bigint, revision bigint)
    ORDER BY price_year, municipality, programme
    ON CONFLICT (price_year, municipality, programme) DO UPDATE SET
        pupils = excluded.pupils, teaching = excluded.teaching, learning_tools = excluded.learning_tools,
        pupil_health = excluded.pupil_health, meals = excluded.meals, administration = excluded.administration,
        premises = excluded.premises, revision = excluded.revision, reported_at = excluded.reported_at
    WHERE cost_bases.revision < excluded.revision
""")
_SAVE_OFFERED = sa.text("""
    INSERT INTO offered (intake_year, offering, municipality, programme, withdrawn, version)
    SELECT intake_year, offering, municipality, programme, withdrawn, version
    FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
        intake_year integer, offering text, municipality text, programme text, withdrawn boolean, version integer)
    ORDER BY intake_year, offering
    ON CONFLICT (intake_year, offering) DO UPDATE SET
        programme = coalesce(excluded.programme, offered.programme), withdrawn = excluded.withdrawn,
        version = excluded.version
    WHERE offered.version < excluded.version
""")
_BASES = sa.text("SELECT * FROM cost_bases WHERE price_year = :year ORDER BY municipality, programme")
_OFFERED = sa.text("""
    SELECT DISTINCT municipality, programme FROM offered
    WHERE NOT withdrawn AND intake_year BETWEEN :first AND :last
""")
_SAVE_PRICES = sa.text("""
    INSERT INTO prices (price_year, programme, yearly_ore, pupils, estimated)
    SELECT CAST(:year AS integer), programme, yearly_ore, pupils, estimated
    FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (
        programme text, yearly_ore bigint, pupils integer, estimated boolean)
""")
_SAVE_MISSING = sa.text("""
    INSERT INTO missing_reports (price_year, municipality, programme)
    SELECT CAST(:year AS integer), municipality, programme
    FROM jsonb_to_recordset(CAST(:batch AS jsonb)) AS r (municipality text, programme text)
""")
_YEARLY_PRICES = sa.text("""
    SELECT price_year, programme, yearly_ore FROM prices WHERE price_year = ANY(CAST(:years AS integer[]))
""")


async def hold_cost_bases(connection: AsyncConnection, *, alone: bool) -> None:
    """Keep reports and freezes apart until the transaction ends: many may report, but none while a list is frozen."""
    mode = "SHARE ROW EXCLUSIVE" if alone else "ROW EXCLUSIVE"
    await connection.execute(sa.text(f"LOCK TABLE cost_bases IN {mode} MODE"))


async def frozen_years(connection: AsyncConnection) -> Collection[int]:
    """The price years whose list is frozen."""
    return set(await connection.scalars(sa.text("SELECT price_year FROM price_lists")))


async def save_cost_bases(connection: AsyncConnection, bases: Sequence[CostBasis], *, now: datetime) -> None:
    """Save the bases in one statement, one per key at most; one with a revision not above the kept one is stale."""
    rows = [
        asdict(basis.costs) | {name: value for name, value in asdict(basis).items() if name != "costs"}
        for basis in bases
    ]
    await connection.execute(_SAVE_BASES, {"batch": as_json(rows), "now": now})


async def cost_bases(connection: AsyncConnection, price_year: int) -> Sequence[CostBasis]:
    """The cost bases of a price year."""
    rows = await connection.execute(_BASES, {"year": price_year})
    return [_basis(row) for row in rows.mappings()]


def _basis(row: sa.RowMapping) -> CostBasis:
    costs = Costs(**{name: row[name] for name in Costs.__dataclass_fields__})
    rest = {name: row[name] for name in CostBasis.__dataclass_fields__ if name != "costs"}
    return CostBasis(costs=costs, **rest)


async def save_offered(connection: AsyncConnection, rows: Sequence[Mapping[str, object]]) -> None:
    """Save what the catalogue says is offered, one row per offering; an older version than the kept one is stale."""
    await connection.execute(_SAVE_OFFERED, {"batch": as_json(rows)})


async def offered(connection: AsyncConnection, price_year: int) -> Collection[tuple[str, str]]:
    """(municipality, programme) of the intakes that are at school in the price year: its own and three before."""
    years = {"first": price_year - PRICE_YEARS_OF_A_PUPIL + 1, "last": price_year}
    return {(row.municipality, row.programme) for row in await connection.execute(_OFFERED, years)}


async def save_price_list(connection: AsyncConnection, prices: PriceList, *, on: date, now: datetime) -> None:
    """Save a frozen list with its prices and what was missing."""
    head = {"price_year": prices.price_year, "frozen_on": on, "frozen_at": now}
    insert = sa.text(
        "INSERT INTO price_lists (price_year, frozen_on, frozen_at) VALUES (:price_year, :frozen_on, :frozen_at)"
    )
    await connection.execute(insert, head)
    for statement, rows in ((_SAVE_PRICES, prices.prices), (_SAVE_MISSING, prices.missing)):
        batch = as_json([asdict(row) for row in rows])
        await connection.execute(statement, {"year": prices.price_year, "batch": batch})


async def yearly_prices(connection: AsyncConnection, years: Collection[int]) -> Mapping[int, Mapping[str, int]]:
    """Öre a year by year and programme, in the frozen lists of these years."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for row in await connection.execute(_YEARLY_PRICES, {"years": list(years)}):
        found[row.price_year][row.programme] = row.yearly_ore
    return found
