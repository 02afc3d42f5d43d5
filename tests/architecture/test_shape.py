"""The habits that a program can check."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from shared.database import newest

ROOT = Path(__file__).parents[2]
SERVICES = ("admissions", "pricing", "catalogue", "guidance")
SOURCES = sorted(
    [*ROOT.glob("shared/src/**/*.py"), *ROOT.glob("services/*/src/**/*.py"), *ROOT.glob("cli/src/**/*.py")]
)
TRADE = sorted(ROOT.glob("services/*/src/**/*.py"))


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def calls(path: Path) -> set[str]:
    """The names of the methods that a module calls."""
    tree = ast.parse(path.read_text())
    return {
        node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_same_shape(service):
    # a module becomes a folder when it outgrows its three hundred lines
    found = {path.stem for path in (ROOT / "services" / service / "src" / service).iterdir()}

    expected = {
        "domain",
        "adapters",
        "migrations",
        "messages",
        "commands",
        "queries",
        "consumer",
        "api",
        "state",
        "main",
    }
    assert expected <= found
    assert (ROOT / "services" / service / "README.md").exists()
    assert (ROOT / "services" / service / "Dockerfile").exists()


def test_only_the_unit_of_work_commits():
    offenders = [str(p.relative_to(ROOT)) for p in TRADE if calls(p) & {"commit", "rollback", "flush"}]

    assert offenders == []


def test_only_settings_read_the_environment():
    pattern = re.compile(r"os\.environ|os\.getenv")
    offenders = [
        str(p.relative_to(ROOT)) for p in [*TRADE, *ROOT.glob("shared/src/**/*.py")] if pattern.search(p.read_text())
    ]

    assert offenders == []


def test_the_domain_reads_no_clock_and_draws_no_ids():
    pattern = re.compile(r"datetime\.now|date\.today|time\.time\(|uuid4\(|secrets\.")
    offenders = [
        str(p.relative_to(ROOT)) for p in ROOT.glob("services/*/src/*/domain/**/*.py") if pattern.search(p.read_text())
    ]

    assert offenders == []


@pytest.mark.parametrize("service", SERVICES)
def test_the_newest_migration_is_found_as_alembic_finds_it(service):
    folder = ROOT / "services" / service / "src" / service / "migrations"
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")

    assert newest(folder) == ScriptDirectory.from_config(config).get_current_head()


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_that_serves_loads_no_tool_of_other_hours(service):
    heavy = {"alembic", "xlsxwriter", "icalendar", "holidays", "playwright", "jsonschema", "pytest"}
    code = f"import sys, {service}.main; print(*(sys.modules.keys() & {heavy!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == []


def test_files_stay_small():
    long = {str(p.relative_to(ROOT)): n for p in SOURCES if (n := len(p.read_text().splitlines())) > 300}

    assert long == {}


def test_functions_stay_short():
    long = []
    for path in (path for path in SOURCES if "migrations" not in path.parts):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > 50:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} {length}")

    assert long == []


def test_what_pins_our_dependencies_names_no_address():
    pinned = [ROOT / "requirements.txt", *(path for path in tracked() if path.name in {"pyproject.toml", ".npmrc"})]
    offenders = [
        str(path.relative_to(ROOT)) for path in pinned if re.search("://|index-url|find-links", path.read_text())
    ]

    assert offenders == []


def test_every_dependency_is_pinned_with_a_hash():
    lines = (ROOT / "requirements.txt").read_text().replace("\\\n", " ").splitlines()
    loose = [line.split()[0] for line in lines if line.strip() and ("==" not in line or "--hash=sha256:" not in line)]

    assert loose == []
