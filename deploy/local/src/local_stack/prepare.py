"""Databases, roles and topics on servers that already run: `python -m local_stack.prepare`, repeatable."""

import asyncio
import os
import sys
from collections.abc import Mapping

from local_stack import databases, topics
from local_stack.settings import SERVICES, Settings


class SettingMissing(Exception):
    """A variable must be set: SAMVERK_POSTGRES, SAMVERK_KAFKA or SAMVERK_DATABASE_PASSWORD_<SERVICE>."""


async def prepare(settings: Settings, passwords: Mapping[str, str]) -> topics.Outcome:
    """Create what is missing on both servers; returns what the topics look like. Raises SettingMissing."""
    if not settings.postgres:
        raise SettingMissing("SAMVERK_POSTGRES")
    if not settings.kafka:
        raise SettingMissing("SAMVERK_KAFKA")
    await databases.create(settings.postgres, passwords)
    return await topics.create(
        settings.kafka,
        topics.declared(),
        replication=settings.replication or -1,
        security=settings.kafka_access,
    )


def role_passwords(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The password of each service's role. Raises SettingMissing with the variable's name."""
    names = {service: f"SAMVERK_DATABASE_PASSWORD_{service.upper()}" for service in SERVICES}
    for name in names.values():
        if not environment.get(name):
            raise SettingMissing(name)
    return {service: environment[name] for service, name in names.items()}


def main() -> None:
    """Prepare and say what was created and what differs from the declaration."""
    outcome = asyncio.run(prepare(Settings.from_environment(), role_passwords()))
    lines = [f"topics: {len(outcome.created)} created, {len(outcome.present)} present"]
    lines += [
        f"topic {found.topic}: {found.setting} is {found.found}, declared {found.declared}"
        for found in outcome.differing
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
