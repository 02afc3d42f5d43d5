"""Keeps programs running: order, readiness, restart with growing delay, ordered stop, no orphans."""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from local_stack import logs
from local_stack.leftovers import Register
from local_stack.processes import User, end_group, spawn, tail
from local_stack.state import State

Ready = Callable[[], Awaitable[bool]]
FIRST_DELAY_S, LAST_DELAY_S, HEALTHY_AFTER_S, ATTEMPTS, POLL_S = 0.2, 10.0, 30.0, 3, 0.05


class StartFailed(Exception):
    """A program of the local stack did not become ready; its last lines say why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What to keep running. `stage` orders the stop: the highest goes first, one stage ends together."""

    name: str
    command: Sequence[str]
    ready: Ready
    stage: int = 0
    environment: Mapping[str, str] | None = None
    folder: Path | None = None
    user: User | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL
    grace_s: float = 10
    ready_within_s: float = 120
    before: Callable[[], None] | None = None


@dataclass(slots=True)
class _Run:
    program: Program
    process: asyncio.subprocess.Process | None = None
    keeper: asyncio.Task[None] | None = None
    wanted: bool = False
    exits: int = 0
    follower: asyncio.Task[None] | None = None

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.returncode is None


class Supervisor:
    """Runs programs as children. With `echo`, their output is also shown there with a prefix each.

    `adapt` may change a program before its first start, to run it under other conditions (see `chaos`).
    """

    def __init__(self, state: State, *, echo: TextIO | None = None) -> None:
        self._state = state
        self._echo = echo
        self._register = Register(state)
        self._runs: dict[str, _Run] = {}
        self.adapt: Callable[[Program], Program] = lambda program: program

    def end_leftovers(self) -> list[str]:
        """End what a crashed stack left in this state folder; returns the names."""
        return self._register.end_leftovers()

    def pid(self, name: str) -> int | None:
        """The process id while the program runs, else None."""
        run = self._runs[name]
        return run.process.pid if run.alive and run.process else None

    def program(self, name: str) -> Program:
        """What is run under this name."""
        return self._runs[name].program

    def names(self) -> list[str]:
        """All programs in the order they were first started."""
        return list(self._runs)

    async def start(self, program: Program | str) -> None:
        """Start a program (again) and wait until it is ready. Raises StartFailed."""
        if isinstance(program, Program) and program.name not in self._runs:
            self._runs[program.name] = _Run(self.adapt(program))
            logs.begin(self._state.log(program.name))
        run = self._runs[program if isinstance(program, str) else program.name]
        if run.keeper is None or run.keeper.done():
            run.wanted, run.exits = True, 0
            run.keeper = asyncio.create_task(self._keep(run))
        if self._echo and run.follower is None:
            log = self._state.log(run.program.name)
            run.follower = asyncio.create_task(logs.follow(log, run.program.name, self._echo))
        await self._until_ready(run)

    async def ready(self, name: str) -> None:
        """Wait until a running (or returning) program answers. Raises StartFailed."""
        await self._until_ready(self._runs[name])

    async def stop(self, name: str) -> None:
        """Ask a program to end, insist after its grace, and keep it down until `start`."""
        run = self._runs[name]
        run.wanted = False
        if run.alive and run.process:
            _signal(run.process, run.program.stop_signal)
            await _gone(run.process, run.program.grace_s)
        if run.keeper:
            run.keeper.cancel()
            await asyncio.gather(run.keeper, return_exceptions=True)
            run.keeper = None
        self._register.remove(name)

    async def restart(self, name: str) -> None:
        """Stop and start one program; returns when it is ready again."""
        await self.stop(name)
        await self.start(name)

    async def kill(self, name: str, sent: signal.Signals = signal.SIGKILL, *, stay_down: bool = False) -> None:
        """Send a signal and wait for the end. It comes back as after any crash unless `stay_down`."""
        run = self._runs[name]
        process = run.process
        if stay_down:
            run.wanted = False
        if run.alive and process:
            _signal(process, sent)
            await process.wait()
        if stay_down and run.keeper:
            await asyncio.wait([run.keeper])

    async def stop_all(self) -> None:
        """Stop stage by stage, the last started stage first."""
        stages = sorted({run.program.stage for run in self._runs.values()}, reverse=True)
        for stage in stages:
            names = [name for name, run in self._runs.items() if run.program.stage == stage]
            await asyncio.gather(*(self.stop(name) for name in names))
        followers = [run.follower for run in self._runs.values() if run.follower]
        for follower in followers:
            follower.cancel()
        await asyncio.gather(*followers, return_exceptions=True)

    async def _keep(self, run: _Run) -> None:
        delay = FIRST_DELAY_S
        while run.wanted:
            began = time.monotonic()
            await self._run_once(run)
            if not run.wanted:
                return
            run.exits += 1
            delay = FIRST_DELAY_S if time.monotonic() - began > HEALTHY_AFTER_S else delay
            await asyncio.sleep(delay)
            delay = min(delay * 2, LAST_DELAY_S)

    async def _run_once(self, run: _Run) -> None:
        program = run.program
        if program.before:
            program.before()
        run.process = await spawn(
            program.command,
            log=self._state.log(program.name),
            environment=program.environment,
            user=program.user,
            folder=program.folder,
            death_signal=program.death_signal,
        )
        self._register.add(program.name, run.process.pid)
        try:
            await run.process.wait()
        finally:
            end_group(run.process.pid)
            self._register.remove(program.name)

    async def _until_ready(self, run: _Run) -> None:
        deadline, exits_before = time.monotonic() + run.program.ready_within_s, run.exits
        while time.monotonic() < deadline and run.exits - exits_before < ATTEMPTS:
            process = run.process
            # the same process before and after: the answer must not come from a stranger or from a dying one
            if run.alive and await _answers(run.program) and run.process is process and run.alive:
                return
            if run.keeper is None or run.keeper.done():
                break
            await asyncio.sleep(POLL_S)
        log = self._state.log(run.program.name)
        raise StartFailed(f"{run.program.name} did not become ready; see {log}\n{tail(log)}") from _cause(run)


def _cause(run: _Run) -> BaseException | None:
    if run.keeper and run.keeper.done() and not run.keeper.cancelled():
        return run.keeper.exception()
    return None


async def _answers(program: Program) -> bool:
    try:
        return await asyncio.wait_for(program.ready(), timeout=5)
    except (OSError, TimeoutError):
        return False


def _signal(process: asyncio.subprocess.Process, sent: signal.Signals) -> None:
    try:
        process.send_signal(sent)
    except ProcessLookupError:
        return


async def _gone(process: asyncio.subprocess.Process, grace_s: float) -> None:
    try:
        await asyncio.wait_for(process.wait(), timeout=grace_s)
    except TimeoutError:
        end_group(process.pid)
        await process.wait()
