"""The table of a drill, and docs/alerts.md."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from alarms.drill import Outcome
from alarms.eyes import Firing
from alarms.receivers import Received
from alarms.rules import alerts
from local_stack.settings import PROJECT

PAGE: Final = PROJECT / "docs" / "alerts.md"
_BEGIN, _END = "<!-- table: python -m alarms --write -->", "<!-- end -->"
_BROKEN: Final = re.compile(r"<no value>|<error|\{\{|%!|NaN")


def table(outcomes: Sequence[Outcome]) -> str:
    """Alert, severity, cause, seconds until it fired and until it cleared, as a Markdown table."""
    severity = {alert.name: alert.severity for alert in alerts()}
    lines = ["| larm | allvar | så orsakades det | s till larm | s till slut |", "|---|---|---|---:|---:|"]
    for each in sorted(outcomes, key=lambda outcome: outcome.alert):
        link = f"[{each.alert}](runbooks/{each.alert}.md)"
        lines.append(
            f"| {link} | {severity[each.alert]} | {each.how} | {_seconds(each.fired)} | {_seconds(each.cleared)} |"
        )
    return "\n".join(lines)


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"


def faulty_texts(seen: Mapping[str, Firing]) -> list[str]:
    """Texts of alerts in which something could not be filled in."""
    return [
        f"{alert}: {key}: {text}"
        for alert, firing in seen.items()
        for key, text in firing.annotations.items()
        if _BROKEN.search(text)
    ]


def told(received: Received) -> str:
    """What arrived, in a line."""
    return f"{len(received.hooks)} webhook messages and {len(received.mails)} mails arrived"


def write(outcomes: Sequence[Outcome], arrived: str) -> None:
    """Put the table between the markers of docs/alerts.md."""
    text = PAGE.read_text()
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    PAGE.write_text(f"{before}{_BEGIN}\n\n{table(outcomes)}\n\n{arrived}.\n\n{_END}{after}")
