"""Integers written as integers.

To JSON Schema `1.0` is an integer, to a database column it is not. So what a contract calls an integer must also be
written as one.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

AllWhole = Callable[[Any], bool]
Path = tuple[str | int, ...]


def all_whole(schema: Mapping[str, Any]) -> AllWhole:
    """A fast check, for data that is valid by the schema, that no integer is written with decimals."""
    return _check(schema) or (lambda _: True)


def _check(schema: Mapping[str, Any]) -> AllWhole | None:
    if "items" in schema:
        return _list_check(schema["items"])
    properties: Mapping[str, Any] = schema.get("properties", {})
    integers = tuple(name for name, inner in properties.items() if _is_integer(inner))
    checks = tuple((name, check) for name, inner in properties.items() if (check := _check(inner)))
    return _object_check(integers, checks) if integers or checks else None


def _list_check(items: Mapping[str, Any]) -> AllWhole | None:
    inner = _is_written_whole if _is_integer(items) else _check(items)
    if inner is None:
        return None

    def check(data: Any) -> bool:
        for item in data:  # noqa: SIM110 - half the time of all(), and this is done for every event taken
            if not inner(item):
                return False
        return True

    return check


def _is_written_whole(value: Any) -> bool:
    return type(value) is not float


def _object_check(integers: tuple[str, ...], checks: tuple[tuple[str, AllWhole], ...]) -> AllWhole:
    def check(data: Any) -> bool:
        for name in integers:
            if type(data.get(name)) is float:
                return False
        for name, inner in checks:  # noqa: SIM110 - as above
            if name in data and not inner(data[name]):
                return False
        return True

    return check


def decimals(schema: Mapping[str, Any], data: Any, path: Path = ()) -> Iterator[Path]:
    """Where whole numbers are written with decimals, such as 1.0. Works on any data, valid or not."""
    if isinstance(data, float) and data.is_integer() and _is_integer(schema):
        yield path
    elif isinstance(data, dict):
        for name, inner in schema.get("properties", {}).items():
            if name in data:
                yield from decimals(inner, data[name], (*path, name))
    elif isinstance(data, list) and "items" in schema:
        for place, item in enumerate(data):
            yield from decimals(schema["items"], item, (*path, place))


def _is_integer(schema: Mapping[str, Any]) -> bool:
    kinds = schema.get("type")
    return kinds == "integer" or (isinstance(kinds, list) and "integer" in kinds and "number" not in kinds)
