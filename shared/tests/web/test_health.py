"""Alive and ready are two questions."""

import asyncio
import logging
import shutil
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from shared import health
from shared.database import create_engine

from .conftest import client_of


async def fine() -> bool:
    return True


async def broken() -> bool:
    raise ConnectionError("postgresql://role:password@host")


async def never() -> None:
    await asyncio.sleep(60)


def migrations(folder: Path, *revisions: str) -> Path:
    """Migrations that do nothing, one upon the other."""
    (folder / "versions").mkdir()
    for before, revision in zip((None, *revisions), revisions, strict=False):
        content = f"revision = {revision!r}\ndown_revision = {before!r}\ndef upgrade(): pass\n"
        (folder / "versions" / f"{revision}.py").write_text(content)
    return folder


async def set_at(engine: AsyncEngine, revision: str) -> None:
    async with engine.begin() as connection:
        await connection.exec_driver_sql("CREATE TABLE alembic_version (version_num text)")
        await connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{revision}')")


def app_with(checks: dict, silent=list) -> FastAPI:
    app = FastAPI()
    app.include_router(health.router(checks, silent))
    return app


async def test_ready_when_every_check_passes(engine):
    checks = {"database": health.database_answers(engine), "broker": fine}
    async with client_of(app_with(checks)) as client:
        answer = await client.get("/health/ready")

    assert (answer.status_code, answer.json()["checks"]) == (200, {"database": "ok", "broker": "ok"})


async def test_not_ready_names_what_failed_and_tells_no_secret():
    async with client_of(app_with({"database": broken, "broker": fine})) as client:
        answer = await client.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": "ConnectionError", "broker": "ok"}
    assert "password" not in answer.text


async def test_a_check_that_hangs_is_given_up():
    assert await health.verdict({"broker": never}, seconds=0.05) == {"broker": "no answer"}


async def test_a_database_that_is_away_fails_the_check():
    away = create_engine("postgresql+asyncpg://nobody@127.0.0.1:1/nothing")

    outcome = await health.verdict({"database": health.database_answers(away)})

    assert outcome["database"] != "ok"
    await away.dispose()


@pytest.mark.parametrize(("current", "outcome"), [("0002", "ok"), ("0001", "failed"), (None, "failed")])
async def test_the_database_must_be_at_the_newest_migration(tmp_path, engine, current, outcome):
    folder = migrations(tmp_path, "0001", "0002")
    if current:
        await set_at(engine, current)

    assert await health.verdict({"migrations": health.migrated(engine, folder)}) == {"migrations": outcome}


async def test_a_probe_writes_nothing_in_the_log(tmp_path, engine, caplog):
    caplog.set_level(logging.DEBUG, logger="alembic")
    check = health.migrated(engine, migrations(tmp_path, "0001"))
    await set_at(engine, "0001")
    caplog.clear()

    assert await health.verdict({"migrations": check}) == {"migrations": "ok"}
    assert [record for record in caplog.records if record.name.startswith("alembic")] == []


async def test_the_migrations_are_read_once_not_by_each_probe(tmp_path, engine):
    check = health.migrated(engine, migrations(tmp_path, "0001"))
    await set_at(engine, "0001")
    shutil.rmtree(tmp_path / "versions")

    assert await health.verdict({"migrations": check}) == {"migrations": "ok"}


async def test_alive_until_a_part_has_been_silent_for_too_long():
    now = 0.0
    heartbeat = health.Heartbeat(patience=30, clock=lambda: now)
    heartbeat.beat("consumer")
    heartbeat.beat("watch")
    async with client_of(app_with({}, heartbeat.silent)) as client:
        assert (await client.get("/health/live")).status_code == 200
        now = 31.0
        heartbeat.beat("watch")
        answer = await client.get("/health/live")

    assert (answer.status_code, answer.json()["stopped"]) == (503, ["consumer"])
