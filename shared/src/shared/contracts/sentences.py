"""Faults of an event's data, said in plain words: what is wrong and what to mend."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from jsonschema_rs import ValidationError

from shared.faults import Fault
from shared.texts import Text

_TYPES: Final = {
    "string": Text(sv="en text", en="a text"),
    "integer": Text(sv="ett heltal", en="a whole number"),
    "number": Text(sv="ett tal", en="a number"),
    "boolean": Text(sv="true eller false", en="true or false"),
    "array": Text(sv="en lista", en="a list"),
    "object": Text(sv="ett objekt", en="an object"),
    "null": Text(sv="null", en="null"),
}

_FORMATS: Final = {
    "uuid": Text(
        sv="Skriv ett UUID, t.ex. 1f0c6a3e-7c35-4d0e-9c5e-0a4c2f6b9d11.",
        en="Write a UUID, e.g. 1f0c6a3e-7c35-4d0e-9c5e-0a4c2f6b9d11.",
    ),
    "date-time": Text(
        sv="Skriv en tid som finns, med tidszon, enligt RFC 3339: 2027-01-28T17:42:10+01:00.",
        en="Write a time that exists, with time zone, as in RFC 3339: 2027-01-28T17:42:10+01:00.",
    ),
    "date": Text(
        sv="Skriv ett datum som finns, ÅÅÅÅ-MM-DD: 2027-08-18.", en="Write a date that exists, YYYY-MM-DD: 2027-08-18."
    ),
}

_SENTENCES: Final[Mapping[str, Callable[[Any], Text]]] = {
    "enum": lambda allowed: Text(
        sv=f"Värdet ska vara ett av: {_listed(allowed)}.", en=f"The value must be one of: {_listed(allowed)}."
    ),
    "const": lambda only: Text(sv=f"Värdet ska vara {only}.", en=f"The value must be {only}."),
    "pattern": lambda _: Text(sv="Värdet har fel form.", en="The value has the wrong form."),
    "format": lambda name: _FORMATS.get(
        name, Text(sv=f"Värdet har inte formen {name}.", en=f"The value has not the form {name}.")
    ),
    "minimum": lambda least: Text(sv=f"Talet ska vara minst {least}.", en=f"The number must be at least {least}."),
    "maximum": lambda most: Text(sv=f"Talet ska vara högst {most}.", en=f"The number must be at most {most}."),
    "exclusiveMinimum": lambda low: Text(
        sv=f"Talet ska vara större än {low}.", en=f"The number must be more than {low}."
    ),
    "exclusiveMaximum": lambda high: Text(
        sv=f"Talet ska vara mindre än {high}.", en=f"The number must be less than {high}."
    ),
    "multipleOf": lambda step: Text(
        sv=f"Talet ska vara jämnt delbart med {step}.", en=f"The number must be a multiple of {step}."
    ),
    "minLength": lambda least: Text(
        sv=f"Texten ska ha minst {least} tecken.", en=f"The text must have at least {least} characters."
    ),
    "maxLength": lambda most: Text(
        sv=f"Texten får ha högst {most} tecken; korta den.", en=f"The text may have {most} characters; shorten it."
    ),
    "minItems": lambda least: Text(
        sv=f"Listan ska ha minst {least} poster; fyll på.", en=f"The list must have at least {least} items; add some."
    ),
    "maxItems": lambda most: Text(
        sv=f"Listan får ha högst {most} poster; ta bort några.", en=f"The list may have {most} items; remove some."
    ),
    "uniqueItems": lambda _: Text(
        sv="Samma post står flera gånger i listan; ta bort dubbletterna.",
        en="The list has the same item more than once; remove the doubles.",
    ),
    "additionalProperties": lambda _: Text(
        sv="Objektet har fält som inte hör hit; ta bort dem.",
        en="The object has fields that do not belong here; remove them.",
    ),
}

_ANY: Final = Text(
    sv="Värdet stämmer inte med kontraktet; jämför med exemplet.",
    en="The value does not keep the contract; compare with the example.",
)

# Here the field's own description helps: the rule alone does not say what should stand there.
_DESCRIBED: Final = frozenset({"required", "type", "pattern"})

TOO_MANY: Final = Fault(
    "",
    "more_faults",
    "Det finns fler fel än de som står här; rätta dessa och skicka igen.",
    "There are more faults than those listed; mend these and send again.",
)


def fault_of(error: ValidationError, schema: Mapping[str, Any]) -> Fault:
    """One fault found by the validator, in words. A value is quoted only where nothing can be personal."""
    rule = error.kind.name
    place = list(error.instance_path)
    path: list[str | int] = list(error.schema_path)
    inner = _at(schema, path[:-1])
    if rule == "required":
        name = error.kind.as_dict()["property"]
        place, inner = [*place, name], inner.get("properties", {}).get(name, {})
    said = _joined(_sentence(rule, error, inner), inner if rule in _DESCRIBED else {}, _quoted(rule, error, schema))
    return Fault(pointer(place), code(rule), said.sv, said.en)


def decimal_fault(path: Iterable[str | int]) -> Fault:
    """A whole number written with decimals."""
    return Fault(
        pointer(path),
        "type",
        "Talet ska skrivas som heltal, utan decimaler.",
        "Write the number as a whole number, without decimals.",
    )


def pointer(path: Iterable[str | int]) -> str:
    """A path as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def code(rule: str) -> str:
    """The name of a fault: the schema's keyword in snake case, `missing` for a required field."""
    return "missing" if rule == "required" else re.sub(r"(?<=[a-z])([A-Z])", r"_\1", rule).lower()


