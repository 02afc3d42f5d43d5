"""Every contract file keeps the house rules."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema_rs
import orjson
import pytest

from shared.compatibility import check
from shared.contracts import Contract, Contracts, catalogue

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "shared" / "contracts"
CONTRACTS = Contracts.load(FOLDER)
EVERY = [CONTRACTS.get(name) for name in CONTRACTS.types()]
each = pytest.mark.parametrize("contract", EVERY, ids=lambda contract: contract.type)

KEYWORDS = {
    *("type", "properties", "required", "items", "enum", "pattern", "format"),
    *("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems"),
    *("description", "x-description-sv", "x-sensitivity", "$schema", "$id"),
}
SERVICES = ("admissions", "catalogue", "guidance", "pricing")


def fields(schema: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every field of a schema, with its path."""
    for name, inner in schema.get("properties", {}).items():
        yield f"{path}/{name}", inner
        yield from fields(inner, f"{path}/{name}")
    if "items" in schema:
        if "properties" not in schema["items"]:
            yield f"{path}/*", schema["items"]
        yield from fields(schema["items"], f"{path}/*")


def schemas(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The schema and all schemas within it."""
    yield schema
    for inner in schema.get("properties", {}).values():
        yield from schemas(inner)
    if "items" in schema:
        yield from schemas(schema["items"])


def test_the_gate_lets_the_contracts_out() -> None:
    assert check(FOLDER) == []


def test_every_service_answers_what_it_refuses_in_the_same_form() -> None:
    answers = [CONTRACTS.get(f"se.samverk.{service}.report.rejected.v1") for service in SERVICES]

    assert len({orjson.dumps({**answer.schema, "$id": ""}) for answer in answers}) == 1


def test_the_catalogue_of_events_is_up_to_date() -> None:
    page = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")

    assert page == catalogue.updated(page, CONTRACTS), "run: python -m shared.contracts docs"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_the_file_is_named_by_its_type_and_holds_nothing_else(path: Path) -> None:
    words = orjson.loads(path.read_bytes())

    assert words["type"] == path.stem
    assert list(words) == ["type", "title", "summary", "topic", "key", "schema", "example"]


@each
def test_the_type_is_ours_in_the_past_tense_with_a_version(contract: Contract) -> None:
    assert re.fullmatch(r"se\.samverk\.[a-z]+(\.[a-z_]+)+\.v[1-9][0-9]*", contract.type)
    assert contract.service in SERVICES


@each
def test_title_and_summary_are_in_both_languages(contract: Contract) -> None:
    for text in (contract.title, contract.summary):
        assert text.sv
        assert text.en
        assert text.sv != text.en


@each
def test_the_topic_is_an_inbound_one_the_service_s_own_or_answers(contract: Contract) -> None:
    if contract.type.endswith(".report.rejected.v1"):
        assert contract.topic == "out.{municipality}.answers"
    else:
        assert contract.topic in (f"in.{{municipality}}.{contract.service}", f"{contract.service}.events")
    assert contract.inbound == contract.topic.startswith("in.")


@each
def test_the_example_keeps_the_contract(contract: Contract) -> None:
    assert CONTRACTS.faults(contract.type, contract.example["data"]) == []
    assert Contracts.validate_envelope(contract.example) == []
    assert contract.example["type"] == contract.type
    assert str(UUID(contract.example["id"])) == contract.example["id"]


@each
def test_the_example_is_said_by_who_may_say_it_about_its_key(contract: Contract) -> None:
    source = contract.example["source"]

    if contract.inbound:
        assert re.fullmatch(r"/municipalities/[0-9]{4}/[a-z]+", source)
    else:
        assert source == f"/samverk/{contract.service}"
    assert contract.example["subject"] == contract.subject(contract.example["data"], municipality="2281")


@each
def test_the_schema_is_json_schema_of_the_kind_that_the_gate_understands(contract: Contract) -> None:
    jsonschema_rs.meta.validate(dict(contract.schema))

    assert contract.schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert contract.schema["$id"] == f"urn:{contract.type.replace('.', ':')}"
    assert all(schema.keys() <= KEYWORDS for schema in schemas(contract.schema))


@each
def test_every_field_is_described_in_both_languages(contract: Contract) -> None:
    for path, field in fields(contract.schema):
        assert field.get("description", "").endswith("."), path
        assert field.get("x-description-sv", "").endswith("."), path


@each
def test_every_field_is_bounded(contract: Contract) -> None:
    for path, field in fields(contract.schema):
        kinds = {field["type"]} if isinstance(field["type"], str) else set(field["type"])
        if "string" in kinds:
            assert field.keys() & {"enum", "pattern", "format", "maxLength"}, path
        if "integer" in kinds:
            assert {"minimum", "maximum"} <= field.keys(), path
        if "array" in kinds:
            assert {"minItems", "maxItems", "items"} <= field.keys(), path
        assert "number" not in kinds, path


@each
def test_only_inbound_reports_carry_personal_fields(contract: Contract) -> None:
    personal = {path for path, field in fields(contract.schema) if field.get("x-sensitivity") == "personal"}

    assert not personal or contract.inbound
    assert all(field.get("x-sensitivity") for path, field in fields(contract.schema) if path.endswith("/applicant"))
    assert "/identity" not in {path for path, _ in fields(contract.schema)} - personal


@each
def test_reports_are_full_states_with_a_revision(contract: Contract) -> None:
    if contract.inbound:
        assert "revision" in contract.schema["required"]
        assert contract.schema["properties"]["revision"]["minimum"] == 1


def test_examples_use_only_numbers_reserved_for_tests() -> None:
    text = orjson.dumps([contract.example for contract in EVERY]).decode()

    numbers = re.findall(r"\b[12][0-9]{7}-[0-9A-Z]{4}\b", text)

    assert numbers
    assert all(re.search(r"-9[89][0-9]{2}$", number) for number in numbers)
    assert not re.search(r"\b[12][0-9]{11}\b", text)
