"""The configuration of a drill: the project's own, with shorter windows, and everything told to ourselves."""

import re
import shutil
from pathlib import Path
from typing import Final

from alarms.rules import RULES, files, shrink, skeleton
from local_stack.watching_config import ALERTMANAGER, PROMETHEUS, Sources

# Thresholds are data. Those in seconds shrink with the windows; those in days are set so that the dates of the price
# years that are packed with pricing lie on both sides of them, whatever day it is.
TARGETS: Final = {
    "samverk:target:lag_seconds": 5,
    "samverk:target:outbox_seconds": 4,
    "samverk:target:time_to_zero_seconds": 5,
    "samverk:target:behind_seconds": 2,
    "samverk:target:transaction_seconds": 5,
    "samverk:target:disk_ahead_seconds": 1_440,
    "samverk:target:door_requests": 10,
    "samverk:target:cost_bases_days": 100_000,
    "samverk:target:cost_bases_overdue_days": 100_000,
    "samverk:target:reply_days": 100_000,
    "samverk:budget:minutes": 12,
}


def sources(folder: Path, *, webhook: int, smtp: int) -> Sources:
    """Write the drill's configuration below `folder`. Raises AssertionError when more than durations would differ."""
    prometheus, alertmanager = folder / "prometheus", folder / "alertmanager"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(PROMETHEUS, prometheus)
    shutil.copytree(ALERTMANAGER, alertmanager)
    for path in files(RULES):
        before = path.read_text()
        after = shrink(before, TARGETS)
        assert skeleton(before) == skeleton(after), path.name
        (prometheus / "rules" / path.name).write_text(after)
    _often(prometheus / "prometheus.yml")
    _to_us(alertmanager / "alertmanager.yml", webhook, smtp)
    return Sources(prometheus, alertmanager)


def _often(path: Path) -> None:
    text = re.sub(r"(scrape_interval|evaluation_interval): \S+", r"\1: 1s", path.read_text())
    # the exporter takes a second to say that the database is away
    slower = "    scrape_interval: 3s\n    scrape_timeout: 3s\n"
    path.write_text(text.replace("job_name: postgres\n", f"job_name: postgres\n{slower}"))


def _to_us(path: Path, webhook: int, smtp: int) -> None:
    text = path.read_text().replace("127.0.0.1:9099", f"127.0.0.1:{webhook}")
    text = text.replace("smtp_smarthost: localhost:25", f"smtp_smarthost: 127.0.0.1:{smtp}")
    path.write_text(re.sub(r"(group_wait|group_interval): [^,}\s]+", r"\1: 1s", text))
