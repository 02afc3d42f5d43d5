"""`python -m benchmarks.load`: ramp both doors to saturation, grow a group of consumers, soak; write it all down."""

import argparse
import asyncio
import json
import platform
import shutil
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
from aiokafka import AIOKafkaProducer
from rich.console import Console

from benchmarks.harness import Unsound
from benchmarks.load import consumers, page
from benchmarks.load.costs import Meter, memory_mb
from benchmarks.load.senders import SERVICE, Line, Send, Step, Supply, by_http, by_kafka, hold
from local_stack.settings import Settings
from local_stack.stack import Stack

ROOT = Path(__file__).parents[2]
_GAIN = 1.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How much is measured."""

    senders: tuple[int, ...] = (1, 2, 4, 8, 16, 32, 64, 128)
    seconds: float = 8
    replicas: tuple[int, ...] = (1, 2, 3, 4)
    backlog: int = 20_000
    soak: float = 300
    quick: bool = False


QUICK = Scale(senders=(1, 8), seconds=1, replicas=(1, 2), backlog=1_000, soak=5, quick=True)


def main() -> int:
    """0 when all was measured, 1 when a door refused or a consumer did not take what it should."""
    arguments = _arguments()
    scale = QUICK if arguments.quick else Scale(soak=arguments.soak)
    console = Console()
    try:
        content = asyncio.run(_measure(scale, console))
    except Unsound as fault:
        console.print(f"Not measured: {fault}", style="bold red", markup=False)
        return 1
    arguments.results.mkdir(parents=True, exist_ok=True)
    (arguments.results / "load.json").write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    console.print("\n".join(page.lines(content)), markup=False)
    if not scale.quick:
        page.write(content, ROOT / "docs" / "growing.md")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short steps and no page: does it work, not how fast")
    parser.add_argument("--soak", type=float, default=300, help="seconds of steady load (default 300)")
    parser.add_argument("--results", type=Path, default=ROOT / "benchmarks" / "results", help="folder for load.json")
    return parser.parse_args()


async def _measure(scale: Scale, console: Console) -> dict[str, Any]:
    folder = ROOT / ".samverk-load"
    shutil.rmtree(folder, ignore_errors=True)
    async with Stack(settings=Settings(state=folder, broker="apache"), services=(SERVICE,)) as stack:
        supply = Supply()
        content = await _doors(stack, supply, scale, console)
        console.print("soak", style="dim")
        content["soak"] = await _soak(stack, supply, scale.soak, content["http"]["best"] / 2)
        await stack.stop(SERVICE)
        content["consumers"] = []
        for replicas in scale.replicas:
            rate = await consumers.rate(stack, supply, replicas, scale.backlog)
            console.print(f"{replicas} consumers: {rate:,.0f} events/s", style="dim", markup=False)
            content["consumers"].append({"replicas": replicas, "events_per_second": round(rate, 1)})
    shutil.rmtree(folder, ignore_errors=True)
    return {"name": "load", "quick": scale.quick, "measured_at": _now(), "machine": _machine(), **content}


async def _doors(stack: Stack, supply: Supply, scale: Scale, console: Console) -> dict[str, Any]:
    async with AsyncExitStack() as opened:

        def lines(number: int, batch: int = 1) -> list[Send]:
            made = [Line(stack.urls[SERVICE]) for _ in range(number)]
            for line in made:
                opened.callback(line.close)
            return [by_http(stack, supply, line, batch=batch) for line in made]

        # a small linger would measure itself; the records of senders that wait together still share requests
        producer = await opened.enter_async_context(
            AIOKafkaProducer(**stack.client("administrator"), acks="all", enable_idempotence=True)
        )
        await hold(lines(4), min(scale.seconds, 3))
        http = await _ramp("HTTP", lines, stack, scale, console)
        batches = await hold(lines(4, batch=100), scale.seconds)
        kafka = await _ramp("Kafka", lambda n: [by_kafka(producer, supply)] * n, stack, scale, console)
    return {"http": http, "http_batches": {"batch": 100, "events_per_second": round(batches.rate, 1)}, "kafka": kafka}


async def _ramp(
    name: str, senders: Callable[[int], list[Send]], stack: Stack, scale: Scale, console: Console
) -> dict[str, Any]:
    steps, rates = [], dict[int, float]()
    for number in scale.senders:
        meter = Meter(stack)
        step = await hold(senders(number), scale.seconds)
        if step.refused:
            raise Unsound(f"{name}: {step.refused} requests of {number} senders were refused")
        steps.append(_told(step, {program: asdict(cost) for program, cost in meter.costs().items()}))
        rates[number] = step.rate
        console.print(f"{name}, {number} senders: {step.rate:,.0f} events/s", style="dim", markup=False)
    return {"steps": steps, "best": round(max(rates.values()), 1), "bends_at": bend(rates)}


def bend(rates: Mapping[int, float]) -> int:
    """The fewest senders after which no step gains a tenth on it."""
    return next(n for n, rate in rates.items() if all(r < rate * _GAIN for m, r in rates.items() if m > n))


def _told(step: Step, costs: dict[str, dict[str, float]]) -> dict[str, Any]:
    return {
        "senders": step.senders,
        "events_per_second": round(step.rate, 1),
        "p50_ms": round(step.wait_ms(50), 2),
        "p99_ms": round(step.wait_ms(99), 2),
        "costs": {program: {what: round(n, 3) for what, n in cost.items()} for program, cost in costs.items()},
    }


async def _soak(stack: Stack, supply: Supply, seconds: float, wanted: float) -> dict[str, Any]:
    """Half of what the door can take, and the service's memory each second."""
    senders, samples = 16, list[float]()
    made = [Line(stack.urls[SERVICE]) for _ in range(senders)]
    work = asyncio.create_task(hold([by_http(stack, supply, line) for line in made], seconds, each_s=senders / wanted))
    while not work.done():
        samples.append(memory_mb(stack, SERVICE))
        await asyncio.wait([work], timeout=1)
    step = await work
    for line in made:
        line.close()
    fifth = max(1, len(samples) // 5)
    early, late = sum(samples[fifth : 2 * fifth]) / fifth, sum(samples[-fifth:]) / fifth
    return {
        "seconds": round(step.seconds, 1),
        "events_per_second": round(step.rate, 1),
        "early_mb": round(early, 1),
        "late_mb": round(late, 1),
        "growth_percent": round((late / early - 1) * 100, 2),
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _machine() -> dict[str, Any]:
    info = Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
    processor = names[0] if names else platform.processor() or platform.machine()
    return {"cores": psutil.cpu_count(), "processor": processor, "python": platform.python_version()}


if __name__ == "__main__":
    raise SystemExit(main())
