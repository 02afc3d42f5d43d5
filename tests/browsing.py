"""Pages served to a real Chromium, with the local issuer to log in at, and what is asked of every page."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import Any

import uvicorn
from axe_playwright_python.async_playwright import Axe
from fastapi import APIRouter, FastAPI
from playwright.async_api import Page
from pydantic import SecretStr

from local_stack import issuer as local_issuer
from local_stack.state import State
from shared import front
from shared.auth import Guard
from shared.contracts import Contracts
from shared.database import create_engine
from shared.problems import Problems
from shared.service import Parts, Service
from shared.settings import Settings
from shared.work import UnitOfWork

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
# all of axe's rules that look at colours: in the dark nothing else can differ
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


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


async def assert_accessible(page: Page, url: str) -> None:
    """Axe finds no fault, light or dark, wide or narrow, and nothing scrolls sideways."""
    for scheme, width in product(("light", "dark"), (320, 1280)):
        await page.emulate_media(color_scheme=scheme)
        await page.set_viewport_size({"width": width, "height": 900})
        await page.goto(url, wait_until="networkidle")

        found = await Axe().run(page, options=COLOURS if scheme == "dark" else WCAG)

        assert found.violations_count == 0, (scheme, width, found.generate_report())
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@dataclass
class Place:
    """Where a service's pages are, and where screenshots go."""

    url: str
    shots: Path

    async def look(self, page: Page, name: str) -> None:
        """No fault that axe finds, nothing wider than a narrow screen; a picture is kept at both widths."""
        heading = (await page.locator("h1").first.text_content() or "").strip()
        assert not heading.startswith(("Fel", "Problem")), f"{name} is a page of a problem: {page.url}"
        for width in (1280, 320):
            await page.set_viewport_size({"width": width, "height": 900})
            await page.wait_for_load_state("networkidle")
            wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            await page.screenshot(path=self.shots / f"{name}-{width}.png", full_page=True)
            assert wide <= 0, f"{name} is {wide} px wider than {width}"
            found = await Axe().run(page, options=WCAG)
            assert found.violations_count == 0, found.generate_report()
        await page.set_viewport_size({"width": 1280, "height": 900})


@dataclass(frozen=True)
class Trusted:
    """A local issuer at an address, and the settings and the guard of a service that trusts it."""

    name: str
    state: State
    settings: Settings
    guard: Guard


@contextmanager
def issuer(folder: Path, client_id: str, peers: Mapping[str, str] | None = None) -> Iterator[Trusted]:
    """The local issuer, served."""
    state, port = State(folder), _free_port()
    name = f"http://127.0.0.1:{port}"
    jwks = f"{name}/.well-known/jwks.json"
    settings = Settings.model_construct(
        issuer=name,
        jwks_url=jwks,
        client_id=client_id,
        session_key=SecretStr("0123456789abcdef0123456789abcdef"),
        peers=dict(peers or {}),
    )
    with served(local_issuer.build_app(state, name), port):
        yield Trusted(name, state, settings, Guard(issuer=name, audience="samverk", jwks_url=jwks))


Routers = Callable[[Parts], Sequence[APIRouter]]


@contextmanager
def place(
    service: Service,
    routers: Routers,
    database: str,
    folder: Path,
    clock: Callable[[], datetime],
) -> Iterator[Place]:
    """A service's routes over this database, at a time of the test's choosing."""
    with issuer(folder, f"{service.name}-pages") as trusted:
        made = front.build(service, trusted.settings, trusted.guard)
        parts = Parts(
            settings=trusted.settings,
            unit_of_work=UnitOfWork(create_engine(database), service.name, clock=clock),
            guard=trusted.guard,
            clock=clock,
            pages=made.pages,
            entrance=made.entrance,
            contracts=Contracts.load(),
        )
        app = FastAPI(docs_url=None, redoc_url=None)
        app.include_router(made.login)
        app.get("/")(lambda: "where a log-in ends that began nowhere")
        for router in routers(parts):
            app.include_router(router)
        made.pages.statics.install(app)
        Problems(service.errors, made.pages.problem).install(app)
        with served(app) as url:
            yield Place(url, folder)


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port
