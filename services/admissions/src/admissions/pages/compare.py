"""Two runs, or a run and a simulation, held against each other: offering by offering, and who moved."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from admissions.commands.simulations import NoSimulation
from admissions.pages.round_words import ROUND_WORDS
from admissions.pages.simulation_words import SIMULATION_WORDS
from admissions.pages.tools import SHOWN, short, today
from admissions.queries import comparisons as queries
from shared.auth import Caller
from shared.forms import Form, read_query
from shared.language import asked_for
from shared.paging import Paging
from shared.problems import Problem
from shared.service import Parts
from shared.sheets import Column, csv, workbook
from shared.texts import Text

_SIZE: Final = 50
_MOST_FLOWS: Final = 100
_WORDS: Final = {**ROUND_WORDS, **SIMULATION_WORDS}
KINDS: Final = ("gained", "lost", "up", "down")
FIGURES: Final = ("seats", "admitted", "vacant", "lowest", "reserves")


class Wanted(BaseModel):
    """What of the differences is shown; `sheet` which list is wanted as a file."""

    before: UUID | None = None
    after: UUID | None = None
    kind: Literal["gained", "lost", "up", "down"] | None = None
    page: int = Field(default=1, ge=1, le=100_000)
    sheet: Literal["offerings", "flows", "moves"] | None = None
    format: Literal["xlsx", "csv"] = "xlsx"


def router(parts: Parts) -> APIRouter:
    """Comparisons."""
    routes = APIRouter(include_in_schema=False, prefix="/office")

    @routes.get("/compare")
    async def compare(
        request: Request, caller: Annotated[Caller, Depends(parts.entrance("admissions:read"))]
    ) -> Response:
        form = read_query(request, Wanted)
        wanted = form.value
        if wanted is None or wanted.before is None or wanted.after is None:
            raise Problem.of(422, _CHOOSE)
        async with parts.unit_of_work.read() as connection:
            held = await against(connection, wanted.before, wanted.after, form, caller, parts)
        return await answer(parts, request, caller, "compare.html", wanted, held)

    return routes


async def against(
    connection: AsyncConnection, before: UUID, after: UUID, form: Form[Wanted], caller: Caller, parts: Parts
) -> dict[str, Any]:
    """Both sides with their differences, as the template shows them. Raises NoSimulation."""
    wanted = form.value or Wanted()
    sides = [await queries.side(connection, each) for each in (before, after)]
    if None in sides:
        raise NoSimulation
    flows = await queries.flows(connection, before, after)
    counts = {kind: sum(flow["number"] for flow in flows if flow["kind"] == kind) for kind in KINDS}
    size = None if wanted.sheet == "moves" else _SIZE
    moves = await queries.moves(
        connection, before, after, caller.municipality, today=today(parts), kind=wanted.kind, limit=size,
        offset=0 if size is None else (wanted.page - 1) * _SIZE,
    )  # fmt: skip
    return {
        "before": sides[0],
        "after": sides[1],
        "offerings": await queries.offerings(connection, before, after),
        "flows": flows,
        "most_flows": _MOST_FLOWS,
        "counts": counts,
        "moves": moves,
        "paging": Paging(wanted.page, _SIZE, moves[0]["total"] if moves else 0),
        "filter": form,
        "kinds": [(kind, _WORDS[f"kind_{kind}"]) for kind in KINDS],
        "differs": differs,
    }


def differs(row: Any) -> bool:
    """Whether anything of an offering is other on one side than on the other."""
    return any(row[f"{name}_before"] != row[f"{name}_after"] for name in FIGURES)


async def answer(
    parts: Parts, request: Request, caller: Caller, template: str, wanted: Wanted, held: dict[str, Any], **more: Any
) -> Response:
    """The page, or one of its lists as a file whose every row names both sides."""
    if wanted.sheet is None:
        return parts.pages.render(request, template, caller=caller, **SHOWN, **held, **more)
    ends = {"before_id": held["before"]["side"], "after_id": held["after"]["side"]}
    rows = [dict(row) | ends for row in held[wanted.sheet]]
    name = f"{wanted.sheet}-{short(ends['before_id'])}-{short(ends['after_id'])}"
    made, language = (csv if wanted.format == "csv" else workbook), asked_for(request, otherwise="sv")
    return await asyncio.to_thread(made, name, _COLUMNS[wanted.sheet], rows, language=language)


def _before_and_after(name: str) -> Sequence[Column]:
    words = _WORDS["limit" if name == "lowest" else name]
    return [
        Column(Text(f"{words.sv} före", f"{words.en} before"), lambda row: row[f"{name}_before"]),
        Column(Text(f"{words.sv} efter", f"{words.en} after"), lambda row: row[f"{name}_after"]),
    ]


_SIDES: Final = [
    Column(_WORDS["id_before"], lambda row: str(row["before_id"]), 38),
    Column(_WORDS["id_after"], lambda row: str(row["after_id"]), 38),
]
_WAY: Final = [
    Column(_WORDS["move"], lambda row: _WORDS[f"kind_{row['kind']}"].sv, 22),
    Column(_WORDS["moved_from"], lambda row: row["left_offering"], 24),
    Column(_WORDS["moved_to"], lambda row: row["got_offering"], 24),
]
_OFFERING_COLUMNS: Final = [
    Column(_WORDS["offering"], lambda row: row["offering"], 24),
    Column(_WORDS["school_municipality"], lambda row: row["municipality"]),
    Column(_WORDS["programme"], lambda row: row["programme"]),
    *(column for name in FIGURES for column in _before_and_after(name)),
    *_SIDES,
]
_MOVE_COLUMNS: Final = [
    Column(_WORDS["applicant"], lambda row: str(row["applicant"]), 38),
    Column(_WORDS["home"], lambda row: row["home_municipality"]),
    *_WAY,
    *_SIDES,
]
_COLUMNS: Final = {
    "offerings": _OFFERING_COLUMNS,
    "flows": [*_WAY, Column(_WORDS["number"], lambda row: row["number"]), *_SIDES],
    "moves": _MOVE_COLUMNS,
}
_CHOOSE: Final = Text(sv="Välj två körningar att jämföra.", en="Choose two runs to compare.")
