"""What of an event's data is worth looking at closely, and what an operator may see of it."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

MASK = "***"

Path = tuple[str | int, ...]
Schema = Mapping[str, Any]


def pruned(schema: Schema, data: Any) -> Any:
    """As much of the data as is needed to find its faults, however large or deep the rubbish is.

    Fields that the schema does not know are left out, lists end one past the longest allowed, and a list or object
    where neither belongs is emptied.
    """
    if isinstance(data, dict):
        properties = schema.get("properties", {})
        return {name: pruned(properties[name], value) for name, value in data.items() if name in properties}
    if isinstance(data, list):
        return [pruned(schema["items"], item) for item in data[: _worth(schema)]] if "items" in schema else []
    return data


def _worth(schema: Schema) -> int | None:
    """How many items of a list are worth looking at."""
    return schema["maxItems"] + 1 if "maxItems" in schema else None


def masked(schema: Schema, data: Any, faulty: AbstractSet[Path], path: Path = ()) -> Any:
    """The data with every value masked that the schema does not describe, that is personal, or whose path is faulty.

    Names of fields that the schema does not know are masked as well: rubbish may carry a person's number as a name.
    """
    if path in faulty or schema.get("x-sensitivity") == "personal":
        return MASK
    if isinstance(data, dict) and "properties" in schema:
        return _object(schema["properties"], data, faulty, path)
    if isinstance(data, list) and "items" in schema:
        return _list(schema, data, faulty, path)
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


def _list(schema: Schema, data: list[Any], faulty: AbstractSet[Path], path: Path) -> list[Any]:
    worth = data[: _worth(schema)]
    shown = [masked(schema["items"], item, faulty, (*path, place)) for place, item in enumerate(worth)]
    return shown if len(worth) == len(data) else [*shown, MASK]


def _described(schema: Schema, data: Any) -> bool:
    return "type" in schema and not isinstance(data, dict | list)
