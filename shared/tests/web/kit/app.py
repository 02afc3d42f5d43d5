"""The made-up service: visits that a counsellor lists and adds."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, FastAPI
from pydantic import BaseModel, Field, field_validator
from starlette.requests import Request

from shared import front, start
from shared.auth import Caller, Guard
from shared.forms import LocalMoment, blank, read_form, read_query
from shared.observability.metrics import Metrics, registry
from shared.observability.web import observe
from shared.pages import MenuItem
from shared.paging import Paging
from shared.problems import Problems
from shared.settings import Settings
from shared.sheets import Column, csv, workbook
from shared.texts import Text

from ..sample import Overview, sample_state

HERE = Path(__file__).parent
KINDS = [("talk", Text("Samtal", "Talk")), ("group", Text("Grupp", "Group"))]
WORDS = {
    "visits": Text("Besök", "Visits"),
    "new_visit": Text("Nytt besök", "New visit"),
    "kind": Text("Slag", "Kind"),
    "all_kinds": Text("Alla slag", "All kinds"),
    "choose": Text("Välj", "Choose"),
    "from_day": Text("Från och med", "From"),
    "when": Text("När", "When"),
    "when_hint": Text("Svensk tid.", "Swedish time."),
    "minutes": Text("Minuter", "Minutes"),
    "number": Text("Antal", "Number"),
    "month": Text("Månad", "Month"),
    "missed": Text("Uteblivna", "Missed"),
    "per_kind": Text("Besök per slag", "Visits by kind"),
    "per_month": Text("Besök per månad", "Visits by month"),
    "languages": Text("Språk", "Languages"),
    "note": Text("Anteckning", "Note"),
    "remote": Text("På distans", "Remote"),
    "save": Text("Spara", "Save"),
    "saved": Text("Besöket är sparat.", "The visit is saved."),
}


class Visit(BaseModel):
    starts_at: LocalMoment
    kind: Literal["talk", "group"]
    languages: list[str] = Field(min_length=1)
    note: str = Field(default="", max_length=200)
    remote: bool = False

    @field_validator("note")
    @classmethod
    def civil(cls, note: str) -> str:
        if "fy" in note:
            raise ValueError(Text("Skriv utan svordomar.", "Write without swearing."))
        return note


class Wanted(BaseModel):
    kind: Literal["talk", "group"] | None = None
    page: int = Field(default=1, ge=1)
    format: Literal["xlsx", "csv"] | None = None


def app_of(settings: Settings, guard: Guard) -> FastAPI:
    """The service's pages with the shared front, as a process puts them together."""
    service = SimpleNamespace(
        name="kit",
        title=Text("Prov", "Trial"),
        templates=HERE / "templates",
        words=WORDS,
        statics=HERE / "static",
        menu=[
            MenuItem("/visits", Text("Besök", "Visits"), "visits:read"),
            MenuItem("/secrets", Text("Hemligt", "Secret"), "secrets:read"),
        ],
    )
    made = front.build(service, settings, guard)
    app = FastAPI(docs_url=None, redoc_url=None)
    app.include_router(start.router(made.pages, Overview(sample_state()), made.entrance.visitor))
    app.include_router(made.login)
    app.include_router(_router(made))
    made.pages.statics.install(app)
    Problems({}, made.pages.problem).install(app)
    observe(app, Metrics(registry(), []))
    app.state.saved = []
    app.state.front = made
    return app


def _router(made: front.Front) -> APIRouter:
    routes = APIRouter()
    reader, writer = made.entrance("visits:read"), made.entrance("visits:write")
    rows = [
        SimpleNamespace(at=datetime(2027, 3, 1, 8, tzinfo=UTC) + timedelta(hours=n), kind="talk", minutes=n + 30)
        for n in range(120)
    ]
    columns = [
        Column(WORDS["when"], lambda row: row.at),
        Column(WORDS["kind"], lambda row: "=" + row.kind),
        Column(WORDS["minutes"], lambda row: row.minutes),
    ]

    @routes.get("/visits")
    async def visits(request: Request, caller: Annotated[Caller, Depends(reader)]):
        form = read_query(request, Wanted)
        wanted = form.value or Wanted()
        if wanted.format:
            return (workbook if wanted.format == "xlsx" else csv)("besök", columns, rows)
        paging = Paging(wanted.page, 50, len(rows))
        shown = rows[paging.offset : paging.offset + paging.size]
        return made.pages.render(
            request, "visits.html", caller=caller, form=form, kinds=KINDS, visits=shown, paging=paging
        )

    @routes.get("/visits/new")
    async def new(request: Request, caller: Annotated[Caller, Depends(writer)]):
        return made.pages.render(request, "visit.html", caller=caller, form=blank(), kinds=KINDS)

    @routes.post("/visits")
    async def save(request: Request, caller: Annotated[Caller, Depends(writer)]):
        form = await read_form(request, Visit)
        if form.value is None:
            return made.pages.render(request, "visit.html", status=422, caller=caller, form=form, kinds=KINDS)
        request.app.state.saved.append(form.value)
        return made.pages.see_other(request, "/visits", notice="saved")

    @routes.get("/secrets")
    async def secrets(caller: Annotated[Caller, Depends(made.entrance("secrets:read"))]) -> str:
        return caller.subject

    return routes
