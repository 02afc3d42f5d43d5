"""Pricing over HTTP: translates, nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from pricing import commands, queries
from pricing.adapters.reference import rules
from pricing.domain.months import Month
from pricing.domain.prices import Missing, Price
from pricing.domain.settlements import Settlement
from shared.auth import Caller
from shared.service import Parts

MONTH = r"^20[0-9]{2}-(0[1-9]|1[0-2])$"
Year = Annotated[int, Path(ge=2020, le=2100, description="calendar year")]
MonthText = Annotated[str, Path(pattern=MONTH, description="month, YYYY-MM")]
_MOST_UNMATCHED = 1000


class Freeze(BaseModel):
    """The request to freeze a price list."""

    model_config = ConfigDict(extra="forbid")

    on: date = Field(description="the day the region counts as the freeze; not before the agreed date")


def router(parts: Parts) -> APIRouter:
    """What pricing answers over HTTP."""
    routes = APIRouter(tags=["pricing"])
    _price_routes(routes, parts)
    _settlement_routes(routes, parts)
    return routes


def _price_routes(routes: APIRouter, parts: Parts) -> None:
    may_read = Depends(parts.guard("pricing:read"))

    @routes.get("/cost-bases/{year}", dependencies=[may_read], summary="Cost bases of a price year, with warnings")
    async def cost_bases(year: Year) -> dict[str, Any]:
        async with parts.unit_of_work.read() as connection:
            return _cost_bases(year, await queries.cost_bases(connection, year, rules()))

    @routes.get("/price-lists/{year}", dependencies=[may_read], summary="The frozen price list of a year")
    async def price_list(year: Year) -> dict[str, Any]:
        async with parts.unit_of_work.read() as connection:
            found = await queries.price_list(connection, year)
        dates = {"frozen_on": found.frozen_on, "frozen_at": found.frozen_at}
        return {"price_year": year, **dates, "prices": _prices(found.prices), "missing": _missing(found.missing)}

    @routes.post(
        "/price-lists/{year}/freeze",
        status_code=201,
        dependencies=[Depends(parts.guard("prices:freeze"))],
        summary="Freeze a price list on the agreed date",
    )
    async def freeze(year: Year, body: Freeze) -> dict[str, Any]:
        command = commands.FreezePriceList(price_year=year, on=body.on)
        frozen = await commands.freeze_price_list(command, parts.unit_of_work, rules())
        return {"price_year": year, "prices": _prices(frozen.prices), "missing": _missing(frozen.missing)}


def _settlement_routes(routes: APIRouter, parts: Parts) -> None:
    @routes.post(
        "/settlements/{month}",
        dependencies=[Depends(parts.guard("settlements:run"))],
        summary="Issue a month's settlements; again: only those not issued yet",
    )
    async def issue(month: MonthText) -> dict[str, Any]:
        issued = await commands.issue_settlements(commands.IssueSettlements(Month.parse(month)), parts.unit_of_work)
        return {"month": month, "issued": [_issued(settlement) for settlement in issued]}

    @routes.get("/settlements", summary="Settlements, balances, their check, and what is unmatched")
    async def settlements(
        caller: Annotated[Caller, Depends(parts.guard("pricing:read"))],
        first: Annotated[str, Query(alias="from", pattern=MONTH, description="first month, YYYY-MM")] = "2000-01",
        last: Annotated[str, Query(alias="to", pattern=MONTH, description="last month, YYYY-MM")] = "2099-12",
    ) -> dict[str, Any]:
        return await _settlements(parts, {"from": first, "to": last}, caller.municipality)


async def _settlements(parts: Parts, months: Mapping[str, str], municipality: str | None) -> dict[str, Any]:
    """Amounts between municipalities are the whole region's; single pupils are shown to the two it concerns."""
    async with parts.unit_of_work.read() as connection:
        issued = await queries.settlements(connection, months)
        balances = await queries.balances(connection, months)
        differing = await queries.differing(connection, months)
        unmatched = await queries.unmatched(connection, months, municipality=municipality, limit=_MOST_UNMATCHED)
    return {
        "settlements": [asdict(row) for row in issued],
        "balances": [asdict(row) for row in balances],
        "check": {"sum_ore": sum(row.net_ore for row in balances), "settlements_unlike_their_lines": differing},
        "unmatched": [asdict(row) for row in unmatched],
    }


def _cost_bases(year: int, found: queries.CostBases) -> dict[str, Any]:
    agreed = rules().price_years.get(year)
    reported = []
    for basis in found.bases:
        doubt = found.doubts.get(basis.key)
        warning = None if doubt is None else {"code": "far_from_the_others", "median_of_others_ore": round(doubt)}
        row = {"municipality": basis.municipality, "programme": basis.programme, "pupils": basis.pupils}
        costs = {"costs_ore": asdict(basis.costs), "per_pupil_ore": round(basis.per_pupil), "revision": basis.revision}
        reported.append(row | costs | {"warning": warning})
    return {
        "price_year": year,
        "agreed_freeze_on": agreed.agreed_freeze_on if agreed else None,
        "frozen": found.frozen,
        "cost_bases": reported,
        "missing": _missing(found.missing),
    }


def _prices(prices: Sequence[Price]) -> list[dict[str, Any]]:
    return [
        {
            "programme": price.programme,
            "yearly_price_ore": price.yearly_ore,
            "pupils": price.pupils,
            "estimated": price.estimated,
        }
        for price in prices
    ]


def _missing(missing: Sequence[Missing]) -> list[dict[str, Any]]:
    return [{"municipality": each.municipality, "programme": each.programme or None} for each in missing]


def _issued(settlement: Settlement) -> dict[str, Any]:
    return {
        "settlement": settlement.id,
        "payer": settlement.payer,
        "payee": settlement.payee,
        "amount_ore": settlement.amount_ore,
        "pupils": len(settlement.lines),
    }
