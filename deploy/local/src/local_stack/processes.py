"""Starting children: through `launch.py`, in a session of their own, output straight into a file."""

import asyncio
import os
import pwd
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

LAUNCHER = Path(__file__).with_name("launch.py")


class CommandFailed(Exception):
    """A command of the local stack failed; its last lines say why."""


@dataclass(frozen=True, slots=True)
class User:
    """Whom a child runs as."""

    uid: int
    gid: int

    @classmethod
    def unprivileged(cls) -> Self | None:
        """`nobody` when we are root, otherwise nobody else than ourselves (None)."""
        if os.geteuid() != 0:
            return None
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid)


async def spawn(
    command: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    user: User | None = None,
    folder: Path | None = None,
    death_signal: signal.Signals = signal.SIGKILL,
) -> asyncio.subprocess.Process:
    """Start a child that gets `death_signal` when we die. Its output is appended to `log`, never piped: a busy
    parent must not hold up its children."""
    identity = f"{user.uid}:{user.gid}" if user else "-"
    wrapper = [sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid()), str(int(death_signal)), identity]
    with log.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            *wrapper,
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=asyncio.subprocess.STDOUT,
            env=dict(environment) if environment is not None else None,
            cwd=folder,
            start_new_session=True,
        )


async def run(
    command: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    user: User | None = None,
    folder: Path | None = None,
) -> None:
    """Run a command to its end. Raises CommandFailed with the last lines of its output."""
    process = await spawn(command, log=log, environment=environment, user=user, folder=folder)
    try:
        code = await process.wait()
    finally:
        end_group(process.pid)
    if code != 0:
        raise CommandFailed(f"{Path(command[0]).name} ended with {code}; see {log}\n{tail(log)}")


def end_group(pid: int) -> None:
    """Kill what is left of a child's session at once."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, for error messages."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 8_192))
        return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])
