"""Kafka's jars: fetched once per checkout by Maven, by the pinned `deploy/local/kafka/pom.xml`."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

from local_stack.processes import CommandFailed, run
from local_stack.settings import KAFKA_BUILD, PROJECT, Settings
from local_stack.state import State
from local_stack.toolchain import maven

# 43 MB and a few plug-ins; a network that swallows packets must not hold up the fallback for ever
FETCH_WITHIN_S = 300


class NoJars(Exception):
    """Kafka's jars could not be fetched from Maven Central."""


def version() -> str:
    """The version of Kafka that `pom.xml` pins."""
    names = {"m": "http://maven.apache.org/POM/4.0.0"}
    pom = ElementTree.parse(KAFKA_BUILD / "pom.xml")  # noqa: S314 - our own file
    return pom.findtext("m:properties/m:kafka.version", default="", namespaces=names)


def places(settings: Settings, state: State) -> list[Path]:
    """Where the jars may stand, best first: a second state folder uses those of the project's own."""
    if settings.jars:
        return [settings.jars]
    name = f"kafka-{version()}"
    return [state.folder / name, PROJECT / ".samverk" / name]


async def get(settings: Settings, state: State, say: Callable[[str], None]) -> Path:
    """The folder with the jars, fetched when it is nowhere. Raises NoToolchain or NoJars."""
    candidates = places(settings, state)
    for folder in candidates:
        if any(folder.glob("kafka_*.jar")):
            return folder
    target = next((folder for folder in reversed(candidates) if _can_make(folder)), candidates[0])
    await _fetch(state, target, say)
    return target


async def _fetch(state: State, target: Path, say: Callable[[str], None]) -> None:
    program, log = await maven(state, say), state.log("maven")
    say(f"fetching Apache Kafka {version()} from Maven Central (once; log: {log})")
    target.parent.mkdir(parents=True, exist_ok=True)
    fetched = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-"))
    command = [program, "-q", "-B", "-f", str(KAFKA_BUILD / "pom.xml"), "dependency:copy-dependencies"]
    try:
        async with asyncio.timeout(FETCH_WITHIN_S):
            await run([*command, f"-DoutputDirectory={fetched}", "-DincludeScope=runtime"], log=log)
        _put_in_place(fetched, target)
    except (CommandFailed, TimeoutError):
        raise NoJars(f"Maven could not fetch Apache Kafka (log: {log})") from None
    finally:
        shutil.rmtree(fetched, ignore_errors=True)


def _put_in_place(fetched: Path, target: Path) -> None:
    fetched.chmod(0o755)
    try:
        fetched.rename(target)
    except OSError:
        # another stack was quicker; what it fetched is the same
        if not any(target.glob("kafka_*.jar")):
            raise


def _can_make(folder: Path) -> bool:
    parent = next(above for above in folder.parents if above.exists())
    return os.access(parent, os.W_OK)
