"""Contract files as they lie on disk: beside the source in the repository, inside the package once installed."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from shared.texts import Text

# The wheel carries the files under another name, since this package has taken theirs.
_INSTALLED = Path(__file__).parents[1] / "_contracts"
_REPOSITORY = Path(__file__).parents[3] / "contracts"


class NoContract(LookupError):
    """There is no contract for that event type."""


@dataclass(frozen=True, slots=True)
class Contract:
    """What an event type promises.

    `topic` and `key` are templates: `{municipality}` is the code in the topic, other names are fields of the data.
    `schema` (JSON Schema 2020-12) is about the data alone, `example` is a whole CloudEvent in structured mode.
    """

    type: str
    title: Text
    summary: Text
    topic: str
    key: str
    schema: Mapping[str, Any]
    example: Mapping[str, Any]

    @property
    def service(self) -> str:
        """The service that reads a report, or says an event or answer: the third word of the type."""
        return self.type.split(".")[2]

    @property
    def inbound(self) -> bool:
        """Whether municipalities send it."""
        return self.topic.startswith("in.")

    def subject(self, data: Mapping[str, Any], municipality: str | None = None) -> str:
        """The CloudEvents subject, which is the Kafka key too, of an event with this data."""
        return self.key.format_map({"municipality": municipality, **data})


def folder() -> Path:
    """Where the contract files lie."""
    return _INSTALLED if _INSTALLED.is_dir() else _REPOSITORY


def read(path: Path) -> Contract:
    """The contract in a file.

    Raises KeyError or ValueError when the file is not a contract: a fault of ours, found by the tests of the files.
    """
    words = orjson.loads(path.read_bytes())
    return Contract(
        type=words["type"],
        title=Text(**words["title"]),
        summary=Text(**words["summary"]),
        topic=words["topic"],
        key=words["key"],
        schema=words["schema"],
        example=words["example"],
    )
