"""What is left of a whole stack when its supervisor ends: nothing, however it ends."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from local_stack import running
from local_stack.settings import Settings
from local_stack.stack import Stack
from local_stack.state import State

HOLD = """
import asyncio, pathlib, sys
from local_stack.stack import Stack
async def main():
    async with Stack(pathlib.Path(sys.argv[1]), services=()):
        await asyncio.sleep(600)
asyncio.run(main())
"""


@pytest.mark.slow
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_and_the_folder_starts_again(folder: Path, sent: signal.Signals) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stderr=subprocess.DEVNULL)
    family = wait_for(lambda: family_of(holder) if running.find(State(folder)) else None)
    assert len(family) > 3

    os.kill(holder.pid, sent)
    holder.wait(timeout=20)
    gone, alive = psutil.wait_procs(family, timeout=10)

    assert (len(gone), alive) == (len(family), [])
    assert running.find(State(folder)) is None
    asyncio.run(start_again(folder))


async def start_again(folder: Path) -> None:
    async with Stack(settings=Settings(state=folder), services=()) as again:
        assert again.topics.created == [] or not again.durable


def family_of(holder: subprocess.Popen[bytes]) -> list[psutil.Process]:
    found: list[psutil.Process] = psutil.Process(holder.pid).children(recursive=True)
    return found


def wait_for(look: Callable[[], list[psutil.Process] | None]) -> list[psutil.Process]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError("the stack never came up")
