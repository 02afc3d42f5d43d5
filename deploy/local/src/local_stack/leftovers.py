"""Children of a stack that crashed: which they were, and their end."""

import json
from contextlib import suppress

import psutil  # type: ignore[import-untyped]

from local_stack.state import State, write_private


class Register:
    """`pids.json`: who runs now, so that the next stack can end what a crashed one left."""

    def __init__(self, state: State) -> None:
        self._path = state.folder / "pids.json"
        self._running: dict[str, dict[str, float]] = {}

    def add(self, name: str, pid: int) -> None:
        """Note a child with its start time: a process id alone may belong to somebody else later."""
        with suppress(psutil.NoSuchProcess):
            self._running[name] = {"pid": pid, "started": psutil.Process(pid).create_time()}
        write_private(self._path, self._running)

    def remove(self, name: str) -> None:
        """Forget a child that ended."""
        if self._running.pop(name, None):
            write_private(self._path, self._running)

    def end_leftovers(self) -> list[str]:
        """Kill the children a crashed stack left, with their own children; returns their names."""
        noted = _read(self._path.read_text()) if self._path.exists() else {}
        left = {name: process for name, entry in noted.items() if (process := _same(entry))}
        end_trees(list(left.values()))
        write_private(self._path, {})
        return sorted(left)


def end_trees(roots: list[psutil.Process]) -> None:
    """Kill processes and all below them, and wait until they are gone."""
    everyone = list(roots)
    for root in roots:
        with suppress(psutil.NoSuchProcess):
            everyone += root.children(recursive=True)
    for process in everyone:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(everyone, timeout=10)


def _read(text: str) -> dict[str, dict[str, float]]:
    kept: dict[str, dict[str, float]] = json.loads(text)
    return kept


def _same(entry: dict[str, float]) -> psutil.Process | None:
    """The noted process if it is still that one; its start time may drift when the clock is set."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(int(entry["pid"]))
        if abs(process.create_time() - entry["started"]) < 2:
            return process
    return None
