"""Rules, their unit tests, runbooks and routes hold together. No server is needed."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml

from alarms import rules
from alarms.dashboards import FOLDER, rendered
from alarms.panels import DASHBOARDS
from alarms.rules import RULES, alerts, metrics_of, recorded, shrink, skeleton
from alarms.setting import TARGETS
from local_stack.settings import PROJECT
from samverk.main import command

ALERTS = alerts()
RUNBOOKS = PROJECT / "docs" / "runbooks"
TESTS = PROJECT / "deploy" / "prometheus" / "tests"
ALERTMANAGER = PROJECT / "deploy" / "alertmanager" / "alertmanager.yml"
HEADINGS = ["Vad det betyder", "Hur bråttom", "Titta först", "Gör så här", "När det är över"]
TRIED = [case["name"] for path in TESTS.glob("*.yml") for case in yaml.safe_load(path.read_text())["tests"]]
each = pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)


def fences(path: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", path.read_text(), re.DOTALL)


def test_alerts_have_names_of_their_own():
    names = [alert.name for alert in ALERTS]

    assert len(names) == len(set(names)) >= 30


@each
def test_an_alert_says_in_two_languages_what_is_wrong_and_what_to_do_first(alert):
    assert set(alert.annotations) == {"summary", "description", "summary_en", "description_en", "runbook"}
    assert alert.severity in {"page", "ticket", "info"}
    if alert.name != "Watchdog":
        assert "Gör först:" in alert.annotations["description"]
        assert "First:" in alert.annotations["description_en"]


@each
def test_an_alert_names_its_service(alert):
    grouped = re.search(r"by \(service|on \(service|service, |samverk:(service|consumer|outbox|door|municipality|budget|objective):", alert.expr)  # fmt: skip # noqa: E501

    assert "service" in alert.labels or grouped


@each
def test_an_alert_has_a_runbook_with_every_part(alert):
    page = PROJECT / alert.annotations["runbook"]

    assert page == RUNBOOKS / f"{alert.name}.md"
    assert re.findall(r"^## (.+)$", page.read_text(), re.MULTILINE) == HEADINGS
    assert f"Allvar: **{alert.severity}**" in page.read_text()


def test_no_runbook_is_left_over():
    assert {page.stem for page in RUNBOOKS.glob("*.md")} - {"README"} == {alert.name for alert in ALERTS}


@each
def test_an_alert_is_tried_when_it_should_fire_and_when_it_should_not(alert):
    assert f"{alert.name} fires" in TRIED
    if alert.name != "Watchdog":
        assert any(name.startswith(f"{alert.name} is silent: ") for name in TRIED)


@pytest.mark.timeout(400)
@pytest.mark.parametrize("path", sorted(TESTS.glob("*.yml")), ids=lambda path: path.stem)
def test_promtool_agrees(program, path):
    done = subprocess.run([program("promtool"), "test", "rules", str(path)], capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_configurations_are_right(program):
    rule_files = [str(path) for path in rules.files()]
    checks = [
        [program("promtool"), "check", "rules", *rule_files],
        [program("promtool"), "check", "config", str(PROJECT / "deploy" / "prometheus" / "prometheus.yml")],
        [program("amtool"), "check-config", str(ALERTMANAGER)],
    ]
    for check in checks:
        done = subprocess.run(check, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("labels", "receivers"),
    [
        ("alertname=EventsLate severity=page service=pricing", "duty"),
        ("alertname=Deadlocks severity=ticket service=admissions", "operations"),
        ("alertname=ReportsMostlyRefused severity=ticket municipality=2284", "municipality-2284,operations"),
        ("alertname=CostBasesMissing severity=info municipality=2260", "municipality-2260,daily"),
        ("alertname=SettlementsUnmatched severity=info", "daily"),
        ("alertname=Watchdog severity=info", "watchdog"),
        ("alertname=Strange", "operations"),
    ],
)
def test_an_alert_goes_to_those_it_concerns(program, labels, receivers):
    command = [program("amtool"), "config", "routes", "test", f"--config.file={ALERTMANAGER}"]
    done = subprocess.run(
        [*command, f"--verify.receivers={receivers}", *labels.split()], capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_municipality_has_a_route_of_its_own():
    topics = yaml.safe_load((PROJECT / "deploy" / "kafka" / "topics.yaml").read_text())
    routed = re.findall(r'municipality="(\d{4})"', ALERTMANAGER.read_text())

    assert sorted(routed) == sorted(topics["municipalities"])


@pytest.mark.parametrize("path", rules.files(), ids=lambda path: path.stem)
def test_a_drill_changes_lengths_of_time_and_targets_only(path):
    before = path.read_text()
    after = shrink(before, TARGETS)

    assert skeleton(after) == skeleton(before)
    assert not re.search(r"(\bfor: |\binterval: |\[)\d+[mhd]\b", after)


def test_what_a_rule_builds_on_is_recorded_or_scraped():
    known = set(recorded())
    used = {name for alert in ALERTS for name in metrics_of(alert.expr)}
    used |= {name for expressions in recorded().values() for one in expressions for name in metrics_of(one)}

    assert {name for name in used if ":" in name} <= known


@pytest.mark.parametrize("page", sorted(RUNBOOKS.glob("*.md")), ids=lambda page: page.stem)
def test_a_runbook_names_commands_that_there_are(page):
    root = command("sv")
    for line in "".join(fences(page, "sh")).splitlines():
        for words in re.findall(r"\bsamverk ([^)|]*)", line):
            assert_a_command(root, shlex.split(words))


def assert_a_command(node, words: list[str]) -> None:
    rest = list(words)
    while rest and hasattr(node, "commands"):
        assert rest[0] in node.commands, f"samverk {' '.join(words)}"
        node = node.commands[rest.pop(0)]
    options = {option for parameter in node.params for option in parameter.opts}
    assert {word for word in rest if word.startswith("--")} <= options, f"samverk {' '.join(words)}"
    assert not hasattr(node, "commands"), f"samverk {' '.join(words)} wants a subcommand"


@pytest.mark.parametrize("board", DASHBOARDS, ids=lambda board: board.uid)
def test_a_dashboard_file_is_what_the_lists_say(board):
    assert (FOLDER / f"{board.uid}.json").read_text() == rendered(board), "run python -m alarms.dashboards"


def test_rule_files_stand_where_prometheus_reads_them():
    assert RULES == PROJECT / "deploy" / "prometheus" / "rules"
    assert len(rules.files()) >= 10
