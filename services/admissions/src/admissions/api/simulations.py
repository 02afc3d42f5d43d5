"""What if: simulations over HTTP. Every figure stands beside the id of the run or simulation that it is of."""

from datetime import date, datetime
from secrets import randbelow
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from admissions.commands import simulations as commands
from admissions.domain.calendar import swedish_day
from admissions.domain.placement import LOTTERY_BITS
from admissions.domain.simulation import Added, CannotSimulate, Changes
from admissions.messages.simulations import CANNOT_SIMULATE
from admissions.queries import comparisons
from admissions.queries import simulations as queries
from admissions.queries.comparisons import Row
from shared.auth import Caller
from shared.problems import Problem
from shared.service import Parts

OfferingId = Annotated[str, Field(pattern=r"^[0-9]{4}-[A-Za-z0-9-]{1,40}$")]
Seats = Annotated[int, Field(ge=0, le=10_000, strict=True)]
Movable = Literal["closes", "preliminary", "change_until", "skill_tests_by", "free_quota_by", "residence_on"]
_MOST = 500


class NewOffering(BaseModel):
    """An offering that is not there."""

    model_config = ConfigDict(extra="forbid")

    offering: OfferingId
    programme: str = Field(max_length=10)
    seats: Seats
    like: OfferingId | None = Field(
        default=None, description="Everyone who chose this one is taken to want the new one next after it."
    )


class Order(BaseModel):
    """A simulation to make: of a run's own input, or of a round with the data of the day."""

    model_config = ConfigDict(extra="forbid")

    intake_year: int = Field(ge=2020, le=2100)
    round: str = Field(max_length=20)
    basis_run: UUID | None = Field(default=None, description="Whose input; left out: the data of the day.")
    seats: dict[OfferingId, Seats] = Field(default_factory=dict, max_length=_MOST)
    added: list[NewOffering] = Field(default_factory=list, max_length=_MOST)
    closed: list[OfferingId] = Field(default_factory=list, max_length=_MOST)
    dates: dict[Movable, date] = Field(default_factory=dict)

    def changes(self) -> Changes:
        """What is to differ."""
        dates: dict[str, date] = {name: day for name, day in self.dates.items()}  # noqa: C416  # a wider kind of key
        added = tuple(Added(**each.model_dump()) for each in self.added)
        return Changes(seats=self.seats, added=added, closed=frozenset(self.closed), dates=dates)


class Asked(BaseModel):
    """The simulation that was asked for; it is carried out in the background."""

    simulation: UUID
    status: str


class Simulation(Asked):
    """A simulation. `compared_with`: the run, or the simulation of the same data unchanged, to hold it against."""

    intake_year: int
    round: str
    basis_run: UUID | None
    compared_with: UUID | None
    changes: dict[str, Any]
    asked_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None
    refusal: dict[str, Any] | None
    seed: int
    engine: str | None
    rules: str | None
    decisions_hash: str | None
    seats: int | None
    applicants: int | None
    admitted: int | None
    reserves: int | None
    ineligible: int | None


class Figures(BaseModel):
    """Of one offering on one side; `of` is the run or simulation."""

    of: UUID
    simulated: bool
    seats: int
    admitted: int
    reserves: int
    vacant: int
    lowest_merit: float | None


class Difference(BaseModel):
    """An offering on both sides; a side is null where the offering does not exist there."""

    offering: str
    municipality: str
    programme: str
    before: Figures | None
    after: Figures | None


class Flow(BaseModel):
    """So many were admitted at `left` in one and at `got` in the other; null is no place."""

    before: UUID
    after: UUID
    kind: Literal["gained", "lost", "up", "down"]
    left: str | None
    got: str | None
    number: int


class Move(BaseModel):
    """One applicant's move; the home municipality is left out for protected persons."""

    before: UUID
    after: UUID
    applicant: UUID
    home_municipality: str | None
    kind: Literal["gained", "lost", "up", "down"]
    left: str | None
    got: str | None


class Moves(BaseModel):
    """Counts of all, and a part of the list."""

    flows: list[Flow]
    total: int
    moves: list[Move]


def router(region: str, parts: Parts) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["simulations"])
    _changing(routes, region, parts)
    _reading(routes, parts)
    return routes


