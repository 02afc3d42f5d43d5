"""Who may do what on the cluster, worked out from the rules in `deploy/kafka/principals.yaml`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from string import Formatter
from typing import Any, Literal

import yaml

from local_stack.settings import PRINCIPALS_FILE, TOPICS_FILE

Kind = Literal["topic", "group", "cluster"]
_KINDS: tuple[Kind, ...] = ("topic", "group", "cluster")


@dataclass(frozen=True, slots=True, order=True)
class Right:
    """One line of the access list. `starts`: the name is the beginning of names; `allowed` False outweighs True."""

    principal: str
    kind: str
    name: str
    starts: bool
    operation: str
    allowed: bool = True

    def __str__(self) -> str:
        verb = "may" if self.allowed else "may never"
        return f"{self.principal} {verb} {self.operation} {self.kind} {self.name}{'…' if self.starts else ''}"


def names(rules: Path = PRINCIPALS_FILE, topics: Path = TOPICS_FILE) -> list[str]:
    """Every principal, in the order of the file."""
    return list(dict.fromkeys(name for name, _, _ in _expanded(rules, topics)))


def rights(rules: Path = PRINCIPALS_FILE, topics: Path = TOPICS_FILE) -> list[Right]:
    """Every line of the access list that the rules make, sorted."""
    found: set[Right] = set()
    for principal, entry, values in _expanded(rules, topics):
        for right in entry["rights"]:
            found.update(_lines(principal, right, values))
    return sorted(found)


def listens_to(rules: Path = PRINCIPALS_FILE) -> Mapping[str, list[str]]:
    """The other services' topics that each service reads."""
    heard: Mapping[str, list[str]] = yaml.safe_load(rules.read_text())["listens_to"]
    return heard


def _expanded(rules: Path, topics: Path) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, list[str]]]]:
    """Each principal with its entry, and what the words in its rights may stand for."""
    known = yaml.safe_load(topics.read_text())
    content = yaml.safe_load(rules.read_text())
    every = {"municipality": known["municipalities"], "service": known["services"]}
    for entry in content["principals"]:
        for values in _combinations(entry["name"], every):
            given = {word: [value] for word, value in values.items()}
            heard = {"heard": content["listens_to"].get(values.get("service"), [])}
            yield entry["name"].format(**values), entry, every | heard | given


def _lines(principal: str, right: Mapping[str, Any], values: Mapping[str, list[str]]) -> Iterator[Right]:
    kind = next(kind for kind in _KINDS if kind in right)
    for chosen in _combinations(right[kind], values):
        name = right[kind].format(**chosen)
        for allowed, verb in ((True, "may"), (False, "never")):
            for operation in right.get(verb, ()):
                yield Right(principal, kind, name, bool(right.get("starts")), operation, allowed)


def _combinations(pattern: str, values: Mapping[str, list[str]]) -> Iterator[dict[str, str]]:
    words = [word for _, word, _, _ in Formatter().parse(pattern) if word]
    for chosen in product(*(values[word] for word in words)):
        yield dict(zip(words, chosen, strict=True))
