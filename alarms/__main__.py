"""`python -m alarms [--brokers 1|3] [--quick] [--only ALERT …] [--write]`."""

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from pathlib import Path

from alarms import report
from alarms.drill import acts, play, scene


def main() -> None:
    """Play the drill; ends with 1 when an alert did not fire or clear."""
    parser = argparse.ArgumentParser(prog="python -m alarms", description=__doc__)
    parser.add_argument("--brokers", type=int, default=3, choices=(1, 3))
    parser.add_argument("--quick", action="store_true", help="only the causes that the tests try")
    parser.add_argument("--only", action="append", help="only what causes this alert")
    parser.add_argument("--write", action="store_true", help="write the table into docs/alerts.md")
    given = parser.parse_args()
    sys.exit(asyncio.run(_run(given)))


async def _run(given: argparse.Namespace) -> int:
    folder = Path(tempfile.mkdtemp(prefix="samverk-alarms-", dir="/var/tmp"))
    await asyncio.to_thread(folder.chmod, 0o755)
    began = time.monotonic()
    try:
        async with scene(folder, brokers=given.brokers, say=_say) as on:
            chosen = acts(brokers=given.brokers, quick=given.quick)
            if given.only:
                chosen = [[cause for cause in act if set(cause.alerts) & set(given.only)] for act in chosen]
            outcomes = await play(on, [act for act in chosen if act], _say)
            texts = report.faulty_texts(on.eyes.seen)
            told = report.told(on.receivers.received)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(report.table(outcomes))
    print(f"{told}; {time.monotonic() - began:.0f} s in all")
    print("\n".join(texts))
    if given.write:
        report.write(outcomes, told)
    return int(bool(texts) or not all(outcome.well for outcome in outcomes))


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
