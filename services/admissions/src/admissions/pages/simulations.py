"""What if: the list of simulations, the editor, and a simulation beside what it is held against."""

from dataclasses import dataclass
from secrets import randbelow
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from admissions.adapters.simulations import from_data
from admissions.commands import simulations as commands
from admissions.domain.assessing import Rules
from admissions.domain.calendar import Calendar
from admissions.domain.offerings import Offering
from admissions.domain.placement import LOTTERY_BITS
from admissions.domain.rounds import named
from admissions.domain.simulation import MOVABLE, OF_REPORTS, CannotSimulate, Changes
from admissions.messages.refusals import CANNOT_RUN
from admissions.messages.simulations import CANNOT_SIMULATE
from admissions.pages import compare
from admissions.pages.simulation_forms import Editor, begun, changes_of, model_of
from admissions.pages.tools import SHOWN, rules_of, unchanged, year_of, years_of
from admissions.queries import comparisons, pages_rounds
from admissions.queries import pages_simulations as shown
from admissions.queries import simulations as queries
from shared.auth import Caller
from shared.forms import Form, read_form, read_query
from shared.problems import Problem
from shared.service import Parts
from shared.texts import Text

_UNPUBLISHED: Final = ("preliminary", "final", "reserve-1")


@dataclass(frozen=True, slots=True)
class Basis:
    """What a simulation starts from: a run's own input, or the data of the day."""

    intake_year: int
    round: str
    run: UUID | None
    offerings: tuple[Offering, ...]
    calendar: Calendar
    programmes: tuple[str, ...]

    @property
    def movable(self) -> tuple[str, ...]:
        """The dates that can be moved from here."""
        return tuple(name for name in MOVABLE if self.run is None or name not in OF_REPORTS)


def router(region: str, parts: Parts) -> APIRouter:
    """What if."""
    routes = APIRouter(include_in_schema=False, prefix="/office/simulations")
    _list(routes, parts)
    _editor(routes, region, parts)
    _one(routes, parts)
    _under_way(routes, parts)
    return routes


def _list(routes: APIRouter, parts: Parts) -> None:
    @routes.get("")
    async def listed(
        request: Request, caller: Annotated[Caller, Depends(parts.entrance("admissions:read"))]
    ) -> Response:
        async with parts.unit_of_work.read() as connection:
            year = await year_of(connection, request, parts)
            years = await years_of(connection, parts)
            rows = await queries.of_year(connection, year)
            runs = await pages_rounds.runs_of(connection, year)
        published = {run["round"] for run in runs if run["binding"]}
        context: dict[str, Any] = {
            "year": year,
            "years": years,
            "rows": rows,
            "runs": runs,
            "open_rounds": [name for name in _UNPUBLISHED if name not in published],
            "may_run": "rounds:run" in caller.scopes,
            "kept_days": commands.KEPT_FOR.days,
        }
        return parts.pages.render(request, "simulations.html", caller=caller, **SHOWN, **context)


def _editor(routes: APIRouter, region: str, parts: Parts) -> None:
    may_run = Depends(parts.entrance("rounds:run"))

    @routes.get("/new")
    async def new(
        request: Request,
        caller: Annotated[Caller, may_run],
        run: UUID | None = None,
        year: int | None = None,
        round: str = "preliminary",
    ) -> Response:
        basis = await _basis(region, parts, run, year, round)
        form = begun(basis.offerings, basis.calendar, year=basis.intake_year, round=basis.round, run=basis.run)
        return _edit(parts, request, caller, basis, form)

    @routes.post("")
    async def ask(request: Request, caller: Annotated[Caller, may_run]) -> Response:
        known = await read_form(request, Editor)
        if known.value is None and not {"year", "round", "run"}.isdisjoint(known.faults):
            raise Problem.of(422, CANNOT_SIMULATE["no_basis"])
        entered = known.entered
        run = UUID(entered["run"]) if "run" in entered else None
        basis = await _basis(region, parts, run, int(entered["year"]), entered["round"])
        form = await read_form(request, model_of(basis.offerings))
        changes = changes_of(form, basis.offerings, basis.calendar)
        asked = None if changes is None else await _ask(region, parts, caller, basis, changes, form)
        if asked is None:
            return _edit(parts, request, caller, basis, form)
        return parts.pages.see_other(request, f"/office/simulations/{asked}")


