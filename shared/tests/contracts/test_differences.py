"""Every rule of the compatibility gate, with a planted change for each."""

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.differences import differences

THING: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "pattern": "^[a-z]+$", "maxLength": 9, "x-sensitivity": "personal"},
        "kind": {"type": ["string", "null"], "enum": ["a", "b"]},
        "count": {"type": "integer", "minimum": 1, "maximum": 9},
        "at": {"type": "string", "format": "date"},
        "list": {"type": "array", "minItems": 1, "items": {"type": "integer", "minimum": 0}},
    },
}


def changed(name: str, **keywords: Any) -> dict[str, Any]:
    """The thing with keywords of one property replaced; None takes a keyword away."""
    inner = {k: v for k, v in {**THING["properties"][name], **keywords}.items() if v is not None}
    return {**THING, "properties": {**THING["properties"], name: inner}}


def found(new: dict[str, Any], old: dict[str, Any] = THING) -> list[tuple[str, str, str]]:
    return [(d.field, d.rule, d.side) for d in differences(old, new)]


WITHOUT_KIND = {**THING, "properties": {n: s for n, s in THING["properties"].items() if n != "kind"}}
NUMBER_ITEMS = {"type": "integer", "minimum": 1}


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ({**THING, "required": ["id", "kind"]}, [("/kind", "now required", "backward")]),
        ({**THING, "required": []}, [("/id", "no longer required", "forward")]),
        (WITHOUT_KIND, [("/kind", "field removed", "forward")]),
        (changed("kind", type="string"), [("/kind", "type no longer allows null", "backward")]),
        (changed("count", type="number"), [("/count", "type now allows number", "forward")]),
        (
            changed("at", type="integer"),
            [("/at", "type no longer allows string", "backward"), ("/at", "type now allows integer", "forward")],
        ),
        (changed("at", type=None), [("/at", "type dropped", "forward")]),
        (changed("kind", enum=["a"]), [("/kind", 'enum no longer allows "b"', "backward")]),
        (changed("kind", enum=["a", "b", "c"]), [("/kind", 'enum now allows "c"', "forward")]),
        (changed("kind", enum=None), [("/kind", "enum dropped", "forward")]),
        (changed("at", enum=["2027-01-01"]), [("/at", "enum added", "backward")]),
        (
            changed("id", pattern="^[a-z0-9]+$"),
            [("/id", "pattern changed", "forward"), ("/id", "pattern changed", "backward")],
        ),
        (changed("id", pattern=None), [("/id", "pattern dropped", "forward")]),
        (changed("at", pattern="^2"), [("/at", "pattern added", "backward")]),
        (changed("at", format=None), [("/at", "format dropped", "forward")]),
        (changed("id", format="uuid"), [("/id", "format added", "backward")]),
        (changed("count", minimum=2), [("/count", "minimum narrowed from 1 to 2", "backward")]),
        (changed("count", minimum=0), [("/count", "minimum widened from 1 to 0", "forward")]),
        (changed("count", minimum=None), [("/count", "minimum dropped", "forward")]),
        (changed("count", maximum=8), [("/count", "maximum narrowed from 9 to 8", "backward")]),
        (changed("count", maximum=10), [("/count", "maximum widened from 9 to 10", "forward")]),
        (changed("id", minLength=1), [("/id", "minLength added", "backward")]),
        (changed("id", maxLength=10), [("/id", "maxLength widened from 9 to 10", "forward")]),
        (changed("list", minItems=2), [("/list", "minItems narrowed from 1 to 2", "backward")]),
        (changed("list", uniqueItems=True), [("/list", "uniqueItems is now true", "backward")]),
        (changed("list", items=NUMBER_ITEMS), [("/list/*", "minimum narrowed from 0 to 1", "backward")]),
        (changed("list", items=None), [("/list", "items dropped", "forward")]),
        ({**THING, "additionalProperties": False}, [("", "additionalProperties is now false", "backward")]),
        (
            changed("id", **{"x-sensitivity": None}),
            [("/id", "x-sensitivity lowered from personal to nothing", "forward")],
        ),
        ({**THING, "dependentRequired": {"id": ["kind"]}}, [("", "dependentRequired changed", "unknown")]),
        (changed("count", anyOf=[{"minimum": 3}]), [("/count", "anyOf changed", "unknown")]),
        (changed("at", **{"$ref": "#/x"}), [("/at", "$ref changed", "unknown")]),
    ],
)
def test_a_change_that_breaks_a_side_is_named(new: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert found(new) == expected


@pytest.mark.parametrize(
    "new",
    [
        THING,
        {**THING, "properties": {**THING["properties"], "extra": {"type": "string"}}},
        {**THING, "title": "Thing", "description": "Other words"},
        changed("count", description="Other words", **{"x-description-sv": "Andra ord"}),
        changed("kind", type=["null", "string"], enum=["b", "a"]),
        changed("count", **{"x-sensitivity": "pseudonymous"}),
        {**THING, "additionalProperties": True},
    ],
)
def test_words_order_and_added_optional_fields_break_nobody(new: dict[str, Any]) -> None:
    assert found(new) == []


def test_a_field_added_where_readers_allow_no_more_is_named() -> None:
    closed = {**THING, "additionalProperties": False}
    opened = {**closed, "properties": {**THING["properties"], "extra": {"type": "string"}}}

    assert found(opened, closed) == [("/extra", "field added where readers allow no more", "unknown")]


def test_a_difference_is_said_in_one_line() -> None:
    (difference,) = differences(THING, changed("count", minimum=2))

    assert (
        str(difference) == "/count: minimum narrowed from 1 to 2 (backward: an event stored before could not be read)"
    )


small = st.integers(0, 3)
leaves = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["integer", "number", "string", ["string", "null"], "boolean"]),
        "enum": st.lists(st.sampled_from([0, 1, True, "", "a", "bb", None]), min_size=1, max_size=3),
        "minimum": small,
        "maximum": small,
        "exclusiveMinimum": small,
        "minLength": small,
        "maxLength": small,
        "pattern": st.sampled_from(["^a", "b$"]),
        "multipleOf": st.integers(1, 3),
        "const": st.sampled_from([1, True, "a"]),
    },
)
values = st.sampled_from([0, 1, 2, 3, 1.5, True, False, None, "", "a", "bb", "ab", "aaaa"])


@given(old=leaves, new=leaves, value=values)
def test_what_the_gate_lets_through_accepts_and_refuses_the_same_values(
    old: dict[str, Any], new: dict[str, Any], value: Any
) -> None:
    same = jsonschema_rs.is_valid(old, value) == jsonschema_rs.is_valid(new, value)

    assert same or list(differences(old, new))


objects = st.fixed_dictionaries(
    {"type": st.just("object"), "properties": st.dictionaries(st.sampled_from("ab"), leaves)},
    optional={
        "required": st.lists(st.sampled_from("ab"), unique=True),
        "additionalProperties": st.booleans(),
        "minProperties": small,
    },
)


@given(old=objects, new=objects, data=st.dictionaries(st.sampled_from("abc"), values))
def test_what_the_gate_lets_through_treats_known_fields_the_same(
    old: dict[str, Any], new: dict[str, Any], data: dict[str, Any]
) -> None:
    known = {name: value for name, value in data.items() if name in old["properties"]}
    same = jsonschema_rs.is_valid(old, known) == jsonschema_rs.is_valid(new, known)

    assert same or list(differences(old, new))
