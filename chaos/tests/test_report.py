"""What a run found, as people see it in a terminal."""

from collections import Counter

from rich.console import Console

from chaos import report
from chaos.faults import FAULTS
from chaos.judge import Finding, Verdict
from chaos.ledger import Injection
from chaos.run import Outcome, Plan


def outcome(*findings: Finding) -> Outcome:
    """A run in which every fault came, with counts as large as those of a long run."""
    counts = Counter({"": 12_345, **{fault.name: 9_876 for fault in FAULTS}})
    return Outcome(
        plan=Plan(seed=7, seconds=60, faults=FAULTS, rate=10),
        verdict=Verdict(findings=list(findings), accepted=counts, effects=counts, answers=counts),
        injections=[Injection(fault.name, "x", 1.0, 2.0, 125.5) for fault in FAULTS],
        sent=[],
    )


def shown(found: Outcome) -> list[str]:
    console = Console(width=80)
    with console.capture() as captured:
        console.print(report.table(found))
    return captured.get().splitlines()


def test_the_table_is_whole_in_eighty_columns() -> None:
    lines = shown(outcome())
    width = lines[2].index("times")
    first_column = " ".join(" ".join(line[:width] for line in lines).split())

    assert not any("…" in line for line in lines)
    assert all(fault.title in first_column for fault in FAULTS)
    quiet = next(line.split() for line in lines if line.startswith(" between faults"))
    assert quiet[2:] == ["0", "12,345", "12,345", "12,345", "0", "–", "–"]


def test_what_went_wrong_stands_by_the_fault_that_it_came_with() -> None:
    lost = [Finding("lost", "pricing", "x", "kill-brokers")] * 2
    lines = shown(outcome(*lost, Finding("disorder", "pricing", "y", "kill-brokers")))

    at = next(place for place, line in enumerate(lines) if line.startswith(" A broker killed"))
    assert lines[at].split()[4:] == ["9,876", "9,876", "9,876", "2", "lost", "123.5", "123.5"]
    assert lines[at + 1].split() == ["1", "out", "of"]
    assert lines[at + 2].split() == ["order"]
    assert not any("…" in line for line in lines)
