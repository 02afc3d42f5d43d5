"""A dead letter is listed without what was in it, and its replay is handled as if it came for the first time."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .events import application, offering


@pytest.fixture
def samverk(stack):
    """Runs the command beside the stack."""

    def running(*words: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "SAMVERK_STATE": str(stack.state.folder), "SAMVERK_LANG": "en"}
        command = [str(Path(sys.executable).parent / "samverk"), *words]
        return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)

    return running


async def until_dead(ledger, service: str, report) -> None:
    async with asyncio.timeout(20):
        while not await ledger.dead_letters(service, [report.id]):
            await asyncio.sleep(0.1)


async def test_a_dead_letter_is_listed_shown_masked_and_replayed_once_its_cause_is_gone(
    stack, batch, send, ledger, samverk
):
    # The identity belongs to another applicant id until that application is gone.
    first, second = application(batch, 1), application(batch, 2)
    second.data["identity"] = first.data["identity"]
    await send([first])
    await ledger.until_taken("admissions", [first])
    await send([second])
    await until_dead(ledger, "admissions", second)
    letter = await ledger.value("admissions", "SELECT id::text FROM dead_letters WHERE event_id = $1", second.id)

    listed = await asyncio.to_thread(samverk, "dlq", "list", "--service", "admissions", "--json")
    shown = await asyncio.to_thread(samverk, "dlq", "show", letter, "--service", "admissions")
    rehearsed = await asyncio.to_thread(samverk, "dlq", "replay", letter, "--service", "admissions", "--dry-run")

    assert listed.returncode == shown.returncode == rehearsed.returncode == 0, (listed, shown, rehearsed)
    assert letter in listed.stdout
    secret = first.data["identity"]
    assert not any(secret in said.stdout + said.stderr for said in (listed, shown, rehearsed))
    assert "***" in shown.stdout
    assert await ledger.taken("admissions", [second.id]) == 0

    async with ledger.connect("admissions") as connection:
        await connection.execute(
            "UPDATE applications SET identity = '20090101-9800' WHERE applicant_id = $1", first.subject
        )
    done = await asyncio.to_thread(samverk, "dlq", "replay", letter, "--service", "admissions")

    assert done.returncode == 0, done
    await ledger.until_taken("admissions", [second])
    assert json.loads(listed.stdout)


async def test_the_sender_gets_its_refusals_over_http_and_nobody_elses(stack, batch, send, ledger, http):
    mine = offering(batch, 1, programme="HV")
    await send([mine])
    await until_dead(ledger, "catalogue", mine)

    def asked(municipality: str):
        headers = {"Authorization": f"Bearer {stack.token(municipality=municipality)}"}
        return http.get(f"{stack.urls['catalogue']}/reports/rejected", headers=headers)

    own, other = await asked("2281"), await asked("2282")

    assert mine.id in [report["report_id"] for report in own.json()["rejected"]]
    assert mine.id not in [report["report_id"] for report in other.json()["rejected"]]
    assert (await http.get(f"{stack.urls['catalogue']}/reports/rejected")).status_code == 401
