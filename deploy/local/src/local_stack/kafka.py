"""Apache Kafka itself: one KRaft node with both roles, on loopback, from its Maven jars."""

import base64
import os
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path

from local_stack import kafka_jars
from local_stack.cluster import answers
from local_stack.processes import run
from local_stack.settings import KAFKA_BUILD, Settings
from local_stack.state import State
from local_stack.supervisor import Program
from local_stack.toolchain import java

NAME = "kafka"


class Kafka:
    """One broker. `prepare`, then hand `program` to the supervisor. Keeps its records over restarts."""

    kind = "apache"
    durable = True

    def __init__(self, settings: Settings, state: State, port: int, controller_port: int) -> None:
        self._settings = settings
        self._state = state
        self._port = port
        self._controller_port = controller_port
        self._folder = state.folder / "kafka"
        self._java: list[str] = []
        self._archive: Path | None = None

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients."""
        return f"127.0.0.1:{self._port}"

    async def prepare(self, say: Callable[[str], None]) -> None:
        """Get Java and the jars, and format the data folder the first time.

        Raises NoToolchain or NoJars when they cannot be had, CommandFailed when formatting fails.
        """
        found = await java(self._state, say)
        jars = await kafka_jars.get(self._settings, self._state, say)
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._java = [found.path, *self._options(jars, jars / f"kafka-{found.version}.jsa")]
        (self._folder / "server.properties").write_text(self._properties())
        if not (self._folder / "data" / "meta.properties").exists():
            await self._format()

    @property
    def program(self) -> Program:
        """How the supervisor runs it."""
        command = [*self._java, "kafka.Kafka", str(self._folder / "server.properties")]
        # writing the archive takes three seconds, on a busy machine many more
        grace_s = 30 if self._archive else 10
        return Program(name=NAME, command=command, ready=self._answers, folder=self._folder, grace_s=grace_s)

    def keep_class_archive(self) -> None:
        """Call after the stop: keep the archive of loaded classes that a first run wrote, for quicker starts."""
        if self._archive and self._archive.exists():
            self._archive.replace(self._archive.with_name(self._archive.name.partition("@")[2]))

    def _options(self, jars: Path, archive: Path) -> list[str]:
        """A small heap, few threads, and loaded classes from an archive: halves the start."""
        options = ["-Xmx512m", "-XX:+UseSerialGC", "-Xshare:auto", "-Xlog:disable", "-Xlog:all=error:stderr"]
        if archive.exists():
            options.append(f"-XX:SharedArchiveFile={archive}")
        elif os.access(jars, os.W_OK):
            self._archive = jars / f".{os.getpid()}@{archive.name}"
            options.append(f"-XX:ArchiveClassesAtExit={self._archive}")
        options.append(f"-Dlog4j2.configurationFile={KAFKA_BUILD / 'log4j2.xml'}")
        # the archive holds only for the very same class path, in the same order
        return [*options, "-cp", ":".join(sorted(str(jar) for jar in jars.glob("*.jar")))]

    async def _format(self) -> None:
        shutil.rmtree(self._folder / "data", ignore_errors=True)
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        command = [option for option in self._java if not option.startswith("-XX:ArchiveClassesAtExit")]
        command += ["kafka.tools.StorageTool", "format", "--standalone", "-t", f"x{cluster[1:]}"]
        command += ["-c", str(self._folder / "server.properties")]
        await run(command, log=self._state.log("kafka-format"), folder=self._folder)

    async def _answers(self) -> bool:
        return await answers(self.bootstrap)

    def _properties(self) -> str:
        own, controller = f"127.0.0.1:{self._port}", f"127.0.0.1:{self._controller_port}"
        lines = {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.bootstrap.servers": controller,
            "listeners": f"PLAINTEXT://{own},CONTROLLER://{controller}",
            "advertised.listeners": f"PLAINTEXT://{own},CONTROLLER://{controller}",
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "PLAINTEXT",
            "log.dirs": str(self._folder / "data"),
            "auto.create.topics.enable": "false",
            "offsets.topic.replication.factor": "1",
            "offsets.topic.num.partitions": "4",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "transaction.state.log.num.partitions": "1",
            "share.coordinator.state.topic.replication.factor": "1",
            "share.coordinator.state.topic.min.isr": "1",
            "group.initial.rebalance.delay.ms": "0",
            # a killed broker is let in again only when its old session has run out: 9 seconds by default
            "broker.session.timeout.ms": "3000",
            "broker.heartbeat.interval.ms": "500",
            "num.recovery.threads.per.data.dir": "2",
        }
        return "".join(f"{key}={value}\n" for key, value in lines.items())
