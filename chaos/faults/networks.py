"""Networks that fail: between a service and its database, between a service and the brokers, and all of them slowly."""

import signal
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

from chaos.faults.fault import Fault, Turn
from chaos.network import Link
from chaos.reports import SERVICES

_SLOW_SECONDS = (0.05, 0.2)


@contextmanager
def _broken(links: Sequence[Link], *, silently: bool) -> Iterator[None]:
    for link in links:
        if silently:
            link.silence()
        else:
            link.cut()
    try:
        yield
    finally:
        for link in links:
            link.mend()


def _how(turn: Turn) -> bool:
    """In turn reset and silent."""
    return turn.number % 2 == 1


@asynccontextmanager
async def _from_database(turn: Turn, targets: list[str]) -> AsyncIterator[None]:
    name, silently = turn.one_of(SERVICES), _how(turn)
    targets.append(f"{name} ({'silent' if silently else 'reset'})")
    with _broken([turn.world.links(name).database], silently=silently):
        yield


@asynccontextmanager
async def _from_brokers(turn: Turn, targets: list[str]) -> AsyncIterator[None]:
    """In turn from all brokers and from one of them."""
    name, silently = turn.one_of(SERVICES), _how(turn)
    links = turn.world.links(name).brokers
    alone = turn.number % 4 >= 2
    chosen = [turn.random.choice(links)] if alone else links
    targets.append(f"{name} from {len(chosen)} of {len(links)} ({'silent' if silently else 'reset'})")
    with _broken(chosen, silently=silently):
        yield


@asynccontextmanager
async def _slow(turn: Turn, targets: list[str]) -> AsyncIterator[None]:
    seconds = turn.random.uniform(*_SLOW_SECONDS)
    targets.append(f"all services ({seconds * 1000:.0f} ms)")
    links = [link for name in SERVICES for link in turn.world.links(name).servers]
    for link in links:
        link.slow(seconds)
    try:
        yield
    finally:
        for link in links:
            link.mend()


@asynccontextmanager
async def _vanished(turn: Turn, targets: list[str]) -> AsyncIterator[None]:
    """A machine loses its power: neither database nor brokers are told. The service comes back on another one."""
    name = turn.one_of(SERVICES)
    targets.append(name)
    for link in turn.world.links(name).servers:
        link.forget()
    await turn.world.stack.kill(name, signal.SIGKILL)
    yield
    await turn.world.stack.supervisor.ready(name)


FAULTS = (
    Fault(
        name="cut-database",
        title="A service cut off from its database",
        inject=_from_database,
        hold=(5, 12),
        needs="network",
    ),
    Fault(
        name="cut-brokers",
        title="A service cut off from the brokers",
        inject=_from_brokers,
        hold=(5, 12),
        needs="network",
    ),
    Fault(name="slow-network", title="Everything slow", inject=_slow, hold=(6, 12), needs="network"),
    Fault(name="lose-power", title="A service's machine vanishes", inject=_vanished, hold=(0, 0.5), needs="network"),
)
