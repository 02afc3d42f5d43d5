"""What pricing can tell."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pricing.adapters import prices as kept_prices
from pricing.domain.cost_bases import CostBasis, doubtful
from pricing.domain.prices import Missing, Price, missing
from pricing.domain.rules import Rules


class NoPriceList(Exception):
    """There is no price list for that year: it has not been frozen yet."""

    sv = "Det finns ingen prislista för det året: den är inte låst än."


@dataclass(frozen=True, slots=True)
class CostBases:
    """The cost bases of a price year. `doubts` holds the median of the others, in öre, for those far from it."""

    bases: Sequence[CostBasis]
    doubts: Mapping[tuple[int, str, str], Fraction]
    missing: Sequence[Missing]
    frozen: bool


@dataclass(frozen=True, slots=True)
class FrozenList:
    """A price list as it was frozen."""

    price_year: int
    frozen_on: date
    frozen_at: datetime
    prices: Sequence[Price]
    missing: Sequence[Missing]


@dataclass(frozen=True, slots=True)
class SettlementRow:
    """What one municipality owes another for a month."""

    id: UUID
    month: str
    payer: str
    payee: str
    amount_ore: int
    pupils: int
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class Balance:
    """A municipality's part of the settlements, counted from their lines; `net_ore` is below 0 for one that pays."""

    municipality: str
    receives_ore: int
    pays_ore: int
    net_ore: int


@dataclass(frozen=True, slots=True)
class UnmatchedRow:
    """A pupil's month that differs from what was issued; `amount_ore` is None where there is no price."""

    month: str
    applicant: UUID
    payer: str
    payee: str
    reason: str
    offering: str
    programme: str
    amount_ore: int | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much has been settled, in the whole region."""

    settlements: int
    amount_ore: int
    months: int
    price_lists: int
    cost_bases: int


_SETTLEMENTS = sa.text("""
    SELECT id, month, payer, payee, amount_ore, pupils, issued_at FROM settlements
    WHERE month BETWEEN :from AND :to ORDER BY month, payer, payee
""")
_BALANCES = sa.text("""
    SELECT side.municipality,
           sum(line.amount_ore) FILTER (WHERE side.receives) AS receives_ore,
           sum(line.amount_ore) FILTER (WHERE NOT side.receives) AS pays_ore
    FROM settlement_lines AS line
    JOIN settlements AS settlement ON settlement.id = line.settlement
    CROSS JOIN LATERAL (VALUES (settlement.payee, true), (settlement.payer, false)) AS side (municipality, receives)
    WHERE line.month BETWEEN :from AND :to
    GROUP BY side.municipality ORDER BY side.municipality
""")
_DIFFERING = sa.text("""
    SELECT count(*) FROM settlements AS settlement
    LEFT JOIN (
        SELECT settlement AS id, sum(amount_ore) AS amount_ore, count(*) AS pupils
        FROM settlement_lines GROUP BY settlement
    ) AS line USING (id)
    WHERE settlement.month BETWEEN :from AND :to
      AND (settlement.amount_ore, settlement.pupils) IS DISTINCT FROM (line.amount_ore, line.pupils)
""")
_UNMATCHED = sa.text("""
    SELECT month, applicant, payer, payee, reason, offering, programme, amount_ore FROM unmatched
    WHERE month BETWEEN :from AND :to AND (CAST(:municipality AS text) IS NULL OR :municipality IN (payer, payee))
    ORDER BY month, payer, payee, applicant, reason LIMIT :limit
""")
_MISSING = sa.text("""
    SELECT year AS price_year, offered.municipality, count(DISTINCT offered.programme) AS missing
    FROM unnest(CAST(:years AS integer[])) AS year
    JOIN offered ON NOT offered.withdrawn AND offered.intake_year BETWEEN year - :years_before AND year
    LEFT JOIN cost_bases AS basis ON basis.price_year = year AND basis.municipality = offered.municipality
                                 AND basis.programme = offered.programme
    WHERE basis.price_year IS NULL
    GROUP BY year, offered.municipality
