"""Which broker the stack runs: Apache Kafka, or Tansu where Kafka cannot be had."""

from collections.abc import Callable, Mapping

from local_stack.kafka import Kafka
from local_stack.kafka_jars import NoJars
from local_stack.settings import Settings
from local_stack.state import State
from local_stack.tansu import Tansu
from local_stack.toolchain import NoToolchain

PORTS = ("kafka", "kafka_controller")


class NoDurableBroker(Exception):
    """Apache Kafka cannot be had, and falling back to a broker in memory is not allowed here."""


async def choose(
    settings: Settings, state: State, ports: Mapping[str, int], say: Callable[[str], None]
) -> Kafka | Tansu:
    """The prepared broker. Says in one line why it falls back. Raises NoDurableBroker when it may not."""
    if settings.broker == "tansu":
        return Tansu(ports["kafka"])
    kafka = Kafka(settings, state, ports["kafka"], ports["kafka_controller"])
    try:
        await kafka.prepare(say)
    except (NoToolchain, NoJars) as reason:
        if settings.broker == "apache" or not settings.fallback:
            raise NoDurableBroker(str(reason)) from reason
        say(f"falling back to the Tansu broker (memory only): {reason}")
        return Tansu(ports["kafka"])
    return kafka
