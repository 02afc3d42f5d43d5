"""What a dashboard is made of."""

from collections.abc import Sequence
from dataclasses import dataclass

Query = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Panel:
    """`limits` are where it turns orange and red, `runbooks` the alerts it belongs to."""

    title: str
    description: str
    unit: str
    queries: tuple[Query, ...]
    limits: tuple[float, ...] = ()
    runbooks: tuple[str, ...] = ()
    kind: str = "timeseries"


@dataclass(frozen=True, slots=True)
class Row:
    title: str
    panels: Sequence[Panel]
    height: int = 8


@dataclass(frozen=True, slots=True)
class Board:
    """`alerts` narrows the alerts that are marked in its graphs."""

    uid: str
    title: str
    description: str
    rows: Sequence[Row]
    alerts: str = ""


def one(title: str, description: str, unit: str, query: str, *limits: float, runbook: str = "") -> Panel:
    """A single figure."""
    return Panel(title, description, unit, ((query, ""),), limits, (runbook,) if runbook else (), "stat")


def graph(title: str, description: str, unit: str, *queries: Query, runbooks: tuple[str, ...] = ()) -> Panel:
    """Lines over time."""
    return Panel(title, description, unit, queries, (), runbooks)
