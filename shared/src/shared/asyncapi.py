"""The AsyncAPI 3.0.0 document of a service, made from the contracts of what it reads and says."""

import re
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final, Literal

from shared.contracts import Contract, Contracts
from shared.texts import Text

Action = Literal["receive", "send"]

_PARAMETERS: Final = {"municipality": "Municipality code of Statistics Sweden, four digits, e.g. 2281."}
_PAYLOAD_ONLY: Final = frozenset({"$schema", "$id"})
_TRACE: Final = {"type": "string", "description": "W3C trace context."}


def document(
    service_name: str, title: Text, reads: Sequence[str], says: Sequence[str], contracts: Contracts
) -> dict[str, Any]:
    """What the service receives and sends: a channel per topic, an operation and a message per event type.

    A service that takes reports also answers them, said or not. Raises `NoContract` for a type without a contract.
    """
    received = [contracts.get(name) for name in dict.fromkeys(reads)]
    sent = [contracts.get(name) for name in dict.fromkeys((*says, *_answers(service_name, received)))]
    every = list({contract.type: contract for contract in (*received, *sent)}.values())
    return {
        "asyncapi": "3.0.0",
        "info": _info(service_name, title),
        "defaultContentType": "application/json",
        "channels": {_channel_name(topic): _channel(topic, every) for topic in dict.fromkeys(c.topic for c in every)},
        "operations": dict((*_operations("receive", received), *_operations("send", sent))),
        "components": {"messages": {contract.type: _message(contract) for contract in every}},
    }


def _answers(service_name: str, received: Sequence[Contract]) -> Iterator[str]:
    if any(contract.inbound for contract in received):
        yield f"se.samverk.{service_name}.report.rejected.v1"


def _info(service_name: str, title: Text) -> dict[str, Any]:
    return {
        "title": title.en,
        "version": _version(),
        "description": f"Events that the service {service_name} reads and says: CloudEvents 1.0 on Apache Kafka.",
        "x-title-sv": title.sv,
    }


def _version() -> str:
    try:
        return version("samverk-shared")
    except PackageNotFoundError:  # run from source that is not installed
        return "0"


def _channel_name(topic: str) -> str:
    """`in.{municipality}.admissions` -> `in-municipality-admissions`: names may hold no braces."""
    return re.sub(r"[{}]", "", topic).replace(".", "-")


def _channel(topic: str, contracts: Sequence[Contract]) -> dict[str, Any]:
    names = re.findall(r"\{(\w+)\}", topic)
    parameters = {"parameters": {name: {"description": _PARAMETERS[name]} for name in names}} if names else {}
    messages = {c.type: {"$ref": f"#/components/messages/{c.type}"} for c in contracts if c.topic == topic}
    return {"address": topic, **parameters, "messages": messages}


def _operations(action: Action, contracts: Sequence[Contract]) -> Iterator[tuple[str, dict[str, Any]]]:
    for contract in contracts:
        channel = f"#/channels/{_channel_name(contract.topic)}"
        yield (
            f"{action}.{contract.type}",
            {
                "action": action,
                "title": contract.title.en,
                "summary": contract.summary.en,
                "channel": {"$ref": channel},
                "messages": [{"$ref": f"{channel}/messages/{contract.type}"}],
            },
        )


def _message(contract: Contract) -> dict[str, Any]:
    return {
        "name": contract.type,
        "title": contract.title.en,
        "summary": contract.summary.en,
        "x-title-sv": contract.title.sv,
        "x-summary-sv": contract.summary.sv,
        "contentType": "application/json",
        "headers": _headers(contract),
        # Our contracts keep to keywords that mean the same in the dialect AsyncAPI takes by default.
        "payload": {word: value for word, value in contract.schema.items() if word not in _PAYLOAD_ONLY},
        "bindings": {"kafka": {"key": {"type": "string", "description": f"{contract.key}, the same as ce_subject."}}},
        "examples": [
            {"name": "example", "headers": _example_headers(contract), "payload": dict(contract.example["data"])}
        ],
    }


def _headers(contract: Contract) -> dict[str, Any]:
    """The record headers of a CloudEvent in binary mode (Kafka protocol binding 1.0.2, §3.2)."""
    words = {"type": "string", "minLength": 1}
    return {
        "type": "object",
        "required": ["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject"],
        "properties": {
            "ce_specversion": {"type": "string", "const": "1.0"},
            "ce_id": {**words, "maxLength": 128, "description": "The same id with the same content is a repeat."},
            "ce_source": {**words, "maxLength": 256, "description": "Who says it, e.g. /municipalities/2281/register."},
            "ce_type": {"type": "string", "const": contract.type},
            "ce_subject": {**words, "maxLength": 256, "description": f"{contract.key}, the same as the key."},
            "ce_time": {"type": "string", "format": "date-time"},
            "ce_traceparent": _TRACE,
            "content-type": {"type": "string", "description": "application/json"},
        },
    }


def _example_headers(contract: Contract) -> dict[str, str]:
    names = ("specversion", "id", "source", "type", "subject", "time")
    attributes = {f"ce_{name}": contract.example[name] for name in names if name in contract.example}
    return {**attributes, "content-type": "application/json"}
