"""`python -m chaos`: break the running stack under load, and prove what became of every event.

Seeded: SAMVERK_SEED=7 breaks the same things in the same order. Ends with 1 when anything was lost, doubled, out of
order, unanswered or unexplained, or did not recover.
"""

import argparse
import asyncio
import json
import logging
import os
import sys

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from chaos import report
from chaos.faults import BY_NAME, FAULTS
from chaos.load import Tally
from chaos.run import KEPT, Outcome, Plan, Watcher, run

_SEED = 2027
# Ten minutes at most, of which the start, the coming to rest and the judging take a part.
_FULL_SECONDS, _SHORT_SECONDS, _MOST_SECONDS = 480, 75, 540
_SHORT = ("kill-services", "kill-brokers", "kill-postgres", "pause-services", "cut-database", "redeliver")
_MOST_SHOWN = 40


def main() -> int:
    """0 when all is well, 1 when it is not."""
    arguments = _arguments()
    console = Console(stderr=arguments.json)
    # The clients log each refused connection; here they are refused all the time, and on purpose.
    logging.basicConfig(level=logging.CRITICAL)
    plan = _plan(arguments)
    outcome = asyncio.run(_watched(plan, console))
    if arguments.json:
        json.dump(report.as_json(outcome), sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
    else:
        console.print(report.table(outcome))
    _tell(outcome, console)
    if not (plan.short or arguments.only):
        report.write(outcome)
    return 0 if outcome.good else 1


def _arguments() -> argparse.Namespace:
    names = "\n".join(f"  {fault.name:20} {fault.title}" for fault in FAULTS)
    parser = argparse.ArgumentParser(
        prog="python -m chaos",
        description=__doc__,
        epilog=f"faults:\n{names}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seconds", type=float, help=f"how long to load and break (default {_FULL_SECONDS})")
    parser.add_argument("--only", help="these faults alone, separated by commas")
    parser.add_argument("--short", action="store_true", help=f"{_SHORT_SECONDS} s and the commonest faults, for CI")
    parser.add_argument("--rate", type=float, default=40.0, help="events a second that are aimed at (default 40)")
    parser.add_argument("--brokers", type=int, choices=(1, 3), default=3, help="size of the cluster (default 3)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON on standard output")
    arguments = parser.parse_args()
    unknown = {name for name in (arguments.only or "").split(",") if name} - BY_NAME.keys()
    if unknown:
        parser.error(f"no such fault: {', '.join(sorted(unknown))}; there are {', '.join(BY_NAME)}")
    if arguments.seconds is not None and not 10 <= arguments.seconds <= _MOST_SECONDS:
        parser.error(f"--seconds is 10 to {_MOST_SECONDS}")
    return arguments


def _plan(arguments: argparse.Namespace) -> Plan:
    names = [name for name in (arguments.only or "").split(",") if name]
    names = names or list(_SHORT if arguments.short else BY_NAME)
    return Plan(
        seed=int(os.environ.get("SAMVERK_SEED") or _SEED),
        seconds=arguments.seconds or (_SHORT_SECONDS if arguments.short else _FULL_SECONDS),
        faults=[BY_NAME[name] for name in names],
        rate=arguments.rate,
        brokers=arguments.brokers,
        short=arguments.short,
    )


async def _watched(plan: Plan, console: Console) -> Outcome:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("starting", total=None)

        def step(name: str, done: int, total: int) -> None:
            progress.update(bar, description=f"starting: {name}", completed=done, total=total)

        def say(line: str) -> None:
            progress.console.print(line, highlight=False, markup=False, soft_wrap=True)

        def show(during: str, seconds: float, tally: Tally) -> None:
            text = f"{tally.accepted:,} accepted, {tally.failed:,} to be sent again · {during or 'quiet'}"
            progress.update(bar, description=text, completed=seconds, total=plan.seconds)

        return await run(plan, Watcher(step, say, show))


def _tell(outcome: Outcome, console: Console) -> None:
    for name, reason in outcome.impossible.items():
        console.print(f"Not tried here: {name}: {reason}", style="yellow", markup=False)
    for failure in outcome.failures:
        console.print(f"Did not recover: {failure}", style="bold red", markup=False)
    for finding in outcome.verdict.findings[:_MOST_SHOWN]:
        console.print(str(finding), style="bold red", markup=False)
    verdict = outcome.verdict
    console.print(
        f"seed {outcome.plan.seed} · {verdict.resent:,} sent more than once · {verdict.unknown:,} never confirmed, "
        f"{verdict.unknown_arrived:,} of them arrived · {verdict.repeats_on_the_wire:,} harmless repeats on the wire"
    )
    if outcome.good:
        console.print("Every accepted event had exactly one effect, in order, or its answer.", style="bold green")
    else:
        console.print(f"{len(verdict.findings)} findings; ledger and logs are kept in {KEPT}", style="bold red")


if __name__ == "__main__":
    raise SystemExit(main())
