"""What runs in a state folder now, for commands that join a stack somebody else started."""

import fcntl
import json
from dataclasses import asdict, dataclass

from local_stack.state import State, write_private
from shared.kafka_security import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The addresses of a running stack. Holds passwords: the file is for its owner alone."""

    pid: int
    kafka: str
    broker_kind: str
    durable: bool
    issuer_url: str
    urls: dict[str, str]
    database_urls: dict[str, str]
    postgres_admin_url: str
    kafka_protocol: Protocol = "PLAINTEXT"
    kafka_ca_file: str | None = None


def remember(state: State, description: Running) -> None:
    """Write `stack.json` once everything is ready."""
    write_private(state.folder / "stack.json", asdict(description))


def forget(state: State) -> None:
    """Remove `stack.json`."""
    (state.folder / "stack.json").unlink(missing_ok=True)


def find(state: State) -> Running | None:
    """The stack that runs in this folder, or None: also when it crashed and left its file behind."""
    path = state.folder / "stack.json"
    if not path.exists() or not _is_locked(state):
        return None
    return Running(**json.loads(path.read_text()))


def _is_locked(state: State) -> bool:
    with (state.folder / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
