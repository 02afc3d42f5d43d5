"""The board of follow-up cases, and the page of one case."""

from datetime import date
from typing import Annotated, Any, Final, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from guidance.adapters import cases
from guidance.adapters.agreements import programmes
from guidance.adapters.reference import region
from guidance.adapters.sealing import Seal, known_seal
from guidance.commands import follow_up as commands
from guidance.commands import notes as note_commands
from guidance.domain.cases import Outcome
from guidance.domain.following import Actor, Contact, Next, Reached, Step, Way, in_charge
from guidance.domain.notes import may_read
from guidance.edges.actors import COORDINATE, actor, reader, today
from guidance.edges.paths import paths_of
from guidance.pages.follow_up_words import SET_WORDS, options
from guidance.pages.page_texts import PAGE_TEXTS
from guidance.pages.tools import done, municipalities
from guidance.queries import following as listed
from guidance.queries import note_log
from shared.auth import Caller
from shared.forms import Form, LocalMoment, blank, read_form, read_query
from shared.paging import Paging
from shared.service import Parts
from shared.sheets import Column, csv, workbook
from shared.showing import local_input
from shared.texts import Text

_SIZE: Final = 50
_WHOSE: Final = [(name, PAGE_TEXTS[f"whose_{name}"]) for name in ("mine", "nobodys", "overdue")]
Short = Annotated[str | None, Field(max_length=200)]


class Wanted(BaseModel):
    """Which cases are shown."""

    status: Literal["open", "closed"] | None = None
    whose: Literal["mine", "nobodys", "overdue"] | None = None
    home: str | None = Field(default=None, pattern="^[0-9]{4}$")
    page: int = Field(default=1, ge=1, le=100_000)
    format: Literal["xlsx", "csv"] | None = None


class Contacted(BaseModel):
    """A contact as entered."""

    at: LocalMoment
    way: Way
    reached: Reached
    step: Step | None = None
    due: date | None = None

    def contact(self) -> Contact:
        """The contact itself."""
        return Contact(contact=uuid4(), at=self.at, way=self.way, reached=self.reached)

    def next(self, day: date) -> Next | None:
        """The next step; without a day of its own it is due today."""
        return None if self.step is None else Next(self.step, self.due or day)


class ToCounsellor(BaseModel):
    """A hand-over as entered."""

    counsellor: UUID


class Ending(BaseModel):
    """A closing as entered."""

    outcome: Outcome
    reason: Short = None
    born_on: date | None = None

    def command(self, case: UUID, by: Actor) -> commands.CloseCase:
        """The closing itself."""
        known = commands.HandOver(born_on=self.born_on)
        return commands.CloseCase(case=case, outcome=self.outcome, by=by, reason=self.reason, hand_over=known)


class Written(BaseModel):
    """A note as entered."""

    text: str = Field(min_length=1, max_length=10_000)


COLUMNS: Final = [
    Column(PAGE_TEXTS["case"], lambda row: str(row.id), 38),
    Column(PAGE_TEXTS["home"], lambda row: region().get(row.home_municipality, row.home_municipality)),
    Column(PAGE_TEXTS["intake"], lambda row: row.intake_year),
    Column(PAGE_TEXTS["status"], lambda row: SET_WORDS[f"status_{row.status}"].sv),
    Column(PAGE_TEXTS["cause"], lambda row: SET_WORDS[f"cause_{row.cause}"].sv),
    Column(PAGE_TEXTS["missing"], lambda row: " ".join(row.missing_subjects), 24),
    Column(PAGE_TEXTS["counsellor"], lambda row: row.counsellor_name, 28),
    Column(PAGE_TEXTS["next"], lambda row: row.next_step and SET_WORDS[f"step_{row.next_step}"].sv, 28),
    Column(PAGE_TEXTS["due"], lambda row: row.next_step_due),
    Column(PAGE_TEXTS["opened"], lambda row: row.opened_at, 18),
    Column(PAGE_TEXTS["outcome"], lambda row: row.outcome and SET_WORDS[f"outcome_{row.outcome}"].sv, 28),
]


def router(parts: Parts, seal: Seal | None) -> APIRouter:
    """Follow-up."""
    routes = APIRouter(include_in_schema=False, prefix="/follow-up")
    _board(routes, parts)
    _case(routes, parts)
    _steps(routes, parts)
    _notes(routes, parts, seal)
    return routes


def _board(routes: APIRouter, parts: Parts) -> None:
    coordinate = Depends(parts.entrance(COORDINATE))

    @routes.get("")
    async def board(request: Request, caller: Annotated[Caller, Depends(parts.entrance("guidance:read"))]) -> Response:
        form = read_query(request, Wanted)
        wanted = form.value or Wanted()
        by = await actor(parts, caller)
        found = listed.Filter(
            status=wanted.status or (None if wanted.format else "open"),
            municipality=caller.municipality or wanted.home,
            # who is no counsellor has no cases of one's own
            counsellor=(by.counsellor or UUID(int=0)) if wanted.whose == "mine" else None,
            unassigned=wanted.whose == "nobodys",
            overdue=wanted.whose == "overdue",
        )
        day = today(parts)
        async with parts.unit_of_work.read() as connection:
            if wanted.format:
                rows = await listed.board(connection, found, today=day)
                return (workbook if wanted.format == "xlsx" else csv)("uppfoljning", COLUMNS, rows)
            paging = Paging(wanted.page, _SIZE, await listed.board_size(connection, found, today=day))
            rows = await listed.board(connection, found, today=day, limit=_SIZE, offset=paging.offset)
        context: dict[str, Any] = {
            "form": form,
            "rows": rows,
            "paging": paging,
            "today": day,
            "names": region(),
            "whose": _WHOSE,
        }
        choices: dict[str, Any] = {
            "homes": municipalities(),
            "statuses": _statuses(),
            "coordinates": COORDINATE in caller.scopes,
        }
        choices["whole_region"] = caller.municipality is None
        return parts.pages.render(request, "follow_up.html", caller=caller, **context, **choices)

    @routes.post("/share-out")
    async def share_out(request: Request, caller: Annotated[Caller, coordinate]) -> Response:
        async with parts.unit_of_work() as work:
            await commands.share_out(work, municipality=caller.municipality)
        return parts.pages.see_other(request, "/follow-up", notice="shared_out")