def _at(schema: Any, path: list[str | int]) -> Mapping[str, Any]:
    for step in path:
        schema = schema[step]
    return schema if isinstance(schema, dict) else {}


def _sentence(rule: str, error: ValidationError, inner: Mapping[str, Any]) -> Text:
    if rule == "required":
        name = error.kind.as_dict()["property"]
        return Text(sv=f"Fältet {name} saknas; lägg till det.", en=f"The field {name} is missing; add it.")
    if rule == "type":
        kinds = [_TYPES[kind] for kind in error.kind.as_dict()["types"]]
        sv, en = " eller ".join(kind.sv for kind in kinds), " or ".join(kind.en for kind in kinds)
        return Text(sv=f"Värdet ska vara {sv}.", en=f"The value must be {en}.")
    return _SENTENCES[rule](inner.get(rule)) if rule in _SENTENCES else _ANY


def _joined(said: Text, described: Mapping[str, Any], quoted: Text) -> Text:
    sv = (said.sv, described.get("x-description-sv", ""), quoted.sv)
    en = (said.en, described.get("description", ""), quoted.en)
    return Text(sv=" ".join(filter(None, sv)), en=" ".join(filter(None, en)))


_OF_VALUES: Final = frozenset({"enum", "const", "pattern", "format", "minimum", "maximum"})
_LONGEST: Final = 24
_FEW_DIGITS: Final = 7


def _quoted(rule: str, error: ValidationError, schema: Mapping[str, Any]) -> Text:
    """The value itself, where it helps.

    Never in a contract about persons, since a mixed-up row may put a name in any field; and never so many digits that
    it could be somebody's number.
    """
    value = error.instance
    if rule not in _OF_VALUES or about_persons(schema) or not isinstance(value, str | int | float):
        return Text(sv="", en="")
    text = str(value)
    if sum(map(str.isdigit, text)) >= _FEW_DIGITS or not text.isprintable():
        return Text(sv="", en="")
    short = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return Text(sv=f"Nu står där: {short}", en=f"It now says: {short}")


def about_persons(schema: Any) -> bool:
    """Whether any field of the schema is marked as personal or pseudonymous."""
    if isinstance(schema, dict):
        return "x-sensitivity" in schema or any(map(about_persons, schema.values()))
    return isinstance(schema, list) and any(map(about_persons, schema))


def _listed(values: Any) -> str:
    return ", ".join(str(value) for value in values or ())