def _changing(routes: APIRouter, region: str, parts: Parts) -> None:
    may_run = Depends(parts.guard("rounds:run"))

    @routes.post("/simulations", status_code=202, summary="Simulate a round with changes, beside the real ones")
    async def simulate(order: Order, caller: Annotated[Caller, may_run]) -> Asked:
        command = commands.Simulate(
            region=region,
            intake_year=order.intake_year,
            round=order.round,
            basis_run=order.basis_run,
            changes=order.changes(),
            by=caller.subject,
            draw=lambda: randbelow(2**LOTTERY_BITS),
        )
        try:
            simulation = await commands.ask(command, parts.unit_of_work)
        except CannotSimulate as fault:
            text = CANNOT_SIMULATE[fault.why]
            raise Problem.of(422, text, code="cannot-simulate", reasons=[f"{fault.why}: {fault.about}"]) from None
        return Asked(simulation=simulation, status="waiting")

    @routes.delete("/simulations/{simulation}", status_code=204, summary="Forget a simulation")
    async def forget(simulation: UUID, _: Annotated[Caller, may_run]) -> None:
        await commands.remove(simulation, parts.unit_of_work)


def _reading(routes: APIRouter, parts: Parts) -> None:
    may_read = Depends(parts.guard("admissions:read"))

    @routes.get("/simulations", summary="The simulations of an intake year, newest first")
    async def listed(
        intake_year: Annotated[int, Query(ge=2020, le=2100)], _: Annotated[Caller, may_read]
    ) -> list[Simulation]:
        async with parts.unit_of_work.read() as connection:
            return [Simulation.model_validate(dict(row)) for row in await queries.of_year(connection, intake_year)]

    @routes.get("/simulations/{simulation}", summary="One simulation: waiting, running, done or refused")
    async def one(simulation: Annotated[UUID, Path()], _: Annotated[Caller, may_read]) -> Simulation:
        async with parts.unit_of_work.read() as connection:
            row = await queries.one(connection, simulation)
        if row is None:
            raise commands.NoSimulation
        return Simulation.model_validate(dict(row))

    @routes.get("/comparisons/{before}/{after}/offerings", summary="Two runs or simulations, offering by offering")
    async def offerings(before: UUID, after: UUID, _: Annotated[Caller, may_read]) -> list[Difference]:
        async with parts.unit_of_work.read() as connection:
            sides = [await known_side(connection, each) for each in (before, after)]
            rows = await comparisons.offerings(connection, before, after)
        return [_difference(row, *sides) for row in rows]

    @routes.get("/comparisons/{before}/{after}/moves", summary="Who is admitted elsewhere in the other of two")
    async def moves(
        before: UUID,
        after: UUID,
        caller: Annotated[Caller, may_read],
        limit: Annotated[int, Query(ge=1, le=10_000)] = 1_000,
        offset: Annotated[int, Query(ge=0)] = 0,
    ) -> Moves:
        own = caller.municipality
        async with parts.unit_of_work.read() as connection:
            for each in (before, after):
                await known_side(connection, each)
            flows = await comparisons.flows(connection, before, after)
            rows = await comparisons.moves(
                connection, before, after, own, today=swedish_day(parts.clock()), limit=limit, offset=offset
            )
        both: dict[str, Any] = {"before": before, "after": after}
        return Moves(
            flows=[Flow(**both, number=row["number"], **_way(row)) for row in flows],
            total=rows[0]["total"] if rows else 0,
            moves=[
                Move(**both, applicant=row["applicant"], home_municipality=row["home_municipality"], **_way(row))
                for row in rows
            ],
        )


async def known_side(connection: AsyncConnection, which: UUID) -> Row:
    """A run or a simulation that is done. Raises NoSimulation."""
    side = await comparisons.side(connection, which)
    if side is None:
        raise commands.NoSimulation
    return side


def _way(row: Row) -> dict[str, Any]:
    return {"kind": row["kind"], "left": row["left_offering"], "got": row["got_offering"]}


def _difference(row: Row, before: Row, after: Row) -> Difference:
    about = {name: row[name] for name in ("offering", "municipality", "programme")}
    return Difference(**about, before=_figures(row, "before", before), after=_figures(row, "after", after))


def _figures(row: Row, end: str, side: Row) -> Figures | None:
    if row[f"seats_{end}"] is None:
        return None
    named = {name: row[f"{name}_{end}"] for name in ("seats", "admitted", "reserves", "vacant")}
    return Figures(of=side["side"], simulated=side["simulated"], lowest_merit=row[f"lowest_{end}"], **named)
