"""`python -m benchmarks [names…]`: measure, print a table each, write `benchmarks/results/<name>.json`."""

import argparse
import asyncio
import json
import sys
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path

from rich.console import Console

from benchmarks.harness import Scale, Unsound
from benchmarks.servers import sharing

NAMES = ("relay", "ingest", "memory", "placement", "round", "booking")
_SERVED = {"relay", "ingest", "round", "booking"}


def main() -> int:
    """0 when all was measured, 1 when a contender did not do its work. Speed alone never fails."""
    arguments = _arguments()
    console = Console(stderr=arguments.json)
    try:
        asyncio.run(_measure(arguments, console))
    except Unsound as fault:
        console.print(f"Not measured: {fault}", style="bold red", markup=False)
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"which to run, of {', '.join(NAMES)} (default: all)")
    parser.add_argument("--runs", type=int, default=5, help="runs of each contender; the median counts (default 5)")
    parser.add_argument("--quick", action="store_true", help="one run with few events: does it work, not how fast")
    parser.add_argument("--json", action="store_true", help="print the results as JSON on standard output")
    parser.add_argument("--results", type=Path, help="folder for the result files (default benchmarks/results)")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(NAMES)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    return arguments


async def _measure(arguments: argparse.Namespace, console: Console) -> None:
    scale = Scale(runs=1 if arguments.quick else arguments.runs, quick=arguments.quick)
    contents = []
    names = arguments.names or NAMES
    async with sharing() if scale.quick and set(names) & _SERVED else nullcontext():
        for name in names:
            module = import_module(f"benchmarks.{name}")
            contents.append(await module.main(scale, console, arguments.results))
    if arguments.json:
        json.dump(contents, sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")


if __name__ == "__main__":
    raise SystemExit(main())
