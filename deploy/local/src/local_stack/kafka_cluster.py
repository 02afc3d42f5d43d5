"""Three KRaft nodes with both roles, on loopback, that trust nobody: TLS, passwords and an access list.

Clients come in by SASL_SSL (SCRAM-SHA-512). The nodes show each other certificates, and so does the administrator the
first time, when there are no passwords yet.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from local_stack import access, principals
from local_stack.certificates import Authority
from local_stack.cluster import administration, brokers_seen_by, listens
from local_stack.kafka_java import Node, fresh_cluster_id
from local_stack.settings import Settings
from local_stack.state import State
from local_stack.supervisor import Program
from shared.kafka_security import Security

ADMINISTRATOR = "administrator"
NUMBERS = (1, 2, 3)
NAMES = tuple(f"kafka-{number}" for number in NUMBERS)
_USES = ("clients", "internal", "controller")
PORTS = tuple(f"{name}-{use}" for name in NAMES for use in _USES)


class KafkaCluster:
    """Three brokers. `prepare`, hand `programs` to the supervisor, then `open` the doors."""

    kind = "apache"
    durable = True
    replication = 3

    def __init__(self, settings: Settings, state: State, ports: Mapping[str, int]) -> None:
        self._state = state
        self._ports = ports
        self._nodes = [Node(settings, state, name, heap_mb=320) for name in NAMES]
        self._authority = Authority(state.folder / "certificates")
        self._entry: Security | None = None

    @property
    def bootstrap(self) -> str:
        """`host:port,host:port,host:port` for clients."""
        return self._addresses("clients")

    async def prepare(self, say: Callable[[str], None]) -> None:
        """Get Java and the jars, sign certificates, and format the data folders the first time.

        Raises NoToolchain or NoJars when they cannot be had, CommandFailed when formatting fails.
        """
        for node in self._nodes:
            await node.prepare(say, keep_archive=node is self._nodes[0])
        self._authority.prepare()
        certificate = self._authority.certificate(ADMINISTRATOR)
        self._entry = Security(protocol="SSL", ca_file=self._authority.file, certificate=certificate)
        cluster = next((node.formatted_for for node in self._nodes if node.formatted_for), fresh_cluster_id())
        await asyncio.gather(*(self._configure(number, cluster) for number in NUMBERS))

    @property
    def programs(self) -> Sequence[Program]:
        """How the supervisor runs them. None is ready alone: it takes two to elect a controller."""
        return [node.program(partial(self._answers, number)) for number, node in zip(NUMBERS, self._nodes, strict=True)]

    async def open(self) -> None:
        """Give every principal its password and its rights; rights that no rule makes any longer are taken back.

        Raises AccessRefused.
        """
        names = [ADMINISTRATOR, *principals.names()]
        passwords = self._state.kafka_passwords(names)
        assert self._entry is not None
        async with administration(self._addresses("internal"), self._entry) as client:
            await access.set_passwords(client, passwords)
            await access.apply(client, principals.rights(), names, remove=True)

    def security(self, principal: str) -> Security:
        """How a principal comes in. Raises KeyError for one that no rule names."""
        return Security(
            protocol="SASL_SSL",
            username=principal,
            password=self._state.kafka_passwords([])[principal],
            ca_file=self._authority.file,
        )

    def keep_class_archive(self) -> None:
        """Call after the stop."""
        self._nodes[0].keep_class_archive()

    def _addresses(self, use: str) -> str:
        return ",".join(self._address(name, use) for name in NAMES)

    def _address(self, name: str, use: str) -> str:
        return f"127.0.0.1:{self._ports[f'{name}-{use}']}"

    async def _configure(self, number: int, cluster: str) -> None:
        name = NAMES[number - 1]
        certificate = self._authority.certificate(name)
        await self._nodes[number - 1].configure(self._properties(number, certificate), cluster)

    async def _answers(self, number: int) -> bool:
        """Ready when it sees itself among the brokers that the controller lets serve, and clients can come in."""
        name = NAMES[number - 1]
        assert self._entry is not None
        seen = await brokers_seen_by(self._address(name, "internal"), self._entry)
        return number in seen and await listens(self._address(name, "clients"))

    def _properties(self, number: int, certificate: Path) -> dict[str, str]:
        name = NAMES[number - 1]
        listeners = {use.upper(): f"{use.upper()}://{self._address(name, use)}" for use in _USES}
        voters = ",".join(f"{n}@{self._address(NAMES[n - 1], 'controller')}" for n in NUMBERS)
        return {
            "process.roles": "broker,controller",
            "node.id": str(number),
            "controller.quorum.voters": voters,
            "listeners": ",".join(listeners.values()),
            "advertised.listeners": f"{listeners['CLIENTS']},{listeners['INTERNAL']}",
            "listener.security.protocol.map": "CLIENTS:SASL_SSL,INTERNAL:SSL,CONTROLLER:SSL",
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "INTERNAL",
            **_security(certificate, self._authority.file),
            **_COPIES,
            **_SMALL,
        }


def _security(certificate: Path, authority: Path) -> dict[str, str]:
    """Host names are verified by default; who is not in the access list may do nothing by default."""
    return {
        "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.clients.scram-sha-512.sasl.jaas.config": (
            "org.apache.kafka.common.security.scram.ScramLoginModule required;"
        ),
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(certificate),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(authority),
        "ssl.enabled.protocols": "TLSv1.3,TLSv1.2",
        "listener.name.internal.ssl.client.auth": "required",
        "listener.name.controller.ssl.client.auth": "required",
        "ssl.principal.mapping.rules": "RULE:^CN=([a-z0-9-]+)$/$1/",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": ";".join(f"User:{name}" for name in (*NAMES, ADMINISTRATOR)),
    }


_COPIES = {
    "default.replication.factor": "3",
    "min.insync.replicas": "2",
    "unclean.leader.election.enable": "false",
    "auto.create.topics.enable": "false",
    "offsets.topic.replication.factor": "3",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "3",
    "transaction.state.log.min.isr": "2",
    "transaction.state.log.num.partitions": "1",
    "share.coordinator.state.topic.replication.factor": "3",
    "share.coordinator.state.topic.min.isr": "2",
}

# three nodes share what one has else: small buffers, few threads, and a leader's absence noticed soon
_SMALL = {
    "group.initial.rebalance.delay.ms": "0",
    "broker.session.timeout.ms": "4000",
    "broker.heartbeat.interval.ms": "500",
    "num.recovery.threads.per.data.dir": "2",
    "num.network.threads": "2",
    "num.io.threads": "4",
    "log.cleaner.dedupe.buffer.size": "4194304",
}
