"""The programs that watch: found on the machine, or unpacked from Debian's packages into the project's state folder.

Unpacked rather than installed: a package would start a daemon of its own. Only Alertmanager's own templates must stand
where Debian has them, which takes root once.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from local_stack.processes import CommandFailed, run
from local_stack.settings import PROJECT
from local_stack.state import State

PACKAGES = {
    "prometheus": "prometheus",
    "promtool": "prometheus",
    "prometheus-alertmanager": "prometheus-alertmanager",
    "amtool": "prometheus-alertmanager",
    "prometheus-postgres-exporter": "prometheus-postgres-exporter",
    "prometheus-node-exporter": "prometheus-node-exporter",
    "prometheus-blackbox-exporter": "prometheus-blackbox-exporter",
}
# what others than Debian call the same programs
_ALIASES = {
    "prometheus-alertmanager": "alertmanager",
    "prometheus-postgres-exporter": "postgres_exporter",
    "prometheus-node-exporter": "node_exporter",
    "prometheus-blackbox-exporter": "blackbox_exporter",
}
_TEMPLATES = Path("/usr/share/prometheus/alertmanager")
_UNPACKED = PROJECT / ".samverk" / "watching"


class NoWatchers(Exception):
    """The programs that watch are missing, and Debian's packages of them cannot be fetched here."""


def find(name: str) -> str | None:
    """The path of one of PACKAGES' programs, or None."""
    candidates = [str(_UNPACKED / "usr" / "bin" / name), name, _ALIASES.get(name, name)]
    return next((path for candidate in candidates if (path := shutil.which(candidate))), None)


async def get(state: State, say: Callable[[str], None]) -> dict[str, str]:
    """The path of each program, fetched when it is nowhere. Raises NoWatchers with the reason in one line."""
    missing = sorted({package for name, package in PACKAGES.items() if not find(name)})
    if missing:
        state.prepare()
        await _fetch(state, missing, say)
    found = {name: path for name in PACKAGES if (path := find(name))}
    if len(found) < len(PACKAGES):
        raise NoWatchers(f"missing: {', '.join(sorted(set(PACKAGES) - set(found)))}")
    _put_templates_in_place()
    return found


def _put_templates_in_place() -> None:
    """Debian's Alertmanager reads its default templates from one fixed place; other builds carry them inside."""
    unpacked = _UNPACKED / _TEMPLATES.relative_to("/")
    if not unpacked.exists() or (_TEMPLATES / "default.tmpl").exists():
        return
    try:
        shutil.copytree(unpacked, _TEMPLATES, dirs_exist_ok=True)
    except OSError:
        raise NoWatchers(
            f"{_TEMPLATES} is missing: install prometheus-alertmanager, or run this once as root"
        ) from None


async def _fetch(state: State, packages: list[str], say: Callable[[str], None]) -> None:
    log = state.log("watching-fetch")
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise NoWatchers(f"install {', '.join(packages)}: this machine has no apt-get")
    say(f"fetching {', '.join(packages)} from Debian (once; log: {log})")
    _UNPACKED.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="samverk-watching-") as name:
        folder = Path(name)
        try:
            await _download(packages, folder, log)
            for package in os.listdir(folder):  # noqa: PTH208 - no waiting in it
                await run(["dpkg-deb", "-x", str(folder / package), str(_UNPACKED)], log=log)
        except CommandFailed as error:
            raise NoWatchers(f"Debian's packages could not be fetched (log: {log})") from error


async def _download(packages: list[str], folder: Path, log: Path) -> None:
    command = ["apt-get", "download", *packages]
    try:
        await run(command, log=log, folder=folder)
    except CommandFailed:
        # a bare machine has no lists yet; only root may fetch them
        if os.geteuid() != 0:
            raise
        await run(["apt-get", "update", "-qq"], log=log)
        await run(command, log=log, folder=folder)


def main() -> None:
    """`python -m local_stack.watching_programs`: fetch what is missing, for tests and CI."""
    import sys

    from local_stack.settings import Settings

    try:
        asyncio.run(get(State(Settings.from_environment().state), lambda line: print(line, file=sys.stderr)))  # noqa: T201
    except NoWatchers as reason:
        sys.exit(f"{reason}: tests of alerts and dashboards will be skipped")


if __name__ == "__main__":
    main()
