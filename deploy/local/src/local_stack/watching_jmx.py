"""The JMX exporter: a Java agent inside each broker, fetched once by Maven."""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from local_stack.processes import CommandFailed, run
from local_stack.settings import KAFKA_BUILD, PROJECT
from local_stack.state import State
from local_stack.supervisor import Program
from local_stack.toolchain import NoToolchain, maven

_POM = KAFKA_BUILD / "jmx" / "pom.xml"
_FOLDER = PROJECT / ".samverk" / "watching" / "jmx"
CONFIG = PROJECT / "deploy" / "prometheus" / "jmx-kafka.yml"


class NoAgent(Exception):
    """The JMX exporter could not be fetched from Maven Central."""


async def jar(state: State, say: Callable[[str], None]) -> Path:
    """The agent's jar, fetched when it is missing. Raises NoAgent."""
    found = next(iter(sorted(_FOLDER.glob("jmx_prometheus_javaagent-*.jar"))), None)
    if found:
        return found
    log = state.log("maven")
    say(f"fetching the JMX exporter from Maven Central (once; log: {log})")
    _FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        program = await maven(state, say)
        command = [program, "-q", "-B", "-f", str(_POM), "dependency:copy-dependencies"]
        await run([*command, f"-DoutputDirectory={_FOLDER}", "-DincludeScope=runtime"], log=log)
    except (CommandFailed, NoToolchain) as error:
        raise NoAgent(f"{error}") from error
    return next(_FOLDER.glob("jmx_prometheus_javaagent-*.jar"))


def watched(program: Program, agent: Path, port: int) -> Program:
    """The broker with the agent inside, which answers at 127.0.0.1:port/metrics."""
    inherited: Mapping[str, str] = program.environment if program.environment is not None else os.environ
    # Java writes no archive of loaded classes with an agent inside
    options = f"-javaagent:{agent}=127.0.0.1:{port}:{CONFIG}"
    command = [part for part in program.command if not part.startswith("-XX:ArchiveClassesAtExit")]
    return replace(program, command=command, environment={**inherited, "JAVA_TOOL_OPTIONS": options})
