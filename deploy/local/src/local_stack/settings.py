"""What the environment decides about the stack."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

SERVICES = ("catalogue", "admissions", "pricing", "guidance")
PROJECT = Path(__file__).resolve().parents[4]
KAFKA_BUILD = PROJECT / "deploy" / "local" / "kafka"
TOPICS_FILE = PROJECT / "deploy" / "kafka" / "topics.yaml"


class UnknownBroker(ValueError):
    """BROKER must be apache or tansu."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the local stack is to be built; every field has a variable of its own.

    Raises UnknownBroker when `BROKER` names something else than `apache` or `tansu`.
    """

    state: Path
    postgres: str | None = None
    kafka: str | None = None
    replication: int = 1
    broker: str | None = None
    fallback: bool = True
    jars: Path | None = None

    def __post_init__(self) -> None:
        if self.broker not in (None, "apache", "tansu"):
            raise UnknownBroker(self.broker)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, *, state: Path | None = None) -> Self:
        """Read `SAMVERK_STATE`, `SAMVERK_POSTGRES`, `SAMVERK_KAFKA`, `BROKER` and their kin (see README.md)."""
        kafka = environment.get("SAMVERK_KAFKA") or None
        jars = environment.get("SAMVERK_KAFKA_JARS")
        no_fallback = environment.get("CI") == "true" or environment.get("SAMVERK_NO_FALLBACK") == "1"
        return cls(
            state=(state or Path(environment.get("SAMVERK_STATE") or ".samverk")).resolve(),
            postgres=environment.get("SAMVERK_POSTGRES") or None,
            kafka=kafka,
            # -1 lets a real cluster use its own default; the embedded broker stands alone
            replication=int(environment.get("SAMVERK_KAFKA_REPLICATION") or (-1 if kafka else 1)),
            broker=environment.get("BROKER") or None,
            fallback=not no_fallback,
            jars=Path(jars).resolve() if jars else None,
        )
