"""Prometheus, Alertmanager and the exporters beside a stack: `samverk up --watch`."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import httpx

from local_stack import ports, watching_jmx, watching_programs
from local_stack.databases import create_watcher
from local_stack.services import is_ready
from local_stack.state import State
from local_stack.supervisor import Program, Supervisor
from local_stack.watching_config import LOCAL, PROMETHEUS, Addresses, Sources, lay_out, targets, write_targets

# after the services in the start, so before them in the stop
_STAGE: Final = 2
_SERVERS: Final = ("prometheus", "alertmanager", "postgres-exporter", "node", "blackbox")
_NODE_OPTIONS: Final = (
    "--collector.disable-defaults",
    *(f"--collector.{name}" for name in ("cpu", "meminfo", "loadavg", "filesystem", "diskstats", "time", "uname")),
    # only what holds no data is left out: in a container the overlay is the disk that matters
    "--collector.filesystem.fs-types-exclude=^(autofs|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|nsfs|proc|sysfs)$",
    "--collector.filesystem.mount-points-exclude=^/(dev|proc|run|sys|etc)($|/)",
)


class Watching:
    """Given to `Stack(watching=…)`, which calls `prepare`, `watched` and `start` in that order.

    `prometheus_url` and `alertmanager_url` say where to look. Raises NoWatchers or NoAgent where something is missing
    that cannot be fetched.
    """

    def __init__(self, sources: Sources | None = None, *, options: Sequence[str] = ()) -> None:
        self._sources, self._options = sources or Sources(), tuple(options)
        self._ports: Mapping[str, int] = {}
        self._programs: Mapping[str, str] = {}
        self._agent: Path | None = None
        self._brokers: dict[str, int] = {}
        self.folder = Path()

    @property
    def prometheus_url(self) -> str:
        return f"http://{LOCAL}:{self._ports['prometheus']}"

    @property
    def alertmanager_url(self) -> str:
        return f"http://{LOCAL}:{self._ports['alertmanager']}"

    async def prepare(self, state: State, brokers: Sequence[str], say: Callable[[str], None]) -> None:
        """Get the programs, choose ports, lay out the configuration. `brokers` are those that run in Java."""
        self._programs = await watching_programs.get(state, say)
        if brokers:
            self._agent = await watching_jmx.jar(state, say)
        self.folder = state.folder / "watching"
        self.folder.mkdir(exist_ok=True)
        lay_out(self.folder, self._sources)
        self._ports = ports.choose(state, (*_SERVERS, *(f"jmx-{name}" for name in brokers)))
        self._brokers = {name: self._ports[f"jmx-{name}"] for name in brokers}

    def watched(self, program: Program) -> Program:
        """A broker's program with the JMX exporter inside; any other as it was."""
        if self._agent is None or program.name not in self._brokers:
            return program
        return watching_jmx.watched(program, self._agent, self._brokers[program.name])

    async def start(
        self, state: State, supervisor: Supervisor, *, admin_url: str, urls: Mapping[str, str], tls: Sequence[str] = ()
    ) -> None:
        """Start them all. Raises StartFailed, and what `prepare` raises where no broker of ours has called it."""
        if not self._programs:
            await self.prepare(state, (), lambda _line: None)
        addresses = Addresses(urls=urls, kafka=self._brokers, tls=tls, ports=self._ports)
        write_targets(self.folder, targets(addresses))
        source = await create_watcher(admin_url, state.role_password("watcher"))
        for program in (self._postgres(source), self._node(), self._blackbox(), self._alertmanager()):
            await supervisor.start(program)
        await supervisor.start(self._prometheus())

    async def reload(self) -> None:
        """Let Prometheus read its configuration again."""
        async with httpx.AsyncClient(trust_env=False) as client:
            (await client.post(f"{self.prometheus_url}/-/reload")).raise_for_status()

    def _prometheus(self) -> Program:
        options = [
            f"--config.file={self.folder / 'prometheus' / 'prometheus.yml'}",
            f"--storage.tsdb.path={self.folder / 'data' / 'prometheus'}",
            # the error budgets look back thirty days
            "--storage.tsdb.retention.time=40d",
            "--web.enable-lifecycle",
            *self._options,
        ]
        return self._program("prometheus", "prometheus", options, "/-/ready")

    def _alertmanager(self) -> Program:
        options = [
            f"--config.file={self.folder / 'alertmanager' / 'alertmanager.yml'}",
            f"--storage.path={self.folder / 'data' / 'alertmanager'}",
            "--cluster.listen-address=",
        ]
        return self._program("alertmanager", "prometheus-alertmanager", options, "/-/ready")

    def _postgres(self, source: str) -> Program:
        options = [
            f"--extend.query-path={PROMETHEUS / 'queries.yml'}",
            # our own queries say what we need, alike for every version of PostgreSQL
            "--disable-default-metrics",
            "--disable-settings-metrics",
            "--no-collector.bgwriter",
            "--no-collector.database",
        ]
        environment = {"DATA_SOURCE_NAME": source}
        return self._program("postgres-exporter", "prometheus-postgres-exporter", options, "/", environment)

    def _node(self) -> Program:
        return self._program("node", "prometheus-node-exporter", _NODE_OPTIONS, "/")

    def _blackbox(self) -> Program:
        options = [f"--config.file={self.folder / 'prometheus' / 'blackbox.yml'}"]
        return self._program("blackbox", "prometheus-blackbox-exporter", options, "/-/healthy")

    def _program(
        self, name: str, binary: str, options: Sequence[str], path: str, environment: Mapping[str, str] | None = None
    ) -> Program:
        address = f"{LOCAL}:{self._ports[name]}"

        async def ready() -> bool:
            return await is_ready(f"http://{address}{path}")

        return Program(
            name=name,
            command=[self._programs[binary], f"--web.listen-address={address}", *options],
            ready=ready,
            stage=_STAGE,
            environment=dict(environment) if environment is not None else None,
            folder=self.folder,
        )
