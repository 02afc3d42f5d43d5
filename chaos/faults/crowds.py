"""Much of everything: whole topics delivered again, two relays and four consumers of one group at once."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka.errors import KafkaError

from chaos.faults.fault import Fault, Turn
from chaos.reports import SERVICES

_EMPTY_AFTER_S = 30.0


@asynccontextmanager
async def _redelivered(turn: Turn, targets: list[str]) -> AsyncIterator[None]:
    """The group is set back to the first record of everything it reads."""
    name = turn.one_of(SERVICES)
    await turn.world.stack.stop(name)
    try:
        targets.append(f"{name} ({await _rewound(turn, name)} records)")
    finally:
        await turn.world.stack.start(name)
    yield


async def _rewound(turn: Turn, group: str) -> int:
    """A group can be set back only when the broker has seen its last member leave."""
    deadline = asyncio.get_running_loop().time() + _EMPTY_AFTER_S
    while True:
        try:
            return await turn.eyes.rewind(group)
        except (KafkaError, OSError, TimeoutError):
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(0.5)


@asynccontextmanager
async def _crowded(turn: Turn, targets: list[str]) -> AsyncIterator[None]:
    """Three more consumers and one more relay join; one consumer and the relay are killed, the rest leave in order."""
    service, world = turn.one_of(SERVICES), turn.world
    targets.append(f"{service} (4 consumers, 2 relays)")
    consumers = [await world.start_replica(service, number, "consumer") for number in (2, 3, 4)]
    relay = await world.start_replica(service, 5, "relay")
    try:
        yield
        # the first relay goes, so that the second has to take over
        await world.stack.kill(service, signal.SIGKILL)
        await world.stack.supervisor.ready(service)
        await world.stack.kill(consumers[0], signal.SIGKILL, stay_down=True)
    finally:
        for name in (*consumers, relay):
            await world.stack.stop(name)


FAULTS = (
    Fault(name="redeliver", title="Whole topics delivered again", inject=_redelivered, hold=(0, 0.5)),
    Fault(name="crowd", title="Two relays, four consumers", inject=_crowded, hold=(4, 8)),
)
