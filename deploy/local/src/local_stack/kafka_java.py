"""How one Kafka node is run: its Java, its jars, and the archive of loaded classes that halves its start."""

import base64
import os
import shutil
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path

from local_stack import kafka_jars
from local_stack.processes import run
from local_stack.settings import KAFKA_BUILD, Settings
from local_stack.state import State
from local_stack.supervisor import Program, Ready
from local_stack.toolchain import java


class Node:
    """One Kafka process with a folder of its own: `server.properties` and `data`."""

    def __init__(self, settings: Settings, state: State, name: str, *, heap_mb: int) -> None:
        self.name = name
        self.folder = state.folder / name
        self._settings = settings
        self._state = state
        self._heap_mb = heap_mb
        self._java: list[str] = []
        self._archive: Path | None = None

    async def prepare(self, say: Callable[[str], None], *, keep_archive: bool = True) -> None:
        """Get Java and the jars. Raises NoToolchain or NoJars when they cannot be had."""
        found = await java(self._state, say)
        jars = await kafka_jars.get(self._settings, self._state, say)
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self._java = [found.path, *self._options(jars, jars / f"kafka-{found.version}.jsa", keep_archive)]

    async def configure(self, lines: Mapping[str, str], cluster: str, *format_options: str) -> None:
        """Write the properties, and format the data folder the first time. Raises CommandFailed."""
        lines = {**lines, "log.dirs": str(self.folder / "data")}
        (self.folder / "server.properties").write_text("".join(f"{key}={value}\n" for key, value in lines.items()))
        if self.formatted_for is None:
            await self._format(cluster, *format_options)

    @property
    def formatted_for(self) -> str | None:
        """The id of the cluster whose records the data folder holds."""
        file = self.folder / "data" / "meta.properties"
        lines = file.read_text().splitlines() if file.exists() else []
        return next((line.partition("=")[2] for line in lines if line.startswith("cluster.id=")), None)

    def program(self, ready: Ready) -> Program:
        """How the supervisor runs it."""
        command = [*self._java, "kafka.Kafka", str(self.folder / "server.properties")]
        # writing the archive takes three seconds, on a busy machine many more
        grace_s = 30 if self._archive else 10
        return Program(name=self.name, command=command, ready=ready, folder=self.folder, grace_s=grace_s)

    def keep_class_archive(self) -> None:
        """Call after the stop: keep the archive of loaded classes that a first run wrote, for quicker starts."""
        if self._archive and self._archive.exists():
            self._archive.replace(self._archive.with_name(self._archive.name.partition("@")[2]))

    def _options(self, jars: Path, archive: Path, keep_archive: bool) -> list[str]:
        """A small heap, few threads, and loaded classes from an archive: halves the start."""
        options = [f"-Xmx{self._heap_mb}m", "-XX:+UseSerialGC", "-Xshare:auto"]
        options += ["-Xlog:disable", "-Xlog:all=error:stderr"]
        if archive.exists():
            options.append(f"-XX:SharedArchiveFile={archive}")
        elif keep_archive and os.access(jars, os.W_OK):
            self._archive = jars / f".{os.getpid()}@{archive.name}"
            options.append(f"-XX:ArchiveClassesAtExit={self._archive}")
        options.append(f"-Dlog4j2.configurationFile={KAFKA_BUILD / 'log4j2.xml'}")
        # the archive holds only for the very same class path, in the same order
        return [*options, "-cp", ":".join(sorted(str(jar) for jar in jars.glob("*.jar")))]

    async def _format(self, cluster: str, *options: str) -> None:
        shutil.rmtree(self.folder / "data", ignore_errors=True)
        command = [option for option in self._java if not option.startswith("-XX:ArchiveClassesAtExit")]
        command += ["kafka.tools.StorageTool", "format", "-t", cluster, *options]
        command += ["-c", str(self.folder / "server.properties")]
        await run(command, log=self._state.log(f"{self.name}-format"), folder=self.folder)


def fresh_cluster_id() -> str:
    """A new cluster's id: it must not begin with a dash, which the tool would take for an option."""
    return f"x{base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip('=')[1:]}"
