"""Log files of the programs: begun anew per stack, shown with a prefix when asked."""

import asyncio
from pathlib import Path
from typing import TextIO

COLOURS = (36, 32, 33, 35, 34, 96, 92, 93)


def begin(log: Path) -> None:
    """Start a fresh log and keep the one of the run before as `<name>.log.previous`."""
    if log.exists():
        log.replace(log.with_name(f"{log.name}.previous"))
    log.touch(mode=0o600)


async def follow(log: Path, name: str, out: TextIO) -> None:
    """Copy new lines of a log to `out`, each with the program's name before it, until cancelled."""
    prefix = _prefix(name, coloured=out.isatty())
    with log.open(errors="replace") as file:
        kept = ""
        while True:
            kept += file.read(65_536)
            *lines, kept = kept.split("\n")
            out.writelines(f"{prefix}{line}\n" for line in lines)
            out.flush()
            await asyncio.sleep(0.1)


def _prefix(name: str, *, coloured: bool) -> str:
    if not coloured:
        return f"{name:<10} | "
    colour = COLOURS[sum(name.encode()) % len(COLOURS)]
    return f"\x1b[{colour}m{name:<10}\x1b[0m | "
