"""What a run found, as a table for people, as JSON for machines, and as figures on the page docs/reliability.md."""

import os
import platform
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Literal, NamedTuple

from rich.box import SIMPLE_HEAD
from rich.table import Table

from chaos.faults import BY_NAME
from chaos.judge import Wrong
from chaos.run import Outcome

PAGE = Path(__file__).parents[1] / "docs" / "reliability.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
_WRONGS: tuple[Wrong, ...] = ("lost", "doubled", "disorder", "unanswered", "unexplained")
HEADINGS = (
    "fault", "times", "accepted", "effects", "answers", "lost", "doubled", "out of order", "unanswered", "unexplained",
    "median s", "most s",
)  # fmt: skip
_FIRST_WRONG = HEADINGS.index("lost")
_NARROW = (*HEADINGS[:_FIRST_WRONG], "wrong", *HEADINGS[-2:])
_LEAST, _MOST = {"fault": len("PostgreSQL killed")}, {"wrong": len("unexplained")}
_QUIET = "between faults"


class Row(NamedTuple):
    """One line of the table; recoveries in seconds, None where there was none."""

    fault: str
    times: int
    accepted: int
    effects: int
    answers: int
    wrongs: tuple[int, ...]
    middle: float | None
    most: float | None

    def cells(self) -> list[str]:
        """As text, in the order of HEADINGS."""
        numbers = [self.times, self.accepted, self.effects, self.answers, *self.wrongs]
        seconds = ["–" if s is None else f"{s:.1f}" for s in (self.middle, self.most)]
        return [self.fault, *(f"{number:,}" for number in numbers), *seconds]


def rows(outcome: Outcome) -> list[Row]:
    """A row for each fault injected, one for the times between, and the sum."""
    names = [fault.name for fault in outcome.plan.faults if any(i.fault == fault.name for i in outcome.injections)]
    found = [_row(outcome, name, BY_NAME[name].title) for name in names]
    found.append(_row(outcome, "", _QUIET))
    recoveries = _recoveries(outcome, names)
    wrongs = tuple(outcome.verdict.of(wrong) for wrong in _WRONGS)
    verdict = outcome.verdict
    sums = (len(outcome.injections), verdict.accepted.total(), verdict.effects.total(), verdict.answers.total())
    return [*found, Row("all", *sums, wrongs, _middle(recoveries), max(recoveries, default=None))]


def _row(outcome: Outcome, name: str, title: str) -> Row:
    verdict, recoveries = outcome.verdict, _recoveries(outcome, [name])
    times = sum(injection.fault == name for injection in outcome.injections)
    counts = (verdict.accepted[name], verdict.effects[name], verdict.answers[name])
    wrongs = tuple(verdict.of(wrong, name) for wrong in _WRONGS)
    return Row(title, times, *counts, wrongs, _middle(recoveries), max(recoveries, default=None))


def _recoveries(outcome: Outcome, names: Sequence[str]) -> list[float]:
    return [i.recovery for i in outcome.injections if i.fault in names and i.recovery is not None]


def _middle(values: Sequence[float]) -> float | None:
    return median(values) if values else None


def table(outcome: Outcome) -> Table:
    """For people, in a terminal of 80 columns: what went wrong stands in one column."""
    shown = Table(
        title="What was broken, what became of the events, and when all was well again",
        caption="wrong: lost, doubled, out of order, unanswered or unexplained; seconds until all was well again",
        title_justify="left",
        caption_justify="left",
        box=SIMPLE_HEAD,
        padding=0,
        pad_edge=False,
    )
    for place, heading in enumerate(_NARROW):
        justify: Literal["left", "right"] = "right" if place else "left"
        shown.add_column(heading, justify=justify, min_width=_LEAST.get(heading), max_width=_MOST.get(heading))
    for row in rows(outcome):
        fault, *counts = row.cells()[:_FIRST_WRONG]
        shown.add_row(fault, *counts, _wrong(row), *row.cells()[-2:], end_section=row.fault == _QUIET)
    return shown


def _wrong(row: Row) -> str:
    """0, or how many of each kind."""
    kinds = HEADINGS[_FIRST_WRONG : _FIRST_WRONG + len(_WRONGS)]
    return "\n".join(f"{count:,} {kind}" for count, kind in zip(row.wrongs, kinds, strict=True) if count) or "0"


def as_json(outcome: Outcome) -> dict[str, Any]:
    """For machines."""
    verdict = outcome.verdict
    return {
        "good": outcome.good,
        "seed": outcome.plan.seed,
        "seconds": round(outcome.seconds, 1),
        "machine": _machine(outcome),
        "faults": [dict(zip(HEADINGS, row.cells(), strict=True)) for row in rows(outcome)],
        "injections": [
            {
                "fault": i.fault,
                "target": i.target,
                "began": round(i.began, 2),
                "recovery": i.recovery and round(i.recovery, 2),
            }
            for i in outcome.injections
        ],
        "unknown": verdict.unknown,
        "unknown_arrived": verdict.unknown_arrived,
        "resent": verdict.resent,
        "told": verdict.told,
        "repeats_on_the_wire": verdict.repeats_on_the_wire,
        "findings": [str(finding) for finding in verdict.findings],
        "failures": outcome.failures,
        "impossible": outcome.impossible,
    }


def _machine(outcome: Outcome) -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "load": [round(load, 1) for load in os.getloadavg()],
        "system": f"{platform.system()} {platform.machine()}",
        "brokers": outcome.plan.brokers,
        **outcome.versions,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    }


def markdown(outcome: Outcome) -> str:
    """The figures as they stand on the page."""
    return "\n".join(_lines(outcome))


def _lines(outcome: Outcome) -> Iterator[str]:
    machine, verdict = _machine(outcome), outcome.verdict
    versions = ", ".join(f"{name} {version}" for name, version in outcome.versions.items())
    brokers = f"{outcome.plan.brokers} broker{'s' if outcome.plan.brokers > 1 else ''}"
    minutes = f"{outcome.seconds / 60:.1f} minutes of load and faults"
    yield f"Measured {machine['measured_at'][:10]}, seed {outcome.plan.seed}: {minutes}, {brokers},"
    yield f"{machine['cores']} cores shared with other work (load {machine['load'][0]}),"
    yield f"{machine['system']}, {versions}."
    yield ""
    yield "| " + " | ".join(HEADINGS) + " |"
    yield "|---|" + "---:|" * (len(HEADINGS) - 1)
    for row in rows(outcome):
        yield "| " + " | ".join(row.cells()) + " |"
    yield ""
    yield f"- {verdict.resent:,} events had to be sent more than once before they were confirmed."
    yield (
        f"- {verdict.unknown:,} were given up by their senders unconfirmed; {verdict.unknown_arrived:,} of these had "
        "arrived all the same, and had one effect at most."
    )
    yield (
        f"- {verdict.told:,} events were told on the services' topics; {verdict.repeats_on_the_wire:,} records there "
        "and on the answers' topics are repeats under the same id, which readers pass over."
    )
    for name, reason in outcome.impossible.items():
        yield f"- Not tried on this machine: {BY_NAME[name].title.lower()}: {reason}."
    for failure in (*outcome.failures, *map(str, verdict.findings[:20])):
        yield f"- **Failed:** {failure}"


def write(outcome: Outcome, page: Path = PAGE) -> None:
    """Put the figures between the page's marks; the words around them stay."""
    before, _, rest = page.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{markdown(outcome)}\n{END}{after}")