""")
_COUNTS = sa.text("""
    SELECT (SELECT count(*) FROM settlements) AS settlements,
           (SELECT CAST(coalesce(sum(amount_ore), 0) AS bigint) FROM settlements) AS amount_ore,
           (SELECT count(*) FROM settled_months) AS months,
           (SELECT count(*) FROM price_lists) AS price_lists,
           (SELECT count(*) FROM cost_bases) AS cost_bases
""")


async def cost_bases(connection: AsyncConnection, price_year: int, rules: Rules) -> CostBases:
    """What has been reported for a price year, what is doubtful in it, and what is missing."""
    bases = await kept_prices.cost_bases(connection, price_year)
    offered = await kept_prices.offered(connection, price_year)
    year = rules.price_years.get(price_year)
    return CostBases(
        bases=bases,
        doubts=doubtful(bases, year.warning_factor) if year else {},
        missing=missing(bases, offered, rules),
        frozen=price_year in await kept_prices.frozen_years(connection),
    )


async def price_list(connection: AsyncConnection, price_year: int) -> FrozenList:
    """The frozen list of a year; raises `NoPriceList`."""
    of_year = {"year": price_year}
    head = (
        await connection.execute(sa.text("SELECT * FROM price_lists WHERE price_year = :year"), of_year)
    ).one_or_none()
    if head is None:
        raise NoPriceList
    prices = await connection.execute(
        sa.text(
            "SELECT programme, yearly_ore, pupils, estimated FROM prices WHERE price_year = :year ORDER BY programme"
        ),
        of_year,
    )
    left_out = await connection.execute(
        sa.text("SELECT municipality, programme FROM missing_reports WHERE price_year = :year ORDER BY 1, 2"), of_year
    )
    return FrozenList(
        price_year, head.frozen_on, head.frozen_at, [Price(*row) for row in prices], [Missing(*row) for row in left_out]
    )


async def settlements(connection: AsyncConnection, months: Mapping[str, str]) -> Sequence[SettlementRow]:
    """The settlements of the months `from` … `to`."""
    return [SettlementRow(**row) for row in (await connection.execute(_SETTLEMENTS, months)).mappings()]


async def balances(connection: AsyncConnection, months: Mapping[str, str]) -> Sequence[Balance]:
    """Each municipality's part, added up from the lines, not from the settlements' sums: so it checks them."""
    rows = await connection.execute(_BALANCES, months)
    return [_balance(row.municipality, int(row.receives_ore or 0), int(row.pays_ore or 0)) for row in rows]


def _balance(municipality: str, receives: int, pays: int) -> Balance:
    return Balance(municipality, receives, pays, receives - pays)


async def differing(connection: AsyncConnection, months: Mapping[str, str]) -> int:
    """How many settlements differ from the sum of their lines; 0, or something is broken."""
    return int((await connection.scalar(_DIFFERING, months)) or 0)


async def unmatched(
    connection: AsyncConnection, months: Mapping[str, str], *, municipality: str | None, limit: int
) -> Sequence[UnmatchedRow]:
    """What differs from the issued settlements, of one municipality's pupils and schools or of all."""
    asked: dict[str, Any] = {**months, "municipality": municipality, "limit": limit}
    return [UnmatchedRow(**row) for row in (await connection.execute(_UNMATCHED, asked)).mappings()]


async def unmatched_by_reason(connection: AsyncConnection) -> Mapping[str, int]:
    """How many pupils' months differ from the issued settlements, by reason."""
    rows = await connection.execute(sa.text("SELECT reason, count(*) AS number FROM unmatched GROUP BY reason"))
    return {row.reason: row.number for row in rows}


async def cost_bases_missing(connection: AsyncConnection, years: Sequence[int]) -> Mapping[tuple[str, int], int]:
    """How many offered programmes each municipality has not reported, by municipality and price year."""
    asked = {"years": list(years), "years_before": kept_prices.PRICE_YEARS_OF_A_PUPIL - 1}
    return {(row.municipality, row.price_year): row.missing for row in await connection.execute(_MISSING, asked)}


async def frozen_years(connection: AsyncConnection) -> Collection[int]:
    """The years whose price list is frozen."""
    return await kept_prices.frozen_years(connection)


async def counts(connection: AsyncConnection) -> Counts:
    """How much has been reported, frozen and settled."""
    return Counts(**(await connection.execute(_COUNTS)).mappings().one())
