"""The rule files: which alerts there are, and the same rules with shorter windows for a drill."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from local_stack.settings import PROJECT

RULES: Final = PROJECT / "deploy" / "prometheus" / "rules"
TARGETS: Final = "targets.yml"
_SECONDS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
# `for: 5m`, `interval: 1m`, `increase(…[10m])`: the only places where a rule speaks of a length of time
_DURATION: Final = re.compile(r"(?P<before>\bfor: |\binterval: |\[)(?P<number>\d+)(?P<unit>[smhd])(?![a-z])")
_TARGET: Final = re.compile(r"record: (?P<name>samverk:target:\w+|samverk:budget:minutes)(?P<rest>.*?)vector\([\d.]+\)")


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert rule as its file has it."""

    name: str
    area: str
    expr: str
    wait: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]

    @property
    def severity(self) -> str:
        return self.labels["severity"]


def files(folder: Path = RULES) -> list[Path]:
    """All rule files, in order."""
    return sorted(folder.glob("*.yml"))


def rules(folder: Path = RULES) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every rule with the name of its area."""
    for path in files(folder):
        for group in yaml.safe_load(path.read_text())["groups"]:
            for rule in group["rules"]:
                yield path.stem, rule


def alerts(folder: Path = RULES) -> list[Alert]:
    """All alerts, in the order of the files."""
    return [
        Alert(rule["alert"], area, rule["expr"], rule.get("for", "0m"), rule["labels"], rule["annotations"])
        for area, rule in rules(folder)
        if "alert" in rule
    ]


def recorded(folder: Path = RULES) -> dict[str, list[str]]:
    """The expressions of each recorded series."""
    found: dict[str, list[str]] = {}
    for _, rule in rules(folder):
        if "record" in rule:
            found.setdefault(rule["record"], []).append(rule["expr"])
    return found


def shorter(seconds: float, before: str) -> int:
    """How long a length of time of the rules lasts in a drill: a sixtieth, within what one scrape a second can show."""
    if before == "interval: ":
        return 1
    if before == "for: ":
        return min(round(seconds / 60), 3)
    longest = 45 if seconds > _SECONDS["d"] else 30
    return max(5, min(round(seconds / 60), longest))


def shrink(text: str, targets: Mapping[str, float]) -> str:
    """A rule file with every length of time shortened, and the targets (which are data) that a drill sets otherwise."""

    def shortened(found: re.Match[str]) -> str:
        seconds = int(found["number"]) * _SECONDS[found["unit"]]
        return f"{found['before']}{shorter(seconds, found['before'])}s"

    def retargeted(found: re.Match[str]) -> str:
        whole, name = found.group(), found["name"]
        return f"record: {name}{found['rest']}vector({targets[name]:g})" if name in targets else whole

    return _TARGET.sub(retargeted, _DURATION.sub(shortened, text))


def skeleton(text: str) -> str:
    """A rule file without its lengths of time and without the targets' values: equal before and after `shrink`."""
    return _TARGET.sub(r"record: \g<name>\g<rest>vector()", _DURATION.sub(r"\g<before>_", text))


def metrics_of(expression: str) -> set[str]:
    """The names of the series that a PromQL expression reads."""
    bare = re.sub(r'"[^"]*"', "", expression)
    bare = re.sub(r"\b(by|on|without|ignoring|group_left|group_right)\s*\([^)]*\)", " ", bare)
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]", " ", bare)
    names = re.findall(r"(?<![\w:.$])[a-zA-Z_:][\w:]*\b(?!\s*\()", bare)
    return {name for name in names if name not in _WORDS}


_WORDS: Final = {
    "and",
    "or",
    "unless",
    "bool",
    "offset",
    "by",
    "on",
    "without",
    "ignoring",
    "group_left",
    "group_right",
}
