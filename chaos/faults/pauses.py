"""Processes that stand still for longer than the others wait for them (SIGSTOP), and then go on as if nothing were."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from chaos.faults.crashes import chosen_broker
from chaos.faults.fault import Fault, Turn
from chaos.reports import SERVICES
from chaos.world import POSTGRES, World


@contextmanager
def _standing_still(world: World, name: str) -> Iterator[None]:
    world.pause(name)
    try:
        yield
    finally:
        world.resume(name)


@asynccontextmanager
async def _service(turn: Turn, targets: list[str]) -> AsyncIterator[None]:
    name = turn.one_of(SERVICES)
    targets.append(name)
    with _standing_still(turn.world, name):
        yield


@asynccontextmanager
async def _broker(turn: Turn, targets: list[str]) -> AsyncIterator[None]:
    with _standing_still(turn.world, await chosen_broker(turn, targets)):
        yield


@asynccontextmanager
async def _postgres(turn: Turn, targets: list[str]) -> AsyncIterator[None]:
    targets.append(POSTGRES)
    with _standing_still(turn.world, POSTGRES):
        yield


# A consumer is missed by its group after 6 seconds, a broker by the controller after 4.
FAULTS = (
    Fault(name="pause-services", title="A service paused", inject=_service, hold=(8, 12)),
    Fault(name="pause-brokers", title="A broker paused", inject=_broker, hold=(6, 10)),
    Fault(name="pause-postgres", title="PostgreSQL paused", inject=_postgres, hold=(6, 12)),
)
