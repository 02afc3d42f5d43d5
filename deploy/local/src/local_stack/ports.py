"""Free ports: chosen once, kept in the state folder, chosen anew only when somebody else took one."""

import json
import random
import socket
from collections.abc import Iterable

from local_stack.state import State, write_private

# below the range the system hands out to outgoing connections, so that a port stays ours between two starts
FIRST, LAST = 20_000, 31_999


class NoFreePort(Exception):
    """No free port was found on the loopback address."""


def choose(state: State, names: Iterable[str]) -> dict[str, int]:
    """A port on 127.0.0.1 for each name. Call with the state folder locked and leftovers ended."""
    path = state.folder / "ports.json"
    kept: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
    for name in names:
        if name not in kept or not is_free(kept[name]):
            kept[name] = _free_port(taken=set(kept.values()))
    write_private(path, kept)
    return kept


def read(state: State) -> dict[str, int]:
    """The ports chosen last; empty when the stack never ran."""
    path = state.folder / "ports.json"
    kept: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
    return kept


def is_free(port: int) -> bool:
    """True when nobody listens on 127.0.0.1:port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _free_port(*, taken: set[int]) -> int:
    # drawn at random so that two stacks that start at the same moment rarely want the same one
    for _ in range(1_000):
        port = random.randint(FIRST, LAST)
        if port not in taken and is_free(port):
            return port
    raise NoFreePort(f"{FIRST}-{LAST}")
