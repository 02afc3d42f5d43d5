"""Guidance's pages served to a real Chromium, with the local issuer to log in at."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from axe_playwright_python.async_playwright import Axe
from fastapi import FastAPI
from playwright.async_api import Page
from pydantic import SecretStr

from guidance import api, pages
from guidance.main import ERRORS, build
from guidance.settings import Secrets
from local_stack import issuer as local_issuer
from local_stack.state import State
from shared import front
from shared.auth import Guard
from shared.contracts import Contracts
from shared.database import create_engine
from shared.problems import Problems
from shared.service import Parts
from shared.settings import Settings
from shared.work import UnitOfWork

from ..integration.follow_up_steps import SECRETS

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
NOW = datetime(2027, 7, 1, 6, 0, tzinfo=UTC)


class Clock:
    """The time at the pages, which a test may move."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Place:
    """Where the pages are, and where screenshots go."""

    url: str
    shots: Path

    async def look(self, page: Page, name: str) -> None:
        """No fault that axe finds, nothing wider than a narrow screen; a picture is kept at both widths."""
        shown = (await page.locator("main").text_content() or "").strip()
        assert not shown.startswith(("Fel ", "Problem ")), f"{name} is a page of a problem"
        for width in (1280, 320):
            await page.set_viewport_size({"width": width, "height": 900})
            await page.wait_for_load_state("networkidle")
            wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            await page.screenshot(path=self.shots / f"{name}-{width}.png", full_page=True)
            assert wide <= 0, f"{name} is {wide} px wider than {width}"
            found = await Axe().run(page, options={"runOnly": WCAG["runOnly"]})
            assert found.violations_count == 0, found.generate_report()
        await page.set_viewport_size({"width": 1280, "height": 900})


@contextmanager
def served(app: Any, port: int = 0) -> Iterator[str]:
    """The address at which a thread serves the application."""
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)


@contextmanager
def place(
    database: str, folder: Path, clock: Callable[[], datetime] = lambda: NOW, secrets: Secrets = SECRETS
) -> Iterator[Place]:
    """Guidance over this database, at a time of the test's choosing."""
    state, port = State(folder), _free_port()
    name = f"http://127.0.0.1:{port}"
    settings = Settings.model_construct(
        issuer=name,
        jwks_url=f"{name}/.well-known/jwks.json",
        client_id="guidance-pages",
        session_key=SecretStr("0123456789abcdef0123456789abcdef"),
        peers={},
    )
    guard = Guard(issuer=name, audience="samverk", jwks_url=settings.jwks_url)
    with (
        served(local_issuer.build_app(state, name), port),
        served(_app(settings, guard, database, clock, secrets)) as url,
    ):
        yield Place(url, folder)


def _app(settings: Settings, guard: Guard, database: str, clock: Callable[[], datetime], secrets: Secrets) -> FastAPI:
    service = build(Settings.for_documents())
    made = front.build(service, settings, guard)
    parts = Parts(
        settings=settings,
        unit_of_work=UnitOfWork(create_engine(database), "guidance", clock=clock),
        guard=guard,
        clock=clock,
        pages=made.pages,
        entrance=made.entrance,
        contracts=Contracts.load(),
    )
    app = FastAPI(docs_url=None, redoc_url=None)
    app.include_router(made.login)
    app.get("/")(lambda: "where a log-in ends that began nowhere")
    for router in (*api.routers(parts, secrets), *pages.routers(parts, secrets)):
        app.include_router(router)
    made.pages.statics.install(app)
    Problems(ERRORS, made.pages.problem).install(app)
    return app


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port
