"""What the environment decides about the stack."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, cast, get_args

from shared.kafka_security import Mechanism, Protocol, Security

SERVICES = ("catalogue", "admissions", "pricing", "guidance")
PROJECT = Path(__file__).resolve().parents[4]
KAFKA_BUILD = PROJECT / "deploy" / "local" / "kafka"
TOPICS_FILE = PROJECT / "deploy" / "kafka" / "topics.yaml"
PRINCIPALS_FILE = PROJECT / "deploy" / "kafka" / "principals.yaml"


class UnknownBroker(ValueError):
    """BROKER must be apache or tansu, BROKERS 1 or (apache) 3, SAMVERK_KAFKA_SECURITY PLAINTEXT, SSL or SASL_SSL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the local stack is to be built; every field has a variable of its own.

    Raises UnknownBroker when `BROKER` names something else than `apache` or `tansu`.
    """

    state: Path
    postgres: str | None = None
    kafka: str | None = None
    kafka_access: Security = field(default_factory=Security)
    kafka_principals: Path | None = None
    replication: int | None = None
    brokers: int = 1
    broker: str | None = None
    fallback: bool = True
    jars: Path | None = None

    def __post_init__(self) -> None:
        if self.broker not in (None, "apache", "tansu"):
            raise UnknownBroker(f"BROKER={self.broker}")
        if self.brokers not in (1, 3) or (self.brokers > 1 and self.broker == "tansu"):
            raise UnknownBroker(f"BROKERS={self.brokers}")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, *, state: Path | None = None) -> Self:
        """Read `SAMVERK_STATE`, `SAMVERK_POSTGRES`, `SAMVERK_KAFKA`, `BROKER` and their kin (see README.md)."""
        kafka = environment.get("SAMVERK_KAFKA") or None
        principals, jars = environment.get("SAMVERK_KAFKA_PRINCIPALS"), environment.get("SAMVERK_KAFKA_JARS")
        replication = environment.get("SAMVERK_KAFKA_REPLICATION")
        no_fallback = environment.get("CI") == "true" or environment.get("SAMVERK_NO_FALLBACK") == "1"
        return cls(
            state=(state or Path(environment.get("SAMVERK_STATE") or ".samverk")).resolve(),
            postgres=environment.get("SAMVERK_POSTGRES") or None,
            kafka=kafka,
            kafka_access=_access(environment),
            kafka_principals=Path(principals).resolve() if principals else None,
            replication=int(replication) if replication else None,
            brokers=int(environment.get("BROKERS") or 1),
            broker=environment.get("BROKER") or None,
            fallback=not no_fallback,
            jars=Path(jars).resolve() if jars else None,
        )


def _access(environment: Mapping[str, str]) -> Security:
    """How we come in at a cluster that is not ours: the same variables as the services read."""
    protocol = environment.get("SAMVERK_KAFKA_SECURITY") or "PLAINTEXT"
    mechanism = environment.get("SAMVERK_KAFKA_MECHANISM") or "SCRAM-SHA-512"
    if protocol not in get_args(Protocol) or mechanism not in get_args(Mechanism):
        raise UnknownBroker(f"SAMVERK_KAFKA_SECURITY={protocol} SAMVERK_KAFKA_MECHANISM={mechanism}")
    authority = environment.get("SAMVERK_KAFKA_CA_FILE")
    return Security(
        protocol=cast("Protocol", protocol),
        mechanism=cast("Mechanism", mechanism),
        username=environment.get("SAMVERK_KAFKA_USERNAME", ""),
        password=environment.get("SAMVERK_KAFKA_PASSWORD", ""),
        ca_file=Path(authority).resolve() if authority else None,
    )
