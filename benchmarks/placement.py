"""`placement`: from all choices as columns to the outcome, queue number and deciding step of each."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import report
from benchmarks.clock import Outcome
from benchmarks.harness import Contender, Scale, Unsound, measure
from benchmarks.national import WHOLE_COUNTRY

PEER_AT = 10_000
_REPEATS = 3
_MODULES = {"admissions": "ours", "heaps": "heaps", "matching": "matching", "lexsort": "lexsort"}


class Placing:
    """Ours at the largest size comes first: it is what the result names as ours. No servers are needed."""

    name, unit = "placement", "choices/s"
    title = "placement: 3 to 8 choices each, from columns to outcome, queue number and deciding step"
    goals = (
        "goals: at most 1.2 times numpy's lexsort of one packed number a choice (ratio 0.833), "
        "over 500 times PyPI matching, memory under 300 MB"
    )

    def __init__(self, scale: Scale) -> None:
        self.sizes = (400, 600, 1_200) if scale.quick else (PEER_AT, 50_000, WHOLE_COUNTRY)

    def contenders(self) -> Sequence[Contender]:
        """Each at each size, but `matching` at the smallest and the limits at the largest only."""
        small, _, large = self.sizes
        return [
            *(self._at(size, "admissions", "ours") for size in reversed(self.sizes)),
            self._at(large, "lexsort", "limit", "numpy lexsort, one packed number", packed=True),
            self._at(large, "lexsort", "limit", "numpy lexsort, five columns", packed=False),
            *(self._at(size, "heaps", "peer") for size in self.sizes),
            self._at(small, "matching", "peer"),
        ]

    def _at(self, size: int, kind: str, role: Any, name: str | None = None, **settings: Any) -> Contender:
        return Contender(
            name=f"{name or kind}, {size}",
            role=role,
            module=f"placement_{_MODULES[kind]}",
            settings={"applicants": size, "repeats": _REPEATS, **settings},
        )

    async def ready(self, _: None) -> None:
        """Each contender makes the round for itself, from the same seed."""

    async def fresh(self, _: None, __: Contender) -> dict[str, Any]:
        """Nothing but its settings."""
        return {}

    async def verify(self, _: None, /, contender: Contender, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Placements are compared when all have been made."""
        return {"applicants": contender.settings["applicants"]}

    async def forget(self, _: None, __: Mapping[str, Any]) -> None:
        """Nothing is left behind."""


async def main(scale: Scale, console: Console, results: Path | None) -> dict[str, Any]:
    """Measure, show and keep. Raises `Unsound` when two placements of one round differ."""
    benchmark = Placing(scale)
    outcomes = await measure(benchmark, None, scale, console)
    _compare(outcomes)
    content = report.result(benchmark, outcomes, scale)
    content["milliseconds"] = {name: _milliseconds(of_one) for name, of_one in outcomes.items()}
    content["at_the_same_size"] = _same_size(benchmark, content["milliseconds"])
    console.print(_table(benchmark, content))
    report.write(content, results)
    return content


def _compare(outcomes: Mapping[str, Sequence[Outcome]]) -> None:
    placed: dict[int, set[str]] = {}
    for of_one in outcomes.values():
        for outcome in of_one:
            if "admitted" in outcome.notes:
                placed.setdefault(outcome.notes["applicants"], set()).add(outcome.notes["admitted"])
    differing = [size for size, digests in placed.items() if len(digests) > 1]
    if differing:
        raise Unsound(f"placements differ between contenders at {differing} applicants")


def _milliseconds(outcomes: Sequence[Outcome]) -> float:
    """Of one placement, where a run made it several times over too."""
    placements = [outcome.events / outcome.notes.get("choices", outcome.events) for outcome in outcomes]
    middle: float = median(outcome.seconds / made for outcome, made in zip(outcomes, placements, strict=True))
    return round(middle * 1_000, 2)


def _same_size(benchmark: Placing, milliseconds: Mapping[str, float]) -> dict[str, float]:
    """How many times as long the others take for the same applicants."""
    others = [contender for contender in benchmark.contenders() if contender.role != "ours"]
    return {
        other.name: round(milliseconds[other.name] / milliseconds[f"admissions, {other.settings['applicants']}"], 3)
        for other in others
    }


def _table(benchmark: Placing, content: Mapping[str, Any]) -> Table:
    shown = Table(title=benchmark.title, caption=benchmark.goals, title_justify="left", caption_justify="left")
    for heading in ("contender, applicants", "ms", "times ours", "CPU µs a choice", "peak MiB"):
        shown.add_column(heading, justify="left" if heading.startswith("contender") else "right")
    for contender in benchmark.contenders():
        details, times = content["details"][contender.name], content["at_the_same_size"].get(contender.name)
        shown.add_row(
            f"{contender.role}: {contender.name}",
            f"{content['milliseconds'][contender.name]:,.1f}",
            "" if times is None else f"{times:,.2f}",
            f"{details['cpu_us_per_event']:.2f}",
            f"{details['peak_memory_mb']:.0f}",
        )
    return shown
