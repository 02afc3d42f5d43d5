"""The story while it is played: a step at a time, with a bar where somebody watches and a line where nobody does."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import Progress, TaskID


class Teller:
    """Shows steps above a bar; each step ends as one line with its time and what it came to."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar

    def chapter(self, title: str) -> None:
        """A new part of the year."""
        self._bar.console.print(f"\n[bold]{title}[/bold]")

    @contextmanager
    def step(self, title: str, total: int | None = None) -> Iterator["Step"]:
        """One thing that happens."""
        task = self._bar.add_task(f"  {title}", total=total)
        step = Step(self._bar, task)
        started = time.monotonic()
        yield step
        self._bar.remove_task(task)
        took = f"{time.monotonic() - started:.1f} s"
        line = f"  [green]✓[/green] {title}" + (f": {step.outcome}" if step.outcome else "")
        self._bar.console.print(f"{line} [dim]({took})[/dim]")


class Step:
    """`advance` moves the bar, `outcome` is said at the end."""

    def __init__(self, bar: Progress, task: TaskID) -> None:
        self._bar, self._task = bar, task
        self.outcome = ""

    @property
    def advance(self) -> Callable[[int], None]:
        """Call with how many more are done."""
        return lambda number: self._bar.advance(self._task, number)
