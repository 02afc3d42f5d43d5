"""`memory`: each service's memory when idle, and admissions' while it takes 200,000 applications."""

import asyncio
import os
from pathlib import Path
from typing import Any

import asyncpg
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks import report
from benchmarks.harness import Scale, Unsound
from benchmarks.ingest import lay_out
from benchmarks.servers import Servers, serving
from local_stack.settings import SERVICES

IDLE_GOAL, TAKING_GOAL = 150.0, 300.0
_BUSY = "admissions"
_SETTLE_SECONDS = 10.0
_SAMPLE_SECONDS = 0.5
_LONGEST_SECONDS = 600


async def main(scale: Scale, console: Console, results: Path | None) -> dict[str, Any]:
    """Start the services as they are started everywhere, look at them, then give admissions its year group."""
    events = 2_000 if scale.quick else 200_000
    async with serving("memory", SERVICES) as servers:
        await asyncio.sleep(1.0 if scale.quick else _SETTLE_SECONDS)
        idle = {service: footprint(servers, service) for service in SERVICES}
        cpu = _cpu_seconds(servers)
        peak = await _take(servers, events, console)
        cpu = _cpu_seconds(servers) - cpu
    content = _content(scale, idle, peak, events, cpu)
    console.print(_table(content))
    report.write(content, results)
    return content


def footprint(servers: Servers, service: str) -> dict[str, float]:
    """Resident memory of a service's process, and its fair share of what it shares with others (PSS), in MiB."""
    lines = (_process(servers, service) / "smaps_rollup").read_text().splitlines()[1:]
    kilobytes = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
    return {"rss": round(kilobytes["Rss"] / 1024, 1), "pss": round(kilobytes["Pss"] / 1024, 1)}


def _process(servers: Servers, service: str) -> Path:
    """Its folder in Linux's /proc."""
    pid = servers.stack.supervisor.pid(service)
    if pid is None:
        raise Unsound(f"{service} is not running")
    return Path(f"/proc/{pid}")


def _cpu_seconds(servers: Servers) -> float:
    """User and system time of admissions: fields 14 and 15 of proc_pid_stat(5), in clock ticks."""
    fields = (_process(servers, _BUSY) / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _take(servers: Servers, events: int, console: Console) -> dict[str, float]:
    """The most memory seen while all events are sent and taken; the process must be the same all along."""
    before = servers.stack.supervisor.pid(_BUSY)
    sending = asyncio.create_task(lay_out(servers, events))
    peak = footprint(servers, _BUSY)
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task(f"memory: {_BUSY} taking", total=events)
        async with asyncio.timeout(_LONGEST_SECONDS):
            while (taken := await _taken(servers)) < events:
                progress.update(task, completed=taken)
                peak = {kind: max(most, peak[kind]) for kind, most in footprint(servers, _BUSY).items()}
                await asyncio.sleep(_SAMPLE_SECONDS)
    await sending
    if servers.stack.supervisor.pid(_BUSY) != before:
        raise Unsound(f"{_BUSY} was restarted on the way")
    return peak


async def _taken(servers: Servers) -> int:
    connection = await asyncpg.connect(servers.stack.database_urls[_BUSY].replace("+asyncpg", ""))
    try:
        number: int = await connection.fetchval("SELECT count(*) FROM applications")
    finally:
        await connection.close()
    return number


def _content(
    scale: Scale, idle: dict[str, dict[str, float]], peak: dict[str, float], events: int, cpu: float
) -> dict[str, Any]:
    """`ours` is the peak while taking; the limits are the goals, and a ratio above 1 is below the goal."""
    largest = max(used["rss"] for used in idle.values())
    return {
        "name": "memory",
        "unit": "MiB",
        "ours": peak["rss"],
        "peer": {},
        "limit": {"idle": IDLE_GOAL, "taking": TAKING_GOAL},
        "ratio_to_peer": {},
        "ratio_to_limit": {"idle": round(IDLE_GOAL / largest, 3), "taking": round(TAKING_GOAL / peak["rss"], 3)},
        "peak_memory_mb": peak["rss"],
        "cpu_seconds": round(cpu, 1),
        "goals": f"goals: idle under {IDLE_GOAL:.0f} MiB, taking under {TAKING_GOAL:.0f} MiB",
        "runs": 1,
        "quick": scale.quick,
        "details": {"idle": idle, "taking": {_BUSY: peak}, "events": events},
        "machine": report.machine(),
    }


def _table(content: dict[str, Any]) -> Table:
    shown = Table(title="memory of each service", caption=content["goals"], title_justify="left")
    for heading in ("", "RSS MiB", "PSS MiB", "goal MiB"):
        shown.add_column(heading, justify="right" if heading else "left")
    for service, used in content["details"]["idle"].items():
        shown.add_row(f"{service}, idle", f"{used['rss']:.0f}", f"{used['pss']:.0f}", f"{IDLE_GOAL:.0f}")
    peak, events = content["details"]["taking"][_BUSY], content["details"]["events"]
    shown.add_row(f"{_BUSY}, taking {events:,}", f"{peak['rss']:.0f}", f"{peak['pss']:.0f}", f"{TAKING_GOAL:.0f}")
    return shown