async def _ask(
    region: str, parts: Parts, caller: Caller, basis: Basis, changes: Changes, form: Form[Any]
) -> UUID | None:
    command = commands.Simulate(
        region=region,
        intake_year=basis.intake_year,
        round=basis.round,
        basis_run=basis.run,
        changes=changes,
        by=caller.subject,
        draw=lambda: randbelow(2**LOTTERY_BITS),
    )
    try:
        return await commands.ask(command, parts.unit_of_work)
    except CannotSimulate as fault:
        form.fault(fault.about, CANNOT_SIMULATE[fault.why])
        return None


async def _basis(region: str, parts: Parts, run: UUID | None, year: int | None, round_name: str) -> Basis:
    """Raises NoBasis, UnknownRound, Problem 409 when there are no rules."""
    in_force: Rules | None
    async with parts.unit_of_work.read() as connection:
        if run is not None:
            found = await shown.of_run(connection, run)
            if found is None:
                raise commands.NoBasis
            round_name, year, in_force, offerings = found
        else:
            year = year or (await years_of(connection, parts))[0]
            offerings = await shown.current_offerings(connection, year)
            in_force = rules_of(region, year)
    if in_force is None:
        raise Problem.of(409, CANNOT_RUN["no_rules"])
    known = tuple(offering for offering in offerings if offering.known)
    return Basis(year, named(round_name).name, run, known, in_force.calendar, tuple(in_force.programmes))


def _edit(parts: Parts, request: Request, caller: Caller, basis: Basis, form: Form[Any]) -> Response:
    status = 422 if form.faults else 200
    form.faults = {name: _about_seats(name, texts) for name, texts in form.faults.items()}
    options = {
        "programmes": [(code, code) for code in basis.programmes],
        "likes": [(offering.id, offering.id) for offering in basis.offerings],
    }
    return parts.pages.render(
        request, "simulation_editor.html", status=status, caller=caller, basis=basis, form=form, **options, **SHOWN
    )


def _about_seats(name: str, texts: list[Text]) -> list[Text]:
    """A fault in the seats of an offering says which."""
    offering = name.removeprefix("seats-")
    if offering == name:
        return texts
    return [Text(sv=f"{offering}: {text.sv}", en=f"{offering}: {text.en}") for text in texts]


def _one(routes: APIRouter, parts: Parts) -> None:
    may_read = Depends(parts.entrance("admissions:read"))

    @routes.get("/{simulation}")
    async def one(request: Request, simulation: UUID, caller: Annotated[Caller, may_read]) -> Response:
        form = read_query(request, compare.Wanted)
        async with parts.unit_of_work.read() as connection:
            row = await queries.one(connection, simulation)
            if row is None:
                raise commands.NoSimulation
            other, held = row["compared_with"], None
            if other is not None and await comparisons.side(connection, other) and row["status"] == "done":
                held = await compare.against(connection, other, simulation, form, caller, parts)
        more = {"simulation": row, "changes": from_data(row["changes"]), "refusal": _refusal(row)}
        if held is None:
            return parts.pages.render(request, "simulation.html", caller=caller, **SHOWN, **more, before=None)
        return await compare.answer(
            parts, request, caller, "simulation.html", form.value or compare.Wanted(), held, **more
        )


def _under_way(routes: APIRouter, parts: Parts) -> None:
    may_read = Depends(parts.entrance("admissions:read"))

    @routes.get("/{simulation}/state")
    async def state(
        request: Request, simulation: UUID, caller: Annotated[Caller, may_read], seen: str = ""
    ) -> Response:
        async with parts.unit_of_work.read() as connection:
            row = await queries.one(connection, simulation)
        if row is None:
            raise commands.NoSimulation
        if row["status"] in ("done", "refused"):
            return parts.pages.see_other(request, f"/office/simulations/{simulation}")
        if seen == row["status"]:
            return unchanged()
        return parts.pages.render(request, "simulation_state.html", caller=caller, simulation=row)

    @routes.post("/{simulation}/remove")
    async def remove(
        request: Request, simulation: UUID, _: Annotated[Caller, Depends(parts.entrance("rounds:run"))]
    ) -> Response:
        await commands.remove(simulation, parts.unit_of_work)
        return parts.pages.see_other(request, "/office/simulations", notice="simulation_removed")


def _refusal(row: Any) -> Any:
    return CANNOT_SIMULATE[row["refusal"]["code"]] if row["refusal"] else None
