"""Proxies that can be cut, silenced and slowed: what a network does when it fails.

- cut: connections are reset, new ones refused, as when a server or firewall says no;
- silent: nothing gets through and nobody is told, as when a cable is pulled. Waiting data goes on when it is mended;
- forget: what is open stays open on the far side for ever and never says a word, as when a machine lost its power;
- slow: everything takes longer.
"""

import asyncio
import random
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress

Connect = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]
_CHUNK = 65_536


class Link:
    """What one end is reached through: a listening socket on one side, `connect` to the other."""

    def __init__(self, name: str, listener: socket.socket, connect: Connect) -> None:
        self.name = name
        self._listener, self._connect = listener, connect
        self._server: asyncio.Server | None = None
        self._through = asyncio.Event()
        self._through.set()
        self._refusing = False
        self._delay = 0.0
        self._open: set[asyncio.Task[None]] = set()
        self._ghosts: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> tuple[str, int]:
        """Where the near side connects to."""
        host, port = self._listener.getsockname()
        return host, port

    async def start(self) -> None:
        """Begin to let connections through."""
        self._server = await asyncio.start_server(self._pass, sock=self._listener)

    async def stop(self) -> None:
        """End everything."""
        if self._server is not None:
            self._server.close()
        tasks = self._open | self._ghosts
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def cut(self) -> None:
        """Reset what is open, refuse what comes."""
        self._refusing = True
        for task in self._open:
            task.cancel()

    def silence(self) -> None:
        """Let nothing through, and say nothing."""
        self._through.clear()

    def slow(self, seconds: float) -> None:
        """Everything takes so much longer in each direction, give or take a half."""
        self._delay = seconds

    def forget(self) -> None:
        """The near side is gone; the far side is never told."""
        self._ghosts |= self._open
        self._open = set()

    def mend(self) -> None:
        """Let everything through again; what was forgotten stays so."""
        self._refusing, self._delay = False, 0.0
        self._through.set()

    async def _pass(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        far: asyncio.StreamWriter | None = None
        try:
            if not self._refusing:
                await self._through.wait()
                there, far = await self._connect()
                async with asyncio.TaskGroup() as both:
                    both.create_task(self._pump(near, far, task))
                    both.create_task(self._pump(there, back, task))
        except* (OSError, asyncio.IncompleteReadError, _Ended):
            pass
        finally:
            self._open.discard(task)
            self._ghosts.discard(task)
            for writer in (back, far):
                _abort(writer)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, task: asyncio.Task[None]) -> None:
        while True:
            data = await reader.read(_CHUNK)
            if self._delay:
                await asyncio.sleep(random.uniform(0.5, 1.5) * self._delay)
            await self._through.wait()
            if task in self._ghosts:
                await asyncio.Event().wait()
            if not data:
                raise _Ended
            writer.write(data)
            await writer.drain()


class _Ended(Exception):
    """One side has closed: so does the other."""


def _abort(writer: asyncio.StreamWriter | None) -> None:
    if writer is not None:
        with suppress(OSError, RuntimeError):
            writer.close()


def to_port(port: int) -> Connect:
    """Connect to a port of this machine's loopback."""

    async def connect() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", port)

    return connect


def from_socket(make: Callable[[], socket.socket], port: int) -> Connect:
    """Connect to a port through sockets made by `make`, which may belong to another network."""

    async def connect() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        made = make()
        try:
            await asyncio.get_running_loop().sock_connect(made, ("127.0.0.1", port))
        except OSError:
            made.close()
            raise
        return await asyncio.open_connection(sock=made)

    return connect
