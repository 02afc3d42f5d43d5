"""One real stack for the tests that only need servers, and throw-away state folders."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from local_stack.stack import Stack


@pytest.fixture
def folder() -> Iterator[Path]:
    """A state folder anybody may enter, unlike pytest's own temporary folders."""
    yield from _folder()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stack() -> AsyncIterator[Stack]:
    """PostgreSQL, broker and issuer, shared by all tests of this folder."""
    for folder in _folder():
        async with Stack(folder, services=()) as running:
            yield running


def _folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="samverk-test-"))
    made.chmod(0o755)
    yield made / "state"
    shutil.rmtree(made)
