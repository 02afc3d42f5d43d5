"""The benchmarks run to their end, hold every run against what it should have done, and write what they promise."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PROMISED = {
    "name", "unit", "ours", "peer", "limit", "ratio_to_peer", "ratio_to_limit", "peak_memory_mb", "cpu_seconds",
}  # fmt: skip
NAMES = ["relay", "ingest", "placement", "round", "booking"]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What one quick run of them all wrote, by name."""
    folder = tmp_path_factory.mktemp("results")
    command = [sys.executable, "-m", "benchmarks", *NAMES, "--quick", "--json", "--results", str(folder)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=500, check=False)
    assert run.returncode == 0, run.stderr
    written = {path.stem: json.loads(path.read_text()) for path in folder.glob("*.json")}
    assert json.loads(run.stdout) == [written[name] for name in NAMES]
    return written


@pytest.mark.slow
@pytest.mark.durable
@pytest.mark.timeout(540)
@pytest.mark.parametrize("name", NAMES)
def test_a_quick_run_writes_the_promised_result(name: str, results: dict[str, Any]) -> None:
    result = results[name]

    assert result.keys() >= PROMISED
    assert result["name"] == name
    for kind in ("peer", "limit"):
        assert result[kind].keys() == result[f"ratio_to_{kind}"].keys()
        for other, rate in result[kind].items():
            assert result[f"ratio_to_{kind}"][other] == pytest.approx(result["ours"] / rate, rel=0.01)
    assert result["peak_memory_mb"] > 0
    assert result["cpu_seconds"] > 0


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    command = [sys.executable, "-m", "benchmarks", "nonesuch"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 2
    assert "relay, ingest, memory, placement" in run.stderr
