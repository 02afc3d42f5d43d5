"""Admissions' pages served to a real Chromium."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from admissions.main import build
from shared.settings import Settings
from tests import browsing
from tests.browsing import Place

NOW = datetime(2027, 7, 5, 8, 0, tzinfo=UTC)


@contextmanager
def place(database: str, folder: Path, clock: Callable[[], datetime] = lambda: NOW) -> Iterator[Place]:
    """Admissions over this database, at a time of the test's choosing."""
    service = build(Settings.for_documents())
    with browsing.place(service, service.routers, database, folder, clock) as found:
        yield found
