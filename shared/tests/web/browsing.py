"""Applications served to a browser."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import uvicorn
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

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
