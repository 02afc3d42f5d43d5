"""A benchmark's figures as a table for people and a file for machines."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from rich.table import Table

from benchmarks.clock import Outcome
from benchmarks.harness import Benchmark, Contender, Scale, middle

RESULTS = Path(__file__).parent / "results"


def result(benchmark: Benchmark[Any], outcomes: Mapping[str, Sequence[Outcome]], scale: Scale) -> dict[str, Any]:
    """The result file's content. Bigger is better in every ratio; memory and processor time are ours."""
    contenders = benchmark.contenders()
    ours = next(contender.name for contender in contenders if contender.role == "ours")
    rates = {name: middle(of_one) for name, of_one in outcomes.items()}
    peers = {c.name: round(rates[c.name], 1) for c in contenders if c.role == "peer"}
    limits = {c.name: round(rates[c.name], 1) for c in contenders if c.role == "limit"}
    return {
        "name": benchmark.name,
        "unit": benchmark.unit,
        "ours": round(rates[ours], 1),
        "peer": peers,
        "limit": limits,
        "ratio_to_peer": {name: round(rates[ours] / rate, 3) for name, rate in peers.items()},
        "ratio_to_limit": {name: round(rates[ours] / rate, 3) for name, rate in limits.items()},
        "peak_memory_mb": round(max(outcome.peak_memory_mb for outcome in outcomes[ours]), 1),
        "cpu_seconds": round(median(outcome.cpu_seconds for outcome in outcomes[ours]), 3),
        "goals": benchmark.goals,
        "runs": scale.runs,
        "quick": scale.quick,
        "details": {name: _details(of_one) for name, of_one in outcomes.items()},
        "machine": machine(),
    }


def _details(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    rates = [outcome.rate for outcome in outcomes]
    return {
        "events": outcomes[-1].events,
        "lowest": round(min(rates), 1),
        "highest": round(max(rates), 1),
        "rates": [round(rate, 1) for rate in rates],
        "cpu_us_per_event": round(median(o.cpu_seconds / o.events for o in outcomes) * 1e6, 1),
        "peak_memory_mb": round(max(outcome.peak_memory_mb for outcome in outcomes), 1),
        "notes": outcomes[-1].notes,
    }


def machine() -> dict[str, Any]:
    """Where and when this was measured; only ratios can be compared between machines."""
    return {
        "cores": os.cpu_count(),
        "load": [round(load, 2) for load in os.getloadavg()],
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    }


def write(content: Mapping[str, Any], folder: Path | None = None) -> Path:
    """Keep a result as `<name>.json`."""
    target = folder or RESULTS
    target.mkdir(parents=True, exist_ok=True)
    path = target / f"{content['name']}.json"
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    return path


def table(benchmark: Benchmark[Any], content: Mapping[str, Any]) -> Table:
    """The figures for people; the ratio is ours to theirs."""
    shown = Table(title=benchmark.title, caption=benchmark.goals, title_justify="left", caption_justify="left")
    shown.add_column("")
    for heading in (benchmark.unit, "lowest–highest", "ours is", "CPU µs each", "peak MiB"):
        shown.add_column(heading, justify="right")
    for contender in benchmark.contenders():
        shown.add_row(*_row(contender, content))
    return shown


def _row(contender: Contender, content: Mapping[str, Any]) -> list[str]:
    details = content["details"][contender.name]
    rate = content["ours"] if contender.role == "ours" else content[contender.role][contender.name]
    ratio = "" if contender.role == "ours" else f"{content[f'ratio_to_{contender.role}'][contender.name]:.2f} ×"
    return [
        f"{contender.role}: {contender.name}",
        f"{rate:,.0f}",
        f"{details['lowest']:,.0f}–{details['highest']:,.0f}",
        ratio,
        f"{details['cpu_us_per_event']:.0f}",
        f"{details['peak_memory_mb']:.0f}",
    ]
