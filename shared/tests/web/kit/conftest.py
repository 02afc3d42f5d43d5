"""The made-up service and the issuer that it trusts, served; a browser, and a client that acts as one."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext, Page

from tests.browsing import issuer, served

from .app import app_of
from .place import Place


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with issuer(tmp_path, "kit-pages", {"guidance": "http://guidance.example"}) as trusted:
        app = app_of(trusted.settings, trusted.guard)
        with served(app) as url:
            yield Place(url, trusted.name, trusted.state, app)


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
