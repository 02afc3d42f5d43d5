"""Alive and ready are two questions."""

import asyncio

import pytest
from fastapi import FastAPI

from shared import health
from shared.database import create_engine

from .conftest import client_of


async def fine() -> bool:
    return True


async def broken() -> bool:
    raise ConnectionError("postgresql://role:password@host")


async def never() -> None:
    await asyncio.sleep(60)


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
    (tmp_path / "versions").mkdir()
    for revision, before in (("0001", None), ("0002", "0001")):
        content = f"revision = {revision!r}\ndown_revision = {before!r}\ndef upgrade(): pass\n"
        (tmp_path / "versions" / f"{revision}.py").write_text(content)
    if current:
        async with engine.begin() as connection:
            await connection.exec_driver_sql("CREATE TABLE alembic_version (version_num text)")
            await connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{current}')")

    assert await health.verdict({"migrations": health.migrated(engine, tmp_path)}) == {"migrations": outcome}


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
