"""A start page with sample data, over a real PostgreSQL or none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import FastAPI

from shared import start
from shared.observability.web import SECURITY_HEADERS
from shared.pages import Pages
from shared.problems import Problem, Problems
from shared.start import Flow, State
from shared.texts import Text

TITLE = Text(sv="Antagning", en="Admissions")
PEERS = {name: f"http://{name}.example/" for name in ("catalogue", "admissions", "pricing", "guidance")}


@dataclass(frozen=True)
class Figure:
    label: Text
    value: str


def sample_state(checks: Mapping[str, str] | None = None) -> State:
    now = datetime.now(UTC)
    kind = "se.samverk.admissions"
    return State(
        at=now,
        checks=checks or {"database": "ok", "migrations": "ok", "broker": "ok"},
        figures=[
            Figure(Text(sv="Sökande till hösten 2027", en="Applicants for autumn 2027"), "3 012"),
            Figure(Text(sv="Platser i utbudet", en="Seats on offer"), "3 340"),
            Figure(Text(sv="Antagna i första hand", en="Admitted to first choice"), "2 417"),
            Figure(Text(sv="Reserver", en="Reserves"), "188"),
        ],
        flows=[
            Flow(
                Text(sv="Ansökan inlämnad", en="Application submitted"),
                f"{kind}.application.submitted.v1",
                3012,
                14,
                now,
            ),
            Flow(Text(sv="Betyg rapporterade", en="Grades reported"), f"{kind}.grades.reported.v1", 6004, 0, now),
            Flow(
                Text(sv="Svar lämnat", en="Reply given"),
                f"{kind}.reply.given.v1",
                2390,
                2,
                now - timedelta(hours=20),
            ),
            Flow(
                Text(sv="Utbildning publicerad", en="Offering published"),
                "se.samverk.catalogue.offering.published.v1",
                126,
            ),
        ],
        waiting=12_345,
        oldest_seconds=1_200,
    )


class Overview:
    """Gives the state that a test sets."""

    def __init__(self, state: State) -> None:
        self.now = state

    async def state(self) -> State:
        return self.now


async def nobody(_request: object) -> None:
    """No one is logged in."""


def app_of(overview: object) -> FastAPI:
    """The page kit as a service has it, with a page that always fails."""
    app = FastAPI(docs_url=None, redoc_url=None)
    pages = Pages("admissions", TITLE, PEERS)
    app.include_router(start.router(pages, overview, nobody))
    pages.statics.install(app)

    @app.get("/fails")
    async def fails() -> None:
        raise Problem.of(409, Text(sv="Omgången är <b>stängd</b>.", en="The round is <b>closed</b>."))

    @app.middleware("http")
    async def secured(request, following):
        answer = await following(request)
        answer.headers.update(SECURITY_HEADERS)
        return answer

    Problems({}, pages.problem).install(app)
    return app
