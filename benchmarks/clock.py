"""Time, processor time and memory of one run, taken inside the process that is measured."""

import resource
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any


@dataclass(slots=True)
class Outcome:
    """One run: how many events in how many seconds, and what it cost the process."""

    events: int
    seconds: float
    cpu_seconds: float
    peak_memory_mb: float
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / self.seconds

    def as_dict(self) -> dict[str, Any]:
        """For the line that the child prints."""
        return asdict(self)


class Clock:
    """Started when the work begins, stopped when it is done."""

    def __init__(self) -> None:
        self._cpu = cpu_seconds()
        self._began = perf_counter()

    def stop(self, events: int, **notes: Any) -> Outcome:
        """What it took."""
        seconds = perf_counter() - self._began
        return Outcome(events, seconds, cpu_seconds() - self._cpu, peak_memory_mb(), notes)


def cpu_seconds() -> float:
    """Processor seconds of this process so far, its own and the system's on its behalf."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_memory_mb() -> float:
    """Most resident memory of this process so far, in MiB.

    Linux's VmHWM, because `ru_maxrss` remembers what the starting process had before the program was loaded.
    """
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kilobytes) / 1024
