"""The made-up service and the issuer that it trusts, served; a browser, and a client that acts as one."""

import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext, Page
from pydantic import SecretStr

from local_stack import issuer as local_issuer
from local_stack.state import State
from shared.auth import Guard
from shared.settings import Settings

from ..browsing import served
from .app import app_of
from .place import Place


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    state, port = State(tmp_path), free_port()
    name = f"http://127.0.0.1:{port}"
    jwks = f"{name}/.well-known/jwks.json"
    settings = Settings.model_construct(
        issuer=name,
        jwks_url=jwks,
        client_id="kit-pages",
        session_key=SecretStr("0123456789abcdef0123456789abcdef"),
        peers={"guidance": "http://guidance.example"},
    )
    app = app_of(settings, Guard(issuer=name, audience="samverk", jwks_url=jwks))
    with served(local_issuer.build_app(state, name), port), served(app) as url:
        yield Place(url, name, state, app)


@pytest.fixture
async def context(browser: Browser) -> BrowserContext:
    return await browser.new_context(locale="sv-SE")


@pytest.fixture
async def page(context: BrowserContext) -> Page:
    return await context.new_page()


@pytest.fixture
async def client(place: Place) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=place.url, headers={"accept": "text/html"}, trust_env=False) as made:
        yield made
