"""Disks that are full: nothing can be written until room is made."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chaos.disks import Disk
from chaos.faults.fault import Fault, Turn
from chaos.world import POSTGRES


@asynccontextmanager
async def _broker(turn: Turn, targets: list[str]) -> AsyncIterator[None]:
    name = turn.world.brokers[-1]
    async with _full(turn, turn.world.parts.broker_disk, name, targets):
        yield


@asynccontextmanager
async def _database(turn: Turn, targets: list[str]) -> AsyncIterator[None]:
    async with _full(turn, turn.world.parts.database_disk, POSTGRES, targets):
        yield


@asynccontextmanager
async def _full(turn: Turn, disk: Disk | None, name: str, targets: list[str]) -> AsyncIterator[None]:
    """Who can't write may give up: the supervisor starts it again, and again, until there is room."""
    assert disk is not None
    with disk.filled():
        yield
        targets.append(name if turn.world.stack.supervisor.pid(name) else f"{name} (gave up)")
    # the supervisor's growing delay is part of the recovery
    await turn.world.stack.supervisor.start(name)


FAULTS = (
    Fault(name="fill-broker-disk", title="A broker's disk full", inject=_broker, hold=(6, 10), needs="disks"),
    Fault(name="fill-database-disk", title="The database's disk full", inject=_database, hold=(6, 10), needs="disks"),
)
