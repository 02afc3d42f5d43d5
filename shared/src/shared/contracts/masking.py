"""What an operator may see of an event's data."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

MASK = "***"

Path = tuple[str | int, ...]
Schema = Mapping[str, Any]


def masked(schema: Schema, data: Any, faulty: AbstractSet[Path], path: Path = ()) -> Any:
    """The data with every value masked that the schema does not describe, that is personal, or whose path is faulty.

    Names of fields that the schema does not know are masked as well: rubbish may carry a person's number as a name.
    """
    if path in faulty or schema.get("x-sensitivity") == "personal":
        return MASK
    if isinstance(data, dict) and "properties" in schema:
        return _object(schema["properties"], data, faulty, path)
    if isinstance(data, list) and "items" in schema:
        return [masked(schema["items"], item, faulty, (*path, place)) for place, item in enumerate(data)]
    return data if _described(schema, data) else MASK


def _object(
    properties: Mapping[str, Any], data: dict[str, Any], faulty: AbstractSet[Path], path: Path
) -> dict[str, Any]:
    shown = {
        name: masked(properties[name], value, faulty, (*path, name))
        for name, value in data.items()
        if name in properties
    }
    return shown if len(shown) == len(data) else {**shown, MASK: MASK}


def _described(schema: Schema, data: Any) -> bool:
    return "type" in schema and not isinstance(data, dict | list)
