"""What is put around a service so that its network and its clock can be disturbed while it runs."""

import asyncio
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from chaos.namespaces import Namespace, NoNamespaces, listening
from chaos.network import Link, from_socket, to_port
from local_stack.services import is_ready
from local_stack.supervisor import Program

_FAKETIME = "faketime/libfaketime.so.1"


class Surrounded:
    """One service in a network of its own, with links to what it needs. Raises NoNamespaces."""

    def __init__(self, service: str, environment: Mapping[str, str]) -> None:
        self.service = service
        self._namespace = Namespace()
        self.database = self._inwards("database", _port(environment["SAMVERK_DATABASE_URL"]))
        self.brokers = [
            self._inwards(f"broker {number}", int(address.rpartition(":")[2]))
            for number, address in enumerate(environment["SAMVERK_KAFKA"].split(","), 1)
        ]
        self.issuer = self._inwards("issuer", _port(environment["SAMVERK_JWKS_URL"]))
        self.doors = [self.door(int(environment["SAMVERK_PORT"]))]
        self._started: list[asyncio.Task[None]] = []
        for link in (self.database, *self.brokers, self.issuer, *self.doors):
            self.begin(link)

    def run_inside(self, program: Program) -> Program:
        """The program, run in this network."""
        return replace(program, command=self._namespace.command(program.command))

    def door(self, port: int) -> Link:
        """A link from outside to a port that is listened on inside."""
        return Link(f"{self.service} door", listening(port), from_socket(self._namespace.socket, port))

    def begin(self, link: Link) -> None:
        """Open a link; whoever connects before it is open waits."""
        self._started.append(asyncio.create_task(link.start()))

    @property
    def servers(self) -> list[Link]:
        """The links to database and brokers."""
        return [self.database, *self.brokers]

    async def close(self) -> None:
        """End all links and the network."""
        await asyncio.gather(*self._started, return_exceptions=True)
        await asyncio.gather(*(link.stop() for link in (*self.servers, self.issuer, *self.doors)))
        self._namespace.close()

    def _inwards(self, name: str, port: int) -> Link:
        return Link(f"{self.service} to {name}", self._namespace.listen(port), to_port(port))


def may_have_networks() -> str:
    """Why processes can't have networks of their own here; empty when they can."""
    try:
        Namespace().close()
    except NoNamespaces as reason:
        return str(reason)
    return ""


class Clock:
    """The clock of one service, which can be set while it runs (libfaketime)."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.set(0)

    def set(self, seconds: int) -> None:
        """So many seconds ahead (or behind, when negative) from now on."""
        self._file.write_text(f"{seconds:+d}\n")

    def worn_by(self, program: Program, library: Path) -> Program:
        """The program, reading this clock. Its monotonic clock is left alone, as setting a clock leaves it."""
        environment = {
            **(program.environment or {}),
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        return replace(program, environment=environment)


def faketime_library() -> Path | None:
    """Where libfaketime stands, when it is installed."""
    found = [*Path("/usr/lib").glob(f"*/{_FAKETIME}"), *Path("/usr/lib").glob(_FAKETIME)]
    return found[0] if found and shutil.which("faketime") else None


def replica(base: Program, name: str, port: int, parts: tuple[str, ...]) -> Program:
    """Another process of the same service that runs these parts alone, on a port of its own."""
    environment = {**(base.environment or {}), "SAMVERK_PORT": str(port)}
    only = [word for part in parts for word in ("--only", part)]

    async def ready() -> bool:
        return await is_ready(f"http://127.0.0.1:{port}/health/ready")

    return replace(base, name=name, command=[*base.command, *only], environment=environment, ready=ready)


def _port(url: str) -> int:
    port = urlsplit(url).port
    assert port is not None
    return port
