"""The supervisor with programs small enough to see what happens."""

import asyncio
import io
import json
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest
import pytest_asyncio

from local_stack.leftovers import Register
from local_stack.state import State
from local_stack.supervisor import Program, StartFailed, Supervisor


@pytest.fixture
def state(tmp_path: Path) -> State:
    made = State(tmp_path)
    made.prepare()
    return made


@pytest_asyncio.fixture
async def supervisor(state: State) -> AsyncIterator[Supervisor]:
    made = Supervisor(state)
    yield made
    await made.stop_all()


def sleeper(name: str, *, code: str = "", stage: int = 0, grace_s: float = 10) -> Program:
    """Runs `code`, says `up` in a file, and sleeps."""

    async def ready() -> bool:
        return True

    script = f"import time, signal\n{code}\nprint('up', flush=True)\ntime.sleep(600)"
    return Program(name=name, command=[sys.executable, "-c", script], ready=ready, stage=stage, grace_s=grace_s)


async def until_logged(state: State, name: str, text: str) -> None:
    deadline = time.monotonic() + 10
    while text not in state.log(name).read_text():
        assert time.monotonic() < deadline, f"{name} never said {text}"
        await asyncio.sleep(0.02)


async def test_a_killed_program_comes_back(supervisor: Supervisor) -> None:
    await supervisor.start(sleeper("one"))
    before = supervisor.pid("one")

    await supervisor.kill("one")
    assert supervisor.pid("one") is None
    await supervisor.ready("one")

    assert supervisor.pid("one") not in (None, before)


async def test_a_program_can_be_run_under_other_conditions(supervisor: Supervisor, state: State) -> None:
    supervisor.adapt = lambda program: replace(program, command=["env", "-u", "HOME", *program.command])

    await supervisor.start(sleeper("one", code="import os\nprint('home', 'HOME' in os.environ, flush=True)"))

    await until_logged(state, "one", "home False")
    assert supervisor.program("one").command[0] == "env"


async def test_a_program_killed_to_stay_down_stays_down_until_started(supervisor: Supervisor) -> None:
    await supervisor.start(sleeper("one"))

    await supervisor.kill("one", stay_down=True)
    await asyncio.sleep(0.5)
    assert supervisor.pid("one") is None

    await supervisor.start("one")
    assert supervisor.pid("one") is not None


async def test_a_program_that_ends_at_once_fails_the_start_with_its_last_words(supervisor: Supervisor) -> None:
    command = [sys.executable, "-c", "raise SystemExit('no bread today')"]

    with pytest.raises(StartFailed, match="no bread today"):
        await supervisor.start(Program(name="one", command=command, ready=never))


async def test_a_program_that_cannot_be_found_fails_the_start(supervisor: Supervisor) -> None:
    with pytest.raises(StartFailed, match="one"):
        await supervisor.start(Program(name="one", command=["/nowhere/at-all"], ready=never))


async def test_one_that_ignores_the_request_is_ended_after_its_grace(supervisor: Supervisor, state: State) -> None:
    await supervisor.start(sleeper("deaf", code="signal.signal(signal.SIGTERM, signal.SIG_IGN)", grace_s=0.3))
    await until_logged(state, "deaf", "up")
    pid = supervisor.pid("deaf")

    await supervisor.stop("deaf")

    assert pid is not None
    assert not psutil.pid_exists(pid)


async def test_the_highest_stage_stops_first(supervisor: Supervisor, state: State, tmp_path: Path) -> None:
    order = tmp_path / "order"
    for name, stage in (("server", 0), ("service", 1)):
        note = f"def note(*_):\n open({str(order)!r}, 'a').write('{name} ')\n raise SystemExit\n"
        await supervisor.start(sleeper(name, code=f"{note}signal.signal(signal.SIGTERM, note)", stage=stage))
        await until_logged(state, name, "up")

    await supervisor.stop_all()

    assert order.read_text().split() == ["service", "server"]


async def test_grandchildren_go_with_a_killed_program(supervisor: Supervisor, state: State) -> None:
    code = "import subprocess; print('child', subprocess.Popen(['sleep', '600']).pid, flush=True)"
    await supervisor.start(sleeper("parent", code=code))
    await until_logged(state, "parent", "up")
    child = int(state.log("parent").read_text().split()[1])

    await supervisor.stop("parent")
    await asyncio.sleep(0.1)

    assert not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE


async def test_output_is_shown_with_the_name_before_each_line(state: State) -> None:
    out = io.StringIO()
    supervisor = Supervisor(state, echo=out)
    await supervisor.start(sleeper("talker"))
    await until_logged(state, "talker", "up")
    await asyncio.sleep(0.3)
    await supervisor.stop_all()

    assert out.getvalue() == "talker     | up\n"


async def test_what_a_crashed_stack_left_is_ended_and_a_stranger_is_not(state: State) -> None:
    left, stranger = psutil.Popen(["sleep", "600"]), psutil.Popen(["sleep", "600"])
    crashed = Register(state)
    crashed.add("left", left.pid)
    crashed.add("reused", stranger.pid)
    noted = json.loads((state.folder / "pids.json").read_text())
    noted["reused"]["started"] -= 100
    (state.folder / "pids.json").write_text(json.dumps(noted))

    ended = Register(state).end_leftovers()

    assert ended == ["left"]
    assert not left.is_running()
    assert stranger.is_running()
    stranger.kill()
    stranger.wait()


async def never() -> bool:
    return False
