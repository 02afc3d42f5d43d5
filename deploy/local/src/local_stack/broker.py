"""Which broker the stack runs: Apache Kafka, one or three of it, or Tansu where Kafka cannot be had."""

from collections.abc import Callable, Mapping

from local_stack import kafka_cluster
from local_stack.kafka import Kafka
from local_stack.kafka_cluster import KafkaCluster
from local_stack.kafka_jars import NoJars
from local_stack.settings import Settings
from local_stack.state import State
from local_stack.tansu import Tansu
from local_stack.toolchain import NoToolchain

Broker = Kafka | KafkaCluster | Tansu


class NoDurableBroker(Exception):
    """Apache Kafka cannot be had, and falling back to a broker in memory is not allowed here."""


def ports(settings: Settings) -> tuple[str, ...]:
    """The names of the ports that the broker needs."""
    if settings.kafka:
        return ()
    return kafka_cluster.PORTS if settings.brokers > 1 else ("kafka", "kafka_controller")


async def choose(settings: Settings, state: State, chosen: Mapping[str, int], say: Callable[[str], None]) -> Broker:
    """The prepared broker. Says in one line why it falls back. Raises NoDurableBroker when it may not."""
    if settings.broker == "tansu":
        return Tansu(chosen["kafka"])
    server = KafkaCluster(settings, state, chosen) if settings.brokers > 1 else Kafka(settings, state, chosen)
    try:
        await server.prepare(say)
    except (NoToolchain, NoJars) as reason:
        if settings.broker == "apache" or settings.brokers > 1 or not settings.fallback:
            raise NoDurableBroker(str(reason)) from reason
        say(f"falling back to the Tansu broker (memory only): {reason}")
        return Tansu(chosen["kafka"])
    return server
