"""The migrations in their order, up and down."""

import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import AsyncEngine

from guidance.adapters.tables import METADATA
from guidance.main import MIGRATIONS
from shared.database import _config, drift, upgrade_async


def test_the_order_of_the_files_is_the_order_they_run_in() -> None:
    steps = list(ScriptDirectory.from_config(_config(MIGRATIONS)).walk_revisions())[::-1]
    assert [step.revision for step in steps] == [f"{number:04}" for number in range(1, len(steps) + 1)]


async def test_all_can_be_undone_and_done_again(database: str, engine: AsyncEngine) -> None:
    def undo(connection: sa.Connection) -> None:
        config = _config(MIGRATIONS)
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")

    async with engine.begin() as connection:
        await connection.run_sync(undo)
        views = await connection.scalar(sa.text("SELECT count(*) FROM pg_views WHERE schemaname = 'public'"))
    assert views == 0
    await upgrade_async(database, MIGRATIONS)
    assert await drift(engine, METADATA) == []
