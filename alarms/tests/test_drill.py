"""A representative part of the drill on one broker; `make test-alerts` plays all of it on three."""

import asyncio
import re
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx
import pytest

from alarms import report
from alarms.drill import Outcome, Scene, acts, play, scene
from alarms.eyes import Firing
from alarms.panels import DASHBOARDS
from alarms.receivers import Received
from alarms.rules import alerts, metrics_of, recorded
from local_stack import watching_programs
from local_stack.settings import PROJECT

pytestmark = [pytest.mark.drill, pytest.mark.timeout(900)]
RUNBOOKS = sorted((PROJECT / "docs" / "runbooks").glob("*.md"))
# one broker speaks no TLS
NOT_HERE = {"probe_ssl_earliest_cert_expiry", "samverk:certificate:days_left"}
# nothing has reached these panels in a stack that was started a minute ago
EMPTY = {"Dagar sedan kommunen hördes av", "Svarstid", "Sökande", "Förfrågningar"}


@dataclass
class Seen:
    """What the running stack showed."""

    outcomes: list[Outcome] = field(default_factory=list)
    texts: dict[str, Firing] = field(default_factory=dict)
    received: Received = field(default_factory=Received)
    names: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def seen(program: Callable[[str], str]) -> Seen:
    for name in watching_programs.PACKAGES:
        program(name)
    folder = Path(tempfile.mkdtemp(prefix="samverk-alarms-", dir="/var/tmp"))
    folder.chmod(0o755)
    found = Seen()
    try:
        asyncio.run(_look(folder, found))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return found


async def _look(folder: Path, found: Seen) -> None:
    async with scene(folder, brokers=1, say=print) as on:
        found.outcomes = await play(on, acts(brokers=1, quick=True), print)
        found.texts, found.received = on.eyes.seen, on.receivers.received
        await _until_barked(found)
        found.names = await on.eyes.names()
        await _try_runbooks(on, found)
        for board in DASHBOARDS:
            for panel in (panel for row in board.rows for panel in row.panels):
                results = [await on.eyes.query(expression) for expression, _ in panel.queries]
                if not any(results):
                    found.empty.append(panel.title)


async def _until_barked(found: Seen) -> None:
    """Prometheus sends the dead man's switch anew once a minute, if Alertmanager was not up for the first."""
    with suppress(TimeoutError):
        async with asyncio.timeout(120):
            while not any(path == "/watchdog" for path, _ in found.received.hooks):
                await asyncio.sleep(0.5)


async def _try_runbooks(on: Scene, found: Seen) -> None:
    for page in RUNBOOKS:
        for block in fences(page, "promql"):
            for expression in block.strip().splitlines():
                await _tried(on.eyes.query(expression), page, expression, found)
        for block in fences(page, "sql"):
            outcomes = [
                await _runs(on, service, block) for service in ("admissions", "pricing", "catalogue", "guidance")
            ]
            if all(outcomes):
                found.broken.append(f"{page.stem}: {outcomes[0]}")


def fences(path: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", path.read_text(), re.DOTALL)


async def _tried(asking, page: Path, expression: str, found: Seen) -> None:
    try:
        await asking
    except httpx.HTTPError as error:
        found.broken.append(f"{page.stem}: {expression}: {error}")


async def _runs(on: Scene, service: str, statement: str) -> str:
    """What is wrong with a statement in the service's database; empty when it runs there."""
    try:
        await on.hands.execute(service, statement)
    except asyncpg.PostgresError as error:
        return str(error)
    return ""


def test_every_alert_fires_and_clears(seen):
    assert len(seen.outcomes) >= 10
    assert [outcome for outcome in seen.outcomes if not outcome.well] == []


def test_every_text_is_filled_in(seen):
    assert report.faulty_texts(seen.texts) == []
    late = seen.texts["ServiceNotReady"].annotations
    assert re.search(r"återstår \d+ minuter", late["description"])
    assert re.search(r"\d+ minutes of the month's error budget", late["description_en"])


def test_a_page_reaches_the_webhook_and_a_ticket_is_mailed_in_swedish_with_its_runbook(seen):
    paged = {
        alert["labels"]["alertname"]
        for path, hook in seen.received.hooks
        if path == "/duty"
        for alert in hook["alerts"]
    }
    assert {"EventsFailed", "PostgresDown"} <= paged
    assert any(path == "/watchdog" for path, _ in seen.received.hooks)
    mails = {to: text for to, subject, text in seen.received.mails if "2260" in subject}
    assert {"antagning@ange.example", "drift@drift.example"} <= set(mails)
    text = mails["antagning@ange.example"]
    assert "Gör först:" in text
    assert "docs/runbooks/CostBasesMissing" in text
    assert "First:" in text


def test_rules_read_only_what_there_is(seen):
    used = {name for alert in alerts() for name in metrics_of(alert.expr)}
    used |= {name for expressions in recorded().values() for one in expressions for name in metrics_of(one)}

    assert used - seen.names - NOT_HERE == set()


def test_what_the_runbooks_ask_can_be_asked(seen):
    assert seen.broken == []


def test_every_panel_shows_something(seen):
    assert set(seen.empty) - EMPTY == set()
