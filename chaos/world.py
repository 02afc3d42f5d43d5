"""The whole stack, put where each of its parts can be broken, and hands to break it with."""

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil  # type: ignore[import-untyped]

from chaos.disks import Disk, NoDisks
from chaos.surroundings import Clock, Surrounded, faketime_library, may_have_networks, replica
from local_stack import ports
from local_stack.settings import SERVICES, Settings
from local_stack.stack import Stack
from local_stack.supervisor import Program

# PostgreSQL runs as `nobody`, who must reach its folder; below /var/tmp everybody can.
_PLACE = Path("/var/tmp")
POSTGRES, ADMINISTRATOR = "postgres", "administrator"
_BROKER_DISK_MIB, _DATABASE_DISK_MIB = 1_024, 3_072


@dataclass(slots=True)
class Obstacles:
    """What can't be done on this machine, each with the reason; empty when it can."""

    network: str = ""
    disks: str = ""
    clock: str = ""


@dataclass(slots=True)
class Parts:
    """What is put around the stack."""

    surrounded: dict[str, Surrounded] = field(default_factory=dict)
    clocks: dict[str, Clock] = field(default_factory=dict)
    broker_disk: Disk | None = None
    database_disk: Disk | None = None


class World:
    """Enter it to start everything; leaving stops it and removes every trace, mounts and folders included."""

    def __init__(self, *, brokers: int, say: Callable[[str], None], on_step: Callable[[str, int, int], None]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="samverk-chaos-", dir=_PLACE))
        self.folder.chmod(0o755)
        self.obstacles, self.parts = Obstacles(), Parts()
        settings = replace(Settings.from_environment(state=self.folder / "stack"), brokers=brokers, kafka=None)
        self.stack = Stack(settings=replace(settings, postgres=None), say=say, on_step=on_step)
        self.stack.supervisor.adapt = self._adapt
        self._library = faketime_library()
        self._number_of_brokers = brokers

    async def __aenter__(self) -> Self:
        try:
            self._look_around()
            await self.stack.__aenter__()
        except BaseException:
            await self._clear()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self.stack.__aexit__(kind, error, trace)
        finally:
            await self._clear()

    @property
    def brokers(self) -> list[str]:
        """The names of the broker programs, in the order of their numbers."""
        return sorted(name for name in self.stack.supervisor.names() if name.startswith("kafka"))

    def client(self, principal: str) -> dict[str, Any]:
        """The arguments with which an aiokafka client comes in as this principal."""
        return self.stack.client(principal)

    def database_url(self, service: str) -> str:
        """The database of a service as its superuser, for one who looks."""
        return f"{self.stack.postgres_admin_url.rpartition('/')[0]}/samverk_{service}"

    def links(self, service: str) -> Surrounded:
        """The links of a service; only where there is no obstacle to networks."""
        return self.parts.surrounded[service]

    def pause(self, name: str) -> None:
        """Stop a program and all its children where they stand (SIGSTOP)."""
        self._signal(name, signal.SIGSTOP)

    def resume(self, name: str) -> None:
        """Let a paused program go on (SIGCONT)."""
        self._signal(name, signal.SIGCONT)

    async def start_replica(self, service: str, number: int, *parts: str) -> str:
        """Another process of a service; gives its name. It is `stack.stop`ped as any program."""
        name = f"{service}-{number}"
        if name in self.stack.supervisor.names():
            await self.stack.supervisor.start(name)
            return name
        port = ports.choose(self.stack.state, [name])[name]
        if service in self.parts.surrounded:
            around = self.parts.surrounded[service]
            around.doors.append(around.door(port))
            around.begin(around.doors[-1])
        base = self.stack.supervisor.program(service)
        await self.stack.supervisor.start(replica(base, name, port, parts))
        return name

    def logs(self) -> Mapping[str, Path]:
        """The log of each program."""
        return {name: self.stack.state.log(name) for name in self.stack.supervisor.names()}

    def _look_around(self) -> None:
        self.obstacles.network = may_have_networks()
        self.obstacles.clock = "" if self._library else "libfaketime (Debian: faketime) is not installed"
        state = self.stack.state
        state.prepare()
        broker = state.folder / (f"kafka-{self._number_of_brokers}" if self._number_of_brokers > 1 else "kafka")
        try:
            self.parts.broker_disk = Disk(broker, mebibytes=_BROKER_DISK_MIB)
            self.parts.database_disk = Disk(state.folder / POSTGRES, mebibytes=_DATABASE_DISK_MIB)
        except NoDisks as reason:
            self.obstacles.disks = f"no small disk can be mounted ({reason})"

    def _adapt(self, program: Program) -> Program:
        if program.name not in SERVICES:
            return program
        if self._library:
            clock = self.parts.clocks[program.name] = Clock(self.folder / f"clock-{program.name}")
            program = clock.worn_by(program, self._library)
        if not self.obstacles.network:
            around = self.parts.surrounded[program.name] = Surrounded(program.name, program.environment or {})
            program = around.run_inside(program)
        return program

    def _signal(self, name: str, sent: signal.Signals) -> None:
        pid = self.stack.supervisor.pid(name)
        if pid is None:
            return
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            for each in (process, *process.children(recursive=True)):
                with suppress(ProcessLookupError):
                    os.kill(each.pid, sent)

    async def _clear(self) -> None:
        await asyncio.gather(*(around.close() for around in self.parts.surrounded.values()))
        for disk in (self.parts.broker_disk, self.parts.database_disk):
            if disk is not None:
                disk.unmount()
        await asyncio.to_thread(shutil.rmtree, self.folder, ignore_errors=True)
