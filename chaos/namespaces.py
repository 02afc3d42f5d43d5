"""A network of its own for a process, in which nothing answers but what we let in.

The service keeps the addresses it would have anywhere: `127.0.0.1:port` of its own loopback, where our proxy listens.
So the network between it and the servers can be cut although everything runs on one machine, and Kafka's advertised
addresses need no change. Needs root (CAP_SYS_ADMIN) on Linux and util-linux' `nsenter`; nothing is left behind.
"""

import ctypes
import fcntl
import os
import shutil
import socket
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

_NEW_NETWORK = 0x40000000
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1
_libc = ctypes.CDLL(None, use_errno=True)


class NoNamespaces(Exception):
    """This process may not make networks of its own."""


def _call(outcome: int) -> None:
    if outcome != 0:
        raise NoNamespaces(os.strerror(ctypes.get_errno()))


class Namespace:
    """One network namespace, alive as long as this object (and processes in it) are. Raises NoNamespaces."""

    def __init__(self) -> None:
        if shutil.which("nsenter") is None:
            raise NoNamespaces("nsenter (util-linux) is missing")
        with _returning():
            _call(_libc.unshare(_NEW_NETWORK))
            self._handle = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
            _bring_loopback_up()

    def command(self, command: Sequence[str]) -> list[str]:
        """The same command, run inside."""
        return ["nsenter", f"--net=/proc/{os.getpid()}/fd/{self._handle}", "--", *command]

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Sockets made in this block belong to the inside. There must be no `await` in it."""
        with _returning():
            _call(_libc.setns(self._handle, _NEW_NETWORK))
            yield

    def listen(self, port: int) -> socket.socket:
        """A listening socket on the inside's loopback."""
        with self.entered():
            return listening(port)

    def socket(self) -> socket.socket:
        """A socket to connect from the inside."""
        with self.entered():
            made = socket.socket()
        made.setblocking(False)
        return made

    def close(self) -> None:
        """Let go; the network ends with its last process."""
        with suppress(OSError):
            os.close(self._handle)


def listening(port: int) -> socket.socket:
    """A listening socket on this network's loopback."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(("127.0.0.1", port))
    made.listen(128)
    made.setblocking(False)
    return made


@contextmanager
def _returning() -> Iterator[None]:
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        yield
    finally:
        _libc.setns(home, _NEW_NETWORK)
        os.close(home)


def _bring_loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        asked = fcntl.ioctl(control, _GET_FLAGS, struct.pack("16sh14x", b"lo", 0))
        (flags,) = struct.unpack_from("h", asked, 16)
        fcntl.ioctl(control, _SET_FLAGS, struct.pack("16sh14x", b"lo", flags | _UP))
