"""The whole local stack as one async context manager."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO, Unpack

from local_stack import broker, databases, foreign, issuer, ports, running, topics
from local_stack.kafka_cluster import ADMINISTRATOR
from local_stack.postgres import Postgres
from local_stack.processes import run
from local_stack.services import Surroundings, is_ready, migrate_command, program
from local_stack.settings import SERVICES, Settings
from local_stack.state import State
from local_stack.supervisor import Program, Supervisor
from local_stack.watching import Watching
from shared.kafka_security import Security

OnStep = Callable[[str, int, int], None]


def _to_stderr(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _quiet(_name: str, _done: int, _total: int) -> None:
    return None


class Stack:
    """PostgreSQL, a broker, a token issuer and the services, started together and stopped in order.

    `brokers` names the programs that make up the broker, `services` may be empty where only the servers are needed.
    With `watching`, Prometheus and its kin watch it. `on_step(name, done, total)` follows the start, `say` takes the
    few lines a person should read, `echo` shows all logs with prefixes. Raises StateFolderBusy, StartFailed,
    CommandFailed, NoDurableBroker, NoPlaceForPostgres, NoWatchers, NoAgent.
    """

    kafka: str
    broker_kind: str
    durable: bool
    postgres_admin_url: str
    issuer_url: str

    def __init__(
        self,
        state: Path | None = None,
        *,
        services: Sequence[str] = SERVICES,
        environment: Mapping[str, str] | None = None,
        settings: Settings | None = None,
        watching: Watching | None = None,
        on_step: OnStep = _quiet,
        say: Callable[[str], None] = _to_stderr,
        echo: TextIO | None = None,
    ) -> None:
        self.settings = settings or Settings.from_environment(state=state)
        self.state = State(self.settings.state)
        self.supervisor = Supervisor(self.state, echo=echo)
        self.database_urls: dict[str, str] = {}
        self.urls: dict[str, str] = {}
        self.brokers: list[str] = []
        self.topics = topics.Outcome()
        self._services = services
        self.watching = watching
        self._extra = dict(environment or {})
        self._on_step, self._say = on_step, say
        self._done = 0
        self._broker: broker.Broker | None = None
        self._held = ExitStack()

    async def __aenter__(self) -> Self:
        self._held.enter_context(self.state.lock())
        try:
            await self._start()
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()

    def token(self, **wanted: Unpack[issuer.Wanted]) -> str:
        """A token of the local issuer; see `issuer.sign_token`."""
        return issuer.sign_token(self.state, **wanted)

    def security(self, principal: str) -> Security:
        """How a principal comes in at the broker. At a cluster that is not ours, all come in as we do ourselves, unless
        `SAMVERK_KAFKA_PRINCIPALS` names a file with everyone's password. Raises KeyError for an unknown principal."""
        if self._broker:
            return self._broker.security(principal)
        return foreign.security(self.settings, principal)

    def client(self, principal: str) -> dict[str, Any]:
        """The arguments with which an aiokafka client comes in as this principal: `administrator`, `operations`, a
        service's name or `municipality-<code>`."""
        return {"bootstrap_servers": self.kafka, **self.security(principal).client()}

    async def start(self, name: str) -> None:
        """Start a stopped program again and wait until it is ready."""
        await self.supervisor.start(name)

    async def stop(self, name: str) -> None:
        """Stop one program in good order; it stays down until `start`."""
        await self.supervisor.stop(name)

    async def restart(self, name: str) -> None:
        """Stop and start one program."""
        await self.supervisor.restart(name)

    async def kill(self, name: str, sent: signal.Signals = signal.SIGKILL, *, stay_down: bool = False) -> None:
        """Kill one program; the supervisor brings it back (`supervisor.ready` waits) unless `stay_down`."""
        await self.supervisor.kill(name, sent, stay_down=stay_down)

    async def _start(self) -> None:
        running.forget(self.state)
        self.supervisor.end_leftovers()
        chosen = ports.choose(self.state, ("postgres", *broker.ports(self.settings), issuer.NAME, *SERVICES))
        self.issuer_url = f"http://127.0.0.1:{chosen[issuer.NAME]}"
        self.urls = {service: f"http://127.0.0.1:{chosen[service]}" for service in SERVICES}
        await _together(self._with_postgres(chosen["postgres"]), self._with_broker(chosen), self._with_issuer())
        around = self.surroundings
        await _together(*(self._with_service(service, around) for service in self._services))
        await self._with_watching()
        running.remember(self.state, self._description())

    async def _stop(self) -> None:
        with self._held:
            running.forget(self.state)
            await self.supervisor.stop_all()
            if self._broker:
                self._broker.keep_class_archive()

    async def _with_postgres(self, port: int) -> None:
        if self.settings.postgres:
            self.postgres_admin_url = self.settings.postgres
        else:
            server = Postgres(self.state, port)
            await server.prepare()
            await self.supervisor.start(server.program)
            self.postgres_admin_url = server.admin_url
        self._step("postgres")
        passwords = {service: self.state.role_password(service) for service in SERVICES}
        self.database_urls = await databases.create(self.postgres_admin_url, passwords)
        self._step("databases")

    async def _with_broker(self, chosen: Mapping[str, int]) -> None:
        # a cluster that is not ours has its own number of copies
        replication = self.settings.replication or -1
        if self.settings.kafka:
            self.kafka, self.broker_kind, self.durable = self.settings.kafka, "external", True
        else:
            server = await broker.choose(self.settings, self.state, chosen, self._say)
            self._broker = server
            self.brokers = [program.name for program in server.programs]
            self.kafka, self.broker_kind, self.durable = server.bootstrap, server.kind, server.durable
            replication = self.settings.replication or server.replication
            programs = await self._watched(server.programs)
            await _together(*(self.supervisor.start(program) for program in programs))
            await server.open()
        self._step("kafka")
        security = self.security(ADMINISTRATOR)
        self.topics = await topics.create(self.kafka, topics.declared(), replication=replication, security=security)
        for found in self.topics.differing:
            self._say(f"topic {found.topic}: {found.setting} is {found.found}, declared {found.declared}")
        self._step("topics")

    async def _watched(self, programs: Sequence[Program]) -> Sequence[Program]:
        """The brokers, with something inside that tells their numbers where somebody watches."""
        if not self.watching:
            return programs
        java = [program.name for program in programs] if self.broker_kind == "apache" else []
        await self.watching.prepare(self.state, java, self._say)
        return [self.watching.watched(program) for program in programs]

    async def _with_issuer(self) -> None:
        port = self.issuer_url.rpartition(":")[2]

        async def ready() -> bool:
            return await is_ready(f"{self.issuer_url}/health/live")

        command = [sys.executable, "-m", "local_stack.issuer", str(self.state.folder), port]
        await self.supervisor.start(Program(name=issuer.NAME, command=command, ready=ready))
        self._step(issuer.NAME)

    async def _with_service(self, service: str, around: Surroundings) -> None:
        log = self.state.log(f"{service}-migrate")
        await run(migrate_command(service), log=log, environment=around.environment(service))
        self._step(f"{service} migrated")
        await self.supervisor.start(program(service, around))
        self._step(service)

    async def _with_watching(self) -> None:
        if not self.watching:
            return
        tls = self.kafka.split(",") if "SSL" in self.security(ADMINISTRATOR).protocol else ()
        urls = {service: self.urls[service] for service in self._services}
        await self.watching.start(self.state, self.supervisor, admin_url=self.postgres_admin_url, urls=urls, tls=tls)
        self._step("watching")

    @property
    def surroundings(self) -> Surroundings:
        """What the services are told, for a replica that somebody else starts. Known once the servers run."""
        return Surroundings(
            database_urls=self.database_urls,
            kafka=self.kafka,
            security=self.security,
            idempotence=self.broker_kind != "tansu",
            issuer_url=self.issuer_url,
            # one for all: a browser sends the cookies of 127.0.0.1 to every port
            session_key=self.state.session_key(),
            urls=self.urls,
            extra=self._extra,
        )

    def _description(self) -> running.Running:
        security = self.security(ADMINISTRATOR)
        return running.Running(
            pid=os.getpid(),
            kafka=self.kafka,
            broker_kind=self.broker_kind,
            durable=self.durable,
            issuer_url=self.issuer_url,
            urls={service: self.urls[service] for service in self._services},
            database_urls=self.database_urls,
            postgres_admin_url=self.postgres_admin_url,
            kafka_protocol=security.protocol,
            kafka_ca_file=str(security.ca_file) if security.ca_file else None,
        )

    def _step(self, name: str) -> None:
        self._done += 1
        self._on_step(name, self._done, 5 + 2 * len(self._services) + bool(self.watching))


async def _together(*work: Coroutine[Any, Any, None]) -> None:
    """Run side by side; the first failure ends the others and is raised by itself."""
    try:
        async with asyncio.TaskGroup() as group:
            for part in work:
                group.create_task(part)
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None
