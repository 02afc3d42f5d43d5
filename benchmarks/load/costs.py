"""What each program of the stack uses of the machine, its children with it."""

import time
from contextlib import suppress
from dataclasses import dataclass

import psutil  # type: ignore[import-untyped]

from local_stack.stack import Stack


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor as parts of one core, resident memory in MiB."""

    cores: float
    memory_mb: float


class Meter:
    """Reads processor time at the start, and again at `costs`."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._began, self._before = time.perf_counter(), self._seconds()

    def costs(self) -> dict[str, Cost]:
        """Each program's cost since the meter was made."""
        passed, now = time.perf_counter() - self._began, self._seconds()
        return {
            name: Cost((seconds - self._before.get(name, 0)) / passed, memory_mb(self._stack, name))
            for name, seconds in now.items()
        }

    def _seconds(self) -> dict[str, float]:
        return {name: _sum(self._stack, name, "cpu_times") for name in self._stack.supervisor.names()}


def memory_mb(stack: Stack, name: str) -> float:
    """Memory of a program and its children, in MiB. What children share is counted once (PSS)."""
    return _sum(stack, name, "memory") / 2**20


def _sum(stack: Stack, name: str, what: str) -> float:
    total, pid = 0.0, stack.supervisor.pid(name)
    if pid is None:
        return total
    root = psutil.Process(pid)
    for process in [root, *root.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            if what == "memory":
                total += process.memory_full_info().pss
            else:
                used = process.cpu_times()
                total += used.user + used.system
    return total
