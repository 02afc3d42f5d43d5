"""The AsyncAPI document, held against the official schema of AsyncAPI 3.0.0."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import pytest

from shared.asyncapi import document
from shared.contracts import Contracts, NoContract
from shared.texts import Text

OFFICIAL = jsonschema_rs.Draft7Validator(
    orjson.loads(Path(__file__).with_name("asyncapi-3.0.0.schema.json").read_bytes())
)
CONTRACTS = Contracts.load()
TITLE = Text(sv="Antagning", en="Admissions")
READS = [
    "se.samverk.admissions.application.submitted.v1",
    "se.samverk.admissions.grades.reported.v1",
    "se.samverk.catalogue.offering.published.v1",
]
SAYS = ["se.samverk.admissions.application.received.v1", "se.samverk.admissions.report.rejected.v1"]
ADMISSIONS = document("admissions", TITLE, READS, SAYS, CONTRACTS)


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        for inner in part.values():
            yield from references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from references(inner)


def resolved(reference: str) -> Any:
    part: Any = ADMISSIONS
    for step in reference.removeprefix("#/").split("/"):
        part = part[step]
    return part


def test_the_document_is_asyncapi_3() -> None:
    assert [error.message for error in OFFICIAL.iter_errors(ADMISSIONS)] == []


def test_the_official_schema_does_refuse_what_is_wrong() -> None:
    assert not OFFICIAL.is_valid({**ADMISSIONS, "channels": {"a": {"address": 7}}})


def test_all_contracts_make_a_valid_document() -> None:
    every = document("admissions", TITLE, CONTRACTS.types(), CONTRACTS.types(), CONTRACTS)

    assert [error.message for error in OFFICIAL.iter_errors(every)] == []
    assert set(every["components"]["messages"]) == set(CONTRACTS.types())


def test_every_reference_leads_somewhere() -> None:
    found = list(references(ADMISSIONS))

    assert len(found) == 15
    assert all(resolved(reference) for reference in found)


def test_channels_are_the_topics_with_their_parameters() -> None:
    channels = ADMISSIONS["channels"]

    assert {name: channel["address"] for name, channel in channels.items()} == {
        "in-municipality-admissions": "in.{municipality}.admissions",
        "catalogue-events": "catalogue.events",
        "admissions-events": "admissions.events",
        "out-municipality-answers": "out.{municipality}.answers",
    }
    assert {name for name, channel in channels.items() if "municipality" in channel.get("parameters", {})} == {
        "in-municipality-admissions",
        "out-municipality-answers",
    }


def test_what_is_read_is_received_and_what_is_said_is_sent() -> None:
    actions = {name: operation["action"] for name, operation in ADMISSIONS["operations"].items()}

    assert actions == {**{f"receive.{name}": "receive" for name in READS}, **{f"send.{name}": "send" for name in SAYS}}


def test_a_service_that_takes_reports_answers_them() -> None:
    quiet = document("guidance", TITLE, ["se.samverk.guidance.availability.reported.v1"], [], CONTRACTS)
    deaf = document("guidance", TITLE, ["se.samverk.admissions.applicant.unplaced.v1"], [], CONTRACTS)

    assert "send.se.samverk.guidance.report.rejected.v1" in quiet["operations"]
    assert list(deaf["operations"]) == ["receive.se.samverk.admissions.applicant.unplaced.v1"]


def test_messages_carry_the_headers_and_the_payload_of_their_contract() -> None:
    for name, message in ADMISSIONS["components"]["messages"].items():
        (example,) = message["examples"]

        assert message["headers"]["properties"]["ce_type"]["const"] == name
        assert jsonschema_rs.is_valid(message["headers"], example["headers"], validate_formats=True)
        assert jsonschema_rs.is_valid(message["payload"], example["payload"], validate_formats=True)


def test_a_type_without_contract_can_not_be_documented() -> None:
    with pytest.raises(NoContract):
        document("admissions", TITLE, ["se.samverk.admissions.unheard.of.v1"], [], CONTRACTS)
