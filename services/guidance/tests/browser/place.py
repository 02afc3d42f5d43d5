"""Guidance's pages served to a real Chromium."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from guidance import api, pages
from guidance.main import build
from guidance.settings import Secrets
from shared.settings import Settings
from tests import browsing
from tests.browsing import Place

from ..integration.follow_up_steps import SECRETS

NOW = datetime(2027, 7, 1, 6, 0, tzinfo=UTC)


@contextmanager
def place(
    database: str, folder: Path, clock: Callable[[], datetime] = lambda: NOW, secrets: Secrets = SECRETS
) -> Iterator[Place]:
    """Guidance over this database, at a time of the test's choosing."""
    service = build(Settings.for_documents())
    with browsing.place(
        service, lambda parts: [*api.routers(parts, secrets), *pages.routers(parts, secrets)], database, folder, clock
    ) as found:
        yield found
