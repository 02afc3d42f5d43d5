"""What every test folder shares: real servers, started when first asked for, and an empty database per test."""

import asyncio
import os
import shutil
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

import asyncpg
import pytest
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine
from xdist.scheduler import LoadScopeScheduling

from local_stack import watching_programs
from local_stack.stack import Stack
from shared.database import create_engine, upgrade_async
from shared.work import UnitOfWork

if TYPE_CHECKING:
    from playwright.async_api import Browser

T = TypeVar("T")
# A test's broker lives for minutes: Java's second compiler would not earn back what it costs, half of the start.
os.environ.setdefault("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


class OneStack(LoadScopeScheduling):
    """Each file goes to one worker; all of tests/system to the same one, for there the whole stack is started."""

    def _split_scope(self, nodeid: str) -> str:
        return "tests/system" if nodeid.startswith("tests/system/") else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneStack:
    return OneStack(config, log)


@pytest.fixture(scope="session", autouse=True)
def _loggers_hear_of_changes() -> Iterator[None]:
    """A logger that was first used by one test would else keep that test's settings, and others could not listen."""
    configure = structlog.configure
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(structlog, "configure", lambda **given: configure(**given | {"cache_logger_on_first_use": False}))
        yield


class Background:
    """An event loop in a thread of its own, so that servers outlive each test's loop."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run to the end there, and give what it gives."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout=300)

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(timeout=10)


@pytest.fixture(scope="session")
def background() -> Iterator[Background]:
    runner = Background()
    yield runner
    runner.close()


@pytest.fixture(scope="session")
def servers(background: Background) -> Iterator[Stack]:
    """PostgreSQL, broker and token issuer of this test process; no services."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    folder = Path(__file__).parent / f".samverk-test-{worker}"
    shutil.rmtree(folder, ignore_errors=True)
    stack = Stack(state=folder, services=())
    background.run(stack.__aenter__())
    if stack.settings.postgres is None:
        background.run(_spare_the_disk(stack.postgres_admin_url))
    yield stack
    background.run(stack.__aexit__(None, None, None))


def durable_or_skip(stack: Stack) -> None:
    if not stack.durable:
        pytest.skip("needs a broker that survives a restart; this one (Tansu) keeps its records in memory only")


@pytest.fixture(autouse=True)
def _durable(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("durable"):
        durable_or_skip(request.getfixturevalue("servers"))


@pytest.fixture(scope="session")
def program() -> Callable[[str], str]:
    """Finds a program that a test drives. Where it is missing the test is skipped; in CI it fails, for there nobody
    would notice that a whole kind of tests is no longer run."""

    def find(name: str) -> str:
        found = watching_programs.find(name)
        if found is None:
            give_up = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
            give_up(f"{name} is missing; 'make browser watchers' fetches it from Debian")
        return found

    return find


@pytest.fixture
async def browser(program: Callable[[str], str]) -> AsyncIterator["Browser"]:
    """A real Chromium, with no page open yet."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=program("chromium"), args=CHROMIUM_FLAGS)
        yield started
        await started.close()


@pytest.fixture
def service_name(request: pytest.FixtureRequest) -> str:
    """The service whose tests these are, from the folder they stand in."""
    parts = request.path.parts
    return parts[parts.index("services") + 1]


@pytest.fixture(scope="session")
def templates() -> dict[str, str]:
    """Migrated databases to copy from, by service."""
    return {}


async def _spare_the_disk(admin_url: str) -> None:
    """A database for each test is much to write. A killed server loses nothing by this, only a lost machine does."""
    for setting in ("fsync", "full_page_writes"):
        await _execute(admin_url, f"ALTER SYSTEM SET {setting} = off")
    await _execute(admin_url, "SELECT pg_reload_conf()")


async def _execute(admin_url: str, statement: str) -> None:
    connection = await asyncpg.connect(admin_url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def url_of(admin_url: str, database: str) -> str:
    return admin_url.rpartition("/")[0].replace("postgresql://", "postgresql+asyncpg://") + f"/{database}"


async def _template(servers: Stack, service: str) -> str:
    name = f"template_{service}_{uuid4().hex[:8]}"
    await _execute(servers.postgres_admin_url, f'CREATE DATABASE "{name}"')
    for extension in ("btree_gist", "pg_trgm", "unaccent"):
        await _execute(
            servers.postgres_admin_url.rpartition("/")[0] + f"/{name}", f"CREATE EXTENSION IF NOT EXISTS {extension}"
        )
    migrations = import_module(f"{service}.main").MIGRATIONS
    await upgrade_async(url_of(servers.postgres_admin_url, name), migrations)
    return name


@pytest.fixture
async def database(servers: Stack, templates: dict[str, str], service_name: str) -> AsyncIterator[str]:
    """The asyncpg URL of an empty, migrated database of this service, gone after the test."""
    if service_name not in templates:
        templates[service_name] = await _template(servers, service_name)
    name = f"test_{uuid4().hex}"
    await _execute(servers.postgres_admin_url, f'CREATE DATABASE "{name}" TEMPLATE "{templates[service_name]}"')
    yield url_of(servers.postgres_admin_url, name)
    with suppress(asyncpg.PostgresError):
        await _execute(servers.postgres_admin_url, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
async def engine(database: str) -> AsyncIterator[AsyncEngine]:
    made = create_engine(database)
    yield made
    await made.dispose()


@pytest.fixture
def unit_of_work(engine: AsyncEngine, service_name: str) -> UnitOfWork:
    return UnitOfWork(engine, service_name)
