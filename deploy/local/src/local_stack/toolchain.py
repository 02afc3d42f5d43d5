"""Java and Maven: found, or installed from Debian when we are root."""

import asyncio
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from local_stack.processes import CommandFailed, run
from local_stack.state import State

OLDEST_JAVA = 17
JAVA_PACKAGES = ("openjdk-17-jre-headless", "openjdk-21-jre-headless", "default-jre-headless")


class NoToolchain(Exception):
    """Java 17 or Maven is missing and cannot be installed."""


@dataclass(frozen=True, slots=True)
class Java:
    """A Java by its path and its full version, such as 17.0.15."""

    path: str
    version: str


async def java(state: State, say: Callable[[str], None]) -> Java:
    """A Java of at least 17. Raises NoToolchain with the reason in one line."""
    found = await _usable_java()
    if not found:
        await _install(state, JAVA_PACKAGES, "Java 17", say)
        found = await _usable_java()
    if not found:
        raise NoToolchain("Java 17 or newer is missing")
    return found


async def maven(state: State, say: Callable[[str], None]) -> str:
    """The path of Maven. Raises NoToolchain with the reason in one line."""
    if not shutil.which("mvn"):
        await _install(state, ("maven",), "Maven", say)
    found = shutil.which("mvn")
    if not found:
        raise NoToolchain("Maven is missing")
    return found


async def _usable_java() -> Java | None:
    home = os.environ.get("JAVA_HOME")
    candidates = [str(Path(home) / "bin" / "java")] if home else []
    for candidate in [*candidates, "java"]:
        path = shutil.which(candidate)
        version = await _java_version(path) if path else ""
        if path and version and int(version.split(".")[0]) >= OLDEST_JAVA:
            return Java(path, version)
    return None


async def _java_version(path: str) -> str:
    process = await asyncio.create_subprocess_exec(
        path, "-version", stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate()
    found = re.search(r'version "(\d+[\d.]*)', said.decode(errors="replace"))
    return found[1] if found else ""


async def _install(state: State, packages: tuple[str, ...], what: str, say: Callable[[str], None]) -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise NoToolchain(f"{what} is missing and cannot be installed without root and apt-get")
    log, environment = state.log("apt"), os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    say(f"{what} is missing: installing it from Debian (log: {log})")
    try:
        await run(["apt-get", "update"], log=log, environment=environment)
        package = await _first_known(packages)
        command = ["apt-get", "install", "-y", "--no-install-recommends", package]
        await run(command, log=log, environment=environment)
    except CommandFailed:
        raise NoToolchain(f"{what} is missing and apt-get could not install it (log: {log})") from None


async def _first_known(packages: tuple[str, ...]) -> str:
    """The first of the packages that this Debian has."""
    for package in packages:
        process = await asyncio.create_subprocess_exec(
            "apt-cache", "show", package, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
        )
        if await process.wait() == 0:
            return package
    return packages[-1]
