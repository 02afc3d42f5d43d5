"""Processes that die without a word (SIGKILL) and are started again."""

import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chaos.faults.fault import Fault, Turn
from chaos.reports import MUNICIPALITIES, SERVICES
from chaos.world import POSTGRES


@asynccontextmanager
async def _service(turn: Turn, targets: list[str]) -> AsyncIterator[None]:
    """The supervisor brings it back by itself."""
    name = turn.one_of(SERVICES)
    targets.append(name)
    await turn.world.stack.kill(name, signal.SIGKILL)
    yield
    await turn.world.stack.supervisor.ready(name)


@asynccontextmanager
async def _broker(turn: Turn, targets: list[str]) -> AsyncIterator[None]:
    """In turn the leader of a loaded partition, the active controller, and any."""
    name = await chosen_broker(turn, targets)
    await turn.world.stack.kill(name, signal.SIGKILL, stay_down=True)
    yield
    await turn.world.stack.start(name)


@asynccontextmanager
async def _postgres(turn: Turn, targets: list[str]) -> AsyncIterator[None]:
    targets.append(POSTGRES)
    await turn.world.stack.kill(POSTGRES, signal.SIGKILL, stay_down=True)
    yield
    await turn.world.stack.start(POSTGRES)


async def chosen_broker(turn: Turn, targets: list[str]) -> str:
    """The broker whose turn it is, and why it was chosen."""
    brokers = turn.world.brokers
    role = ("leader", "controller", "any")[turn.number % 3] if len(brokers) > 1 else "the only one"
    number = 1 + turn.random.randrange(len(brokers))
    if role == "leader":
        topic = f"in.{turn.random.choice(MUNICIPALITIES)}.{turn.random.choice(SERVICES)}"
        number = await turn.eyes.leader(topic, 0)
    elif role == "controller":
        number = await turn.eyes.controller() or number
    name = brokers[number - 1]
    targets.append(f"{name} ({role})")
    return name


FAULTS = (
    Fault(name="kill-services", title="A service killed", inject=_service, hold=(0, 0.5)),
    Fault(name="kill-brokers", title="A broker killed", inject=_broker, hold=(2, 6)),
    Fault(name="kill-postgres", title="PostgreSQL killed", inject=_postgres, hold=(1, 6)),
)
