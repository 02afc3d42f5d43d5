"""CloudEvents as the command makes them, with ids that follow from what they say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

import orjson

Envelope = dict[str, Any]
STRUCTURED = "application/cloudevents+json; charset=utf-8"
_NAMES = UUID("5b0c1f0e-52c4-5c53-9c6a-0f6a1d1f0a3e")


@dataclass(frozen=True, slots=True)
class Record:
    """What goes onto a topic: the key, the headers and the bytes."""

    key: bytes
    headers: list[tuple[str, bytes]]
    value: bytes


def event_id(source: str, type: str, subject: str, data: Mapping[str, Any]) -> str:
    """The same for the same report, so that sending it again has no further effect."""
    content = orjson.dumps([source, type, subject, data], option=orjson.OPT_SORT_KEYS)
    return str(uuid5(_NAMES, content.decode()))


def envelope(
    *, source: str, type: str, subject: str, data: Mapping[str, Any], time: datetime | None = None
) -> Envelope:
    """A CloudEvent in structured mode; `time` in any time zone."""
    made: Envelope = {
        "specversion": "1.0",
        "id": event_id(source, type, subject, data),
        "source": source,
        "type": type,
        "subject": subject,
        "datacontenttype": "application/json",
        "data": dict(data),
    }
    if time is not None:
        made["time"] = rfc3339(time)
    return made


def rfc3339(moment: datetime) -> str:
    """The moment in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def structured(event: Envelope) -> Record:
    """The event as one JSON object with its envelope."""
    return Record(event["subject"].encode(), [("content-type", STRUCTURED.encode())], orjson.dumps(event))


def binary(event: Envelope) -> Record:
    """The envelope in headers, the data as the value."""
    attributes = {name: value for name, value in event.items() if name not in ("data", "datacontenttype")}
    headers = [(f"ce_{name}", str(value).encode()) for name, value in attributes.items()]
    headers.append(("content-type", b"application/json"))
    return Record(event["subject"].encode(), headers, orjson.dumps(event["data"]))