def _case(routes: APIRouter, parts: Parts) -> None:
    @routes.get("/{case}")
    async def one(
        request: Request, case: UUID, caller: Annotated[Caller, Depends(parts.entrance("guidance:read"))]
    ) -> Response:
        return await case_page(parts, request, caller, case)


def _steps(routes: APIRouter, parts: Parts) -> None:
    counsel = Depends(parts.entrance("guidance:counsel"))

    @routes.post("/{case}/contacts")
    async def contacted(request: Request, case: UUID, caller: Annotated[Caller, counsel]) -> Response:
        form = await read_form(request, Contacted)
        by, day = await actor(parts, caller), today(parts)
        if await done(
            form,
            lambda said: commands.log_contact(
                case, said.contact(), said.next(day), parts.unit_of_work, by=by, today=day
            ),
        ):
            return parts.pages.see_other(request, f"/follow-up/{case}", notice="saved")
        return await case_page(parts, request, caller, case, contact=form)

    @routes.post("/{case}/counsellor")
    async def handed_over(request: Request, case: UUID, caller: Annotated[Caller, counsel]) -> Response:
        form = await read_form(request, ToCounsellor)
        by = await actor(parts, caller)
        if await done(form, lambda said: commands.hand_over(case, said.counsellor, parts.unit_of_work, by=by)):
            return parts.pages.see_other(request, f"/follow-up/{case}", notice="handed")
        return await case_page(parts, request, caller, case, hand=form)

    @routes.post("/{case}/close")
    async def closed(request: Request, case: UUID, caller: Annotated[Caller, counsel]) -> Response:
        form = await read_form(request, Ending)
        by, day = await actor(parts, caller), today(parts)
        if await done(form, lambda said: commands.close_case(said.command(case, by), parts.unit_of_work, today=day)):
            return parts.pages.see_other(request, f"/follow-up/{case}", notice="closed")
        return await case_page(parts, request, caller, case, ending=form)


def _notes(routes: APIRouter, parts: Parts, seal: Seal | None) -> None:
    counsel = Depends(parts.entrance("guidance:counsel"))

    @routes.get("/{case}/notes")
    async def read(request: Request, case: UUID, caller: Annotated[Caller, counsel]) -> Response:
        return await _notes_page(request, case, caller, blank())

    @routes.post("/{case}/notes")
    async def write(request: Request, case: UUID, caller: Annotated[Caller, counsel]) -> Response:
        form = await read_form(request, Written)
        by, key = await reader(parts, caller), known_seal(seal)
        if await done(form, lambda said: note_commands.write_note(case, said.text, parts.unit_of_work, key, by=by)):
            return parts.pages.see_other(request, f"/follow-up/{case}/notes", notice="saved")
        return await _notes_page(request, case, caller, form)

    async def _notes_page(request: Request, case: UUID, caller: Caller, form: Form[Any]) -> Response:
        by = await reader(parts, caller)
        notes = await note_commands.read_notes(case, parts.unit_of_work, known_seal(seal), by=by)
        async with parts.unit_of_work.read() as connection:
            log = await note_log.of_case(connection, case)
        status = 422 if form.faults else 200
        context = {"case": case, "notes": notes, "log": log, "form": form}
        return parts.pages.render(request, "case_notes.html", status=status, caller=caller, **context)


async def case_page(parts: Parts, request: Request, caller: Caller, case: UUID, **forms: Form[Any]) -> Response:
    """The page of one case, with a form that has faults as it was sent."""
    by = await actor(parts, caller)
    async with parts.unit_of_work.read() as connection:
        known = await cases.get(connection, case, municipality=caller.municipality)
        offered = await listed.offered_programmes(connection, known.intake_year)
        lines = await listed.timeline(connection, case)
        counsellors = await listed.counsellors(connection)
        [row] = await listed.board(connection, listed.Filter(case=case), today=today(parts))
    shown = {name: forms.get(name) or blank() for name in ("contact", "hand", "ending")}
    shown["contact"] = forms.get("contact") or blank(at=local_input(parts.clock()))
    context = {
        "case": row,
        "paths": paths_of(known, offered, today(parts)),
        "programmes": {code: each.name for code, each in programmes().items()},
        "lines": lines,
        "names": region(),
        "today": today(parts),
        "counsellors": [(each.counsellor, _named(each)) for each in counsellors],
        "may_counsel": "guidance:counsel" in caller.scopes,
        "may_decide": in_charge(known, by) or known.counsellor is None,
        "may_read": may_read(known, by.counsellor),
        "ways": options("way", Way),
        "reaches": options("reached", Reached),
        "steps": options("step", Step),
        "outcomes": options("outcome", Outcome),
    }
    status = 422 if any(form.faults for form in forms.values()) else 200
    return parts.pages.render(request, "case.html", status=status, caller=caller, **context, **shown)


def _named(counsellor: listed.CounsellorRow) -> str:
    return f"{counsellor.display_name} ({region().get(counsellor.municipality, counsellor.municipality)})"


def _statuses() -> list[tuple[str, Text]]:
    return [(name, SET_WORDS[f"status_{name}"]) for name in ("open", "closed")]
