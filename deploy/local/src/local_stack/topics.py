"""The declared topics: created where missing, reported where a cluster has them otherwise."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, for_code

from local_stack.cluster import PLAIN, administration
from local_stack.settings import TOPICS_FILE
from shared.kafka_security import Security

DAY_MS = 86_400_000
ALREADY_EXISTS = 36


class TopicRefused(Exception):
    """The cluster refused to create a declared topic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One declared topic; retention in milliseconds."""

    name: str
    partitions: int
    retention_ms: int
    max_message_bytes: int

    @property
    def settings(self) -> dict[str, str]:
        return {"retention.ms": str(self.retention_ms), "max.message.bytes": str(self.max_message_bytes)}


@dataclass(frozen=True, slots=True)
class Difference:
    """A topic that a cluster has otherwise than declared; nothing is changed by itself."""

    topic: str
    setting: str
    declared: str
    found: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What `create` did and found."""

    created: list[str] = field(default_factory=list)
    present: list[str] = field(default_factory=list)
    differing: list[Difference] = field(default_factory=list)


def declared(file: Path = TOPICS_FILE) -> list[Topic]:
    """All topics the file declares, in its order."""
    content = yaml.safe_load(file.read_text())
    topics: dict[str, Topic] = {}
    for entry in content["topics"]:
        for municipality in content["municipalities"]:
            for service in content["services"]:
                name = entry["name"].format(municipality=municipality, service=service)
                topics[name] = _topic(name, entry)
    return list(topics.values())


def municipalities(file: Path = TOPICS_FILE) -> list[str]:
    """The codes of the region's municipalities."""
    codes: list[str] = yaml.safe_load(file.read_text())["municipalities"]
    return codes


async def create(bootstrap: str, topics: list[Topic], *, replication: int = 1, security: Security = PLAIN) -> Outcome:
    """Create what is missing; `replication` -1 leaves it to the cluster. Raises TopicRefused.

    With three copies or more, two must have a record before it counts as written.
    """
    async with administration(bootstrap, security) as client:
        found = {topic["topic"]: len(topic["partitions"]) for topic in await client.describe_topics()}
        missing = [topic for topic in topics if topic.name not in found]
        present = [topic for topic in topics if topic.name in found]
        if missing:
            await _create(client, missing, replication)
        differing = _partition_differences(present, found)
        differing += await _setting_differences(client, present)
    return Outcome([topic.name for topic in missing], [topic.name for topic in present], differing)


def _topic(name: str, entry: dict[str, Any]) -> Topic:
    return Topic(
        name=name,
        partitions=entry["partitions"],
        retention_ms=entry["retention_days"] * DAY_MS,
        max_message_bytes=entry["max_message_bytes"],
    )


async def _create(client: AIOKafkaAdminClient, topics: list[Topic], replication: int) -> None:
    # the client takes replication -1 only together with an (empty) assignment
    assignment: dict[int, list[int]] | None = {} if replication == -1 else None
    copies = {"min.insync.replicas": "2"} if replication >= 3 else {}
    new = [NewTopic(topic.name, topic.partitions, replication, assignment, topic.settings | copies) for topic in topics]
    answer = await client.create_topics(new)
    for name, code, *_ in answer.topic_errors:
        if code not in (0, ALREADY_EXISTS):
            raise TopicRefused(f"{name}: {for_code(code).__name__}")


def _partition_differences(topics: list[Topic], found: dict[str, int]) -> list[Difference]:
    return [
        Difference(topic.name, "partitions", str(topic.partitions), str(found[topic.name]))
        for topic in topics
        if found[topic.name] != topic.partitions
    ]


async def _setting_differences(client: AIOKafkaAdminClient, topics: list[Topic]) -> list[Difference]:
    if not topics:
        return []
    wanted = {topic.name: topic for topic in topics}
    names = dict.fromkeys(("retention.ms", "max.message.bytes"), "")
    resources = [ConfigResource(ConfigResourceType.TOPIC, name, names) for name in wanted]
    try:
        answers = await client.describe_configs(resources)
    except KafkaError:
        # a broker that cannot tell its settings (Tansu) cannot differ in them
        return []
    differences = []
    for answer in answers:
        for _code, _message, _kind, name, entries in answer.resources:
            for key, value, *_ in entries:
                expected = wanted[name].settings.get(key)
                if expected is not None and value != expected:
                    differences.append(Difference(name, key, expected, str(value)))
    return differences
