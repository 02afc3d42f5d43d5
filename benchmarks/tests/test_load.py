"""The load test runs to its end, and tells what its page promises."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.load import page
from benchmarks.load.__main__ import bend
from benchmarks.load.senders import Step

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.durable
@pytest.mark.timeout(300)
def test_a_quick_run_measures_both_doors_the_group_and_the_memory(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.load", "--quick", "--results", str(tmp_path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)
    assert run.returncode == 0, run.stdout + run.stderr

    content = json.loads((tmp_path / "load.json").read_text())
    for door in ("http", "kafka"):
        assert [step["senders"] for step in content[door]["steps"]] == [1, 8]
        for step in content[door]["steps"]:
            assert step["events_per_second"] > 0
            assert 0 < step["p50_ms"] <= step["p99_ms"]
            assert {"admissions", "kafka", "postgres"} <= step["costs"].keys()
    assert [each["replicas"] for each in content["consumers"]] == [1, 2]
    assert content["soak"]["late_mb"] > 0

    growing = tmp_path / "growing.md"
    growing.write_text(f"before\n{page.BEGIN}\nold\n{page.END}\nafter\n")
    page.write(content, growing)
    text = growing.read_text()
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "old" not in text
    assert f"{content['http']['steps'][0]['events_per_second']:,.0f}" in text


def test_it_bends_where_more_senders_gain_less_than_a_tenth() -> None:
    assert bend({1: 100, 2: 190, 4: 200, 8: 205}) == 2
    assert bend({1: 100, 2: 200}) == 2


def test_a_page_without_its_marks_is_not_written_to(tmp_path: Path) -> None:
    text = tmp_path / "page.md"
    text.write_text("something else")
    with pytest.raises(ValueError, match="lacks"):
        page.write({}, text)
    assert text.read_text() == "something else"


def test_waits_are_told_by_percentile() -> None:
    step = Step(senders=1, seconds=2, events=100, waits=[n / 1_000 for n in range(1, 101)])
    assert step.rate == 50
    assert step.wait_ms(50) == pytest.approx(50.5, abs=1)
    assert step.wait_ms(99) == pytest.approx(99.99, abs=1)
