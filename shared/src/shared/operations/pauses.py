"""Topics that a service does not read for now. They stand in a table, so that every replica and a restart keep them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.auth import Caller
from shared.operations import log
from shared.work import Work

_READ: Final = sa.text("SELECT topic, since, subject, reason FROM pauses ORDER BY topic")
_ADD: Final = sa.text("""
    INSERT INTO pauses (topic, since, subject, reason) VALUES (:topic, :since, :subject, :reason)
    ON CONFLICT (topic) DO NOTHING
""")
_REMOVE: Final = sa.text("DELETE FROM pauses WHERE topic = :topic")
_log = structlog.get_logger(__name__)


class UnknownTopic(Exception):
    """This service does not read that topic."""

    sv = "Tjänsten läser inte det ämnet (topic)."


async def read(connection: AsyncConnection) -> Sequence[dict[str, Any]]:
    """What is paused: topic, since when, by whom, why."""
    return [dict(row) for row in (await connection.execute(_READ)).mappings()]


async def pause(work: Work, caller: Caller, topic: str, reason: str) -> bool:
    """Pause a topic; False when it was paused already. Logged either way."""
    entry = {"topic": topic, "since": work.now, "subject": caller.subject, "reason": reason}
    new = bool((await work.connection.execute(_ADD, entry)).rowcount)
    await log.add(work, caller, "pause", {"topic": topic, "reason": reason}, "paused" if new else "was paused")
    return new


async def resume(work: Work, caller: Caller, topic: str, reason: str) -> bool:
    """Read the topic again; False when it was not paused. Logged either way."""
    gone = bool((await work.connection.execute(_REMOVE, {"topic": topic})).rowcount)
    await log.add(work, caller, "resume", {"topic": topic, "reason": reason}, "resumed" if gone else "was not paused")
    return gone


def known(topic: str, service: str, listens_to: Iterable[str]) -> str:
    """The topic, if the service reads it: another service's, one municipality's, or `in.<service>` for all of theirs.

    Raises UnknownTopic.
    """
    if topic == f"in.{service}" or topic in listens_to or re.fullmatch(rf"in\.[0-9]{{4}}\.{service}", topic):
        return topic
    raise UnknownTopic


class Pauses(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """Holds a consumer to what is paused: at every assignment before a record is read, and whenever told to look.

    The consumer stays in its group, so that what is paused is read on by whoever has the partition later. Hot paths
    never ask: a paused partition gives no records. `consumer` gives the one to hold, a new one after each start.
    """

    def __init__(self, service: str, engine: AsyncEngine) -> None:
        self._service, self._engine = service, engine
        self.consumer: Callable[[], AIOKafkaConsumer | None] = lambda: None
        self._topics: frozenset[str] = frozenset()

    @property
    def topics(self) -> frozenset[str]:
        """What is paused, as last seen."""
        return self._topics

    async def look(self, connection: AsyncConnection) -> None:
        """See what is paused, and hold the consumer to it."""
        before, self._topics = self._topics, frozenset(row["topic"] for row in await read(connection))
        if before != self._topics:
            _log.info("pauses_changed", topics=sorted(self._topics))
        self._obey()

    async def on_partitions_revoked(self, _revoked: Iterable[TopicPartition]) -> None:
        """Nothing to do: what is no longer ours gives us nothing."""

    async def on_partitions_assigned(self, _assigned: Iterable[TopicPartition]) -> None:
        """Before the first record of a new assignment."""
        try:
            async with self._engine.connect() as connection:
                await self.look(connection)
        except Exception as error:  # noqa: BLE001  # without the database nothing can be handled either
            _log.warning("pauses_not_read", error=type(error).__name__)
            self._obey()

    def _obey(self) -> None:
        consumer = self.consumer()
        if consumer is None:
            return
        assigned = consumer.assignment()
        wanted = {partition for partition in assigned if self._paused(partition.topic)}
        held = consumer.paused() & assigned
        if wanted - held:
            consumer.pause(*(wanted - held))
        if held - wanted:
            consumer.resume(*(held - wanted))

    def _paused(self, topic: str) -> bool:
        return topic in self._topics or (topic.startswith("in.") and f"in.{self._service}" in self._topics)


def as_told(row: Mapping[str, Any]) -> dict[str, Any]:
    """A pause as JSON."""
    return {**row, "since": row["since"].isoformat()}
