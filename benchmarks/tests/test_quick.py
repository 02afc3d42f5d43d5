"""The benchmarks run to their end, hold every run against what it should have done, and write what they promise."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROMISED = {
    "name", "unit", "ours", "peer", "limit", "ratio_to_peer", "ratio_to_limit", "peak_memory_mb", "cpu_seconds",
}  # fmt: skip


_SERVED = [pytest.mark.slow, pytest.mark.durable, pytest.mark.timeout(300)]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("relay", marks=_SERVED),
        pytest.param("ingest", marks=_SERVED),
        "placement",
        pytest.param("round", marks=_SERVED),
        pytest.param("booking", marks=_SERVED),
    ],
)
def test_a_quick_run_writes_the_promised_result(name: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks", name, "--quick", "--json", "--results", str(tmp_path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)
    assert run.returncode == 0, run.stderr

    result = json.loads((tmp_path / f"{name}.json").read_text())
    assert json.loads(run.stdout) == [result]
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
