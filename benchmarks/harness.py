"""Contenders measured alternately, each in a process of its own; the median of the runs counts."""

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Literal, Protocol, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.child import MARK
from benchmarks.clock import Outcome

S = TypeVar("S")
Needed = TypeVar("Needed", contravariant=True)
Role = Literal["ours", "limit", "peer"]
_RUN_SECONDS = 600


class Unsound(Exception):
    """A contender did not do the work it was measured for; its figure would mean nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One way to do the work. `module` stands in `benchmarks.contenders`; `events` where fewer are enough."""

    name: str
    role: Role
    module: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    events: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How much is measured."""

    runs: int
    quick: bool


class Benchmark(Protocol[Needed]):
    """What one benchmark gives the harness. `ready` makes what all runs share; `fresh` what one run uses up.

    `servers` is what it needs to run: `Servers`, or None where it measures no more than a function.
    """

    name: str
    title: str
    unit: str
    goals: str

    def contenders(self) -> Sequence[Contender]: ...

    async def ready(self, servers: Needed) -> None: ...

    async def fresh(self, servers: Needed, contender: Contender) -> dict[str, Any]: ...

    async def verify(self, servers: Needed, /, contender: Contender, given: Mapping[str, Any]) -> dict[str, Any]:
        """What the run left behind, counted. Raises `Unsound`."""
        ...

    async def forget(self, servers: Needed, given: Mapping[str, Any]) -> None: ...


async def measure(benchmark: Benchmark[S], servers: S, scale: Scale, console: Console) -> dict[str, list[Outcome]]:
    """All runs: every contender once, then every contender again, so that a busy machine troubles all alike."""
    outcomes: dict[str, list[Outcome]] = {contender.name: [] for contender in benchmark.contenders()}
    with _progress(console) as progress:
        task = progress.add_task(f"{benchmark.name}: preparing", total=scale.runs * len(outcomes))
        await benchmark.ready(servers)
        for _ in range(scale.runs):
            for contender in benchmark.contenders():
                progress.update(task, description=f"{benchmark.name}: {contender.name}")
                outcomes[contender.name].append(await _once(benchmark, servers, contender))
                progress.advance(task)
    return outcomes


async def _once(benchmark: Benchmark[S], servers: S, contender: Contender) -> Outcome:
    given = await benchmark.fresh(servers, contender)
    outcome = await run_child(contender.module, {**given, **contender.settings})
    outcome.notes |= await benchmark.verify(servers, contender, given)
    await benchmark.forget(servers, given)
    return outcome


async def run_child(module: str, given: Mapping[str, Any]) -> Outcome:
    """Run a contender in a process of its own. Raises `Unsound` when it fails."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.child", f"benchmarks.contenders.{module}"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, errors = await asyncio.wait_for(process.communicate(json.dumps(given).encode()), _RUN_SECONDS)
    except TimeoutError:
        process.kill()
        raise Unsound(f"{module} was not done after {_RUN_SECONDS} s") from None
    lines = [line for line in out.decode().splitlines() if line.startswith(MARK)]
    if process.returncode or not lines:
        raise Unsound(f"{module} ended with {process.returncode}:\n{errors.decode()[-2_000:]}")
    return Outcome(**json.loads(lines[-1].removeprefix(MARK)))


def middle(outcomes: Sequence[Outcome]) -> float:
    """The median rate."""
    return median(outcome.rate for outcome in outcomes)


def _progress(console: Console) -> Progress:
    return Progress(
        *(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()),
        console=console,
        transient=True,
    )
