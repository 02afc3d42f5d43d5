"""A cluster that is not ours: how each principal comes in."""

import json
from dataclasses import replace

from local_stack.kafka_cluster import ADMINISTRATOR
from local_stack.settings import Settings
from shared.kafka_security import Security


def security(settings: Settings, principal: str) -> Security:
    """As the environment says for ourselves; as the file of `SAMVERK_KAFKA_PRINCIPALS` says for everyone else.

    Without the file all come in as we do. Raises KeyError when the file lacks the principal.
    """
    own = settings.kafka_access
    if settings.kafka_principals is None or principal == ADMINISTRATOR:
        return own
    passwords: dict[str, str] = json.loads(settings.kafka_principals.read_text())
    return replace(own, username=principal, password=passwords[principal])
