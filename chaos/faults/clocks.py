"""Clocks that are wrong by minutes, and jump while the service runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chaos.faults.fault import Fault, Turn
from chaos.reports import SERVICES

_MINUTES = (2, 7)


@asynccontextmanager
async def _skewed(turn: Turn, targets: list[str]) -> AsyncIterator[None]:
    """In turn ahead and behind."""
    name = turn.one_of(SERVICES)
    seconds = turn.random.randint(60 * _MINUTES[0], 60 * _MINUTES[1]) * (-1 if turn.number % 2 else 1)
    targets.append(f"{name} ({seconds:+d} s)")
    clock = turn.world.parts.clocks[name]
    clock.set(seconds)
    try:
        yield
    finally:
        clock.set(0)


FAULTS = (Fault(name="skew-clocks", title="A service's clock wrong", inject=_skewed, hold=(8, 12), needs="clock"),)
