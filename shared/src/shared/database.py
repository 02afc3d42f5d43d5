"""Engines, migrations and the question whether a database error can pass by itself."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

if TYPE_CHECKING:
    from alembic.config import Config

# One advisory lock for all who would migrate the same database at the same time.
_MIGRATION_LOCK = 7_266_837
_NAMED: Final = re.compile(r"""^(down_)?revision\b[^=\n]*=\s*["']([^"']+)["']""", re.MULTILINE)
_EVER_MIGRATED = sa.text("SELECT to_regclass('alembic_version')")
_REVISION = sa.text("SELECT version_num FROM alembic_version")
# Serialisation failure, deadlock, lock not available, admin shutdown, crash shutdown, cannot connect now,
# insufficient resources, disk full, out of memory, too many connections, query cancelled, read only transaction,
# idle in a transaction for too long.
_PASSING_STATES = {
    "40001", "40P01", "55P03", "57P01", "57P02", "57P03", "53000", "53100", "53200", "53300", "57014", "25006",
    "25P03",
}  # fmt: skip

# A process whose machine vanished in the middle of a transaction never says so: its locks would be held for hours.
_SESSION = {"application_name": "samverk", "idle_in_transaction_session_timeout": "60s"}


def create_engine(url: str, *, pool: int = 5) -> AsyncEngine:
    """An engine for `postgresql+asyncpg://…` with at most `pool` connections, each checked before use."""
    return create_async_engine(
        url,
        pool_size=pool,
        max_overflow=0,
        pool_pre_ping=True,
        pool_timeout=10,
        # An error must never quote a row.
        hide_parameters=True,
        connect_args={"timeout": 5, "command_timeout": 60, "server_settings": _SESSION},
    )


def as_json(rows: Sequence[Any]) -> str:
    """Rows as the one JSON parameter of a set-based statement, `jsonb_to_recordset(CAST(:batch AS jsonb))`."""
    return orjson.dumps(rows, option=orjson.OPT_NON_STR_KEYS).decode()


def can_pass(error: BaseException) -> bool:
    """Whether it may pass by itself: the database or network is away, or two transactions got in each other's way."""
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None)
        return error.connection_invalidated or state in _PASSING_STATES or _lost(error, state)
    return isinstance(error, OSError | TimeoutError | PoolTimeout)


def _lost(error: DBAPIError, state: str | None) -> bool:
    """Connection errors come without a state, or with one of class 08."""
    if state is None:
        return isinstance(error, OperationalError | InterfaceError)
    return state.startswith("08")


# Alembic is imported where it is used: a service that only serves has ten megabytes less to carry.
def _config(migrations: Path) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(url: str, migrations: Path) -> None:
    """Bring the database at `url` (asyncpg URL) to the newest version of `migrations`, one migrator at a time."""
    import asyncio

    asyncio.run(upgrade_async(url, migrations))


async def upgrade_async(url: str, migrations: Path) -> None:
    """As `upgrade`, inside a running event loop."""
    engine = create_engine(url, pool=1)
    try:
        async with engine.begin() as connection:
            await connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
            await connection.execute(sa.text("SET LOCAL lock_timeout = '5s'"))
            await connection.run_sync(_run, migrations)
    finally:
        await engine.dispose()


def _run(connection: sa.Connection, migrations: Path) -> None:
    from alembic import command

    config = _config(migrations)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def newest(migrations: Path) -> str | None:
    """The newest revision among the migration files: the one that no other builds on. None when there are none.

    Raises ValueError when they do not end in one.
    """
    found = [named for path in (migrations / "versions").glob("*.py") for named in _NAMED.findall(path.read_text())]
    heads = {name for below, name in found if not below} - {name for below, name in found if below}
    if len(heads) > 1:
        raise ValueError(f"{migrations} ends in {', '.join(sorted(heads))}")
    return next(iter(heads), None)


async def current(engine: AsyncEngine) -> str | None:
    """The revision that the database is at; None before its first migration.

    Asked by every probe, so it is plain queries: Alembic's own way logs two lines each time.
    """
    async with engine.connect() as connection:
        if await connection.scalar(_EVER_MIGRATED) is None:
            return None
        revision: str | None = await connection.scalar(_REVISION)
        return revision


async def drift(engine: AsyncEngine, tables: sa.MetaData) -> list[Any]:
    """The differences between the database and the declared tables, as Alembic lists them; empty when they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    def compare(connection: sa.Connection) -> list[Any]:
        return list(compare_metadata(MigrationContext.configure(connection), tables))

    async with engine.connect() as connection:
        return await connection.run_sync(compare)
