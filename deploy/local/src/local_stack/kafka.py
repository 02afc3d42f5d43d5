"""Apache Kafka itself: one KRaft node with both roles, on loopback, from its Maven jars."""

from collections.abc import Callable, Mapping, Sequence

from local_stack.cluster import answers
from local_stack.kafka_java import Node, fresh_cluster_id
from local_stack.settings import Settings
from local_stack.state import State
from local_stack.supervisor import Program
from shared.kafka_security import Security

NAME = "kafka"


class Kafka:
    """One broker, in the clear on loopback. `prepare`, then hand `programs` to the supervisor.

    Keeps its records over restarts.
    """

    kind = "apache"
    durable = True
    replication = 1

    def __init__(self, settings: Settings, state: State, ports: Mapping[str, int]) -> None:
        self._port = ports["kafka"]
        self._controller_port = ports["kafka_controller"]
        self._node = Node(settings, state, NAME, heap_mb=512)

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients."""
        return f"127.0.0.1:{self._port}"

    async def prepare(self, say: Callable[[str], None]) -> None:
        """Get Java and the jars, and format the data folder the first time.

        Raises NoToolchain or NoJars when they cannot be had, CommandFailed when formatting fails.
        """
        await self._node.prepare(say)
        await self._node.configure(self._properties(), fresh_cluster_id(), "--standalone")

    @property
    def programs(self) -> Sequence[Program]:
        """How the supervisor runs it."""
        return [self._node.program(self._answers)]

    def security(self, principal: str) -> Security:  # noqa: ARG002 - everyone comes in alike
        """How a principal comes in: as everyone does."""
        return Security()

    async def open(self) -> None:
        """Nothing to open: everyone may do everything."""

    def keep_class_archive(self) -> None:
        """Call after the stop."""
        self._node.keep_class_archive()

    async def _answers(self) -> bool:
        return await answers(self.bootstrap)

    def _properties(self) -> dict[str, str]:
        own, controller = f"127.0.0.1:{self._port}", f"127.0.0.1:{self._controller_port}"
        return {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.bootstrap.servers": controller,
            "listeners": f"PLAINTEXT://{own},CONTROLLER://{controller}",
            "advertised.listeners": f"PLAINTEXT://{own},CONTROLLER://{controller}",
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "PLAINTEXT",
            "auto.create.topics.enable": "false",
            "offsets.topic.replication.factor": "1",
            "offsets.topic.num.partitions": "4",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "transaction.state.log.num.partitions": "1",
            "share.coordinator.state.topic.replication.factor": "1",
            "share.coordinator.state.topic.min.isr": "1",
            "group.initial.rebalance.delay.ms": "0",
            # a killed broker is let in again only when its old session has run out: 9 seconds by default
            "broker.session.timeout.ms": "3000",
            "broker.heartbeat.interval.ms": "500",
            "num.recovery.threads.per.data.dir": "2",
        }
