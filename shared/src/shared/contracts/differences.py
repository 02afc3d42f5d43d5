"""What in a changed contract somebody could not live with.

Two sides count. An event stored under the old schema must still be readable under the new one (backward); an event said
under the new schema must still suit a reader who relied on the old one (forward). Where we cannot tell, it is a fault.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

Schema = Mapping[str, Any]

WORDS: Final = frozenset({"description", "x-description-sv", "title", "examples", "$comment"})
_NESTED: Final = frozenset({"properties", "items"})
_LOWER: Final = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"})
_UPPER: Final = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"})
_CONSTRAINTS: Final = frozenset({"type", "enum", "const", "pattern", "format", "multipleOf"})
_SENSITIVITY: Final = (None, "pseudonymous", "personal")


@dataclass(frozen=True, slots=True)
class Difference:
    """One change that somebody could not live with. `field` is a path in the data such as `/choices/*/rank`."""

    field: str
    rule: str
    side: str

    def __str__(self) -> str:
        why = {
            "backward": "an event stored before could not be read",
            "forward": "a reader of the former schema could not live with it",
            "unknown": "what it means for old events and readers is not known",
        }
        return f"{self.field or '/'}: {self.rule} ({self.side}: {why[self.side]})"


def differences(old: Any, new: Any, field: str = "") -> Iterator[Difference]:
    """Every change from the old schema to the new that breaks a side. Words and added optional fields break none."""
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
        yield from () if old is new else [Difference(field, "schema changed", "unknown")]
        return
    for keyword in sorted((old.keys() | new.keys()) - WORDS - _NESTED):
        if _written(old.get(keyword)) != _written(new.get(keyword)):
            yield from _changed(keyword, old.get(keyword), new.get(keyword), field)
    yield from _properties(old, new, field)
    yield from _items(old, new, field)


def _changed(keyword: str, before: Any, after: Any, field: str) -> Iterator[Difference]:
    if keyword in ("type", "enum") and before is not None and after is not None:
        yield from _allowed(keyword, _set(keyword, before), _set(keyword, after), field)
    elif keyword == "required":
        yield from _required(set(before or ()), set(after or ()), field)
    elif keyword in _LOWER | _UPPER:
        yield from _bound(keyword, before, after, field)
    elif keyword in ("additionalProperties", "uniqueItems"):
        yield from _switch(keyword, before, after, field)
    elif keyword in _CONSTRAINTS:
        yield from _constraint(keyword, before, after, field)
    elif keyword == "x-sensitivity" and after in _SENSITIVITY and before in _SENSITIVITY:
        yield from _sensitivity(before, after, field)
    else:
        yield Difference(field, f"{keyword} changed", "unknown")


def _written(value: Any) -> bytes:
    """To Python 1 is True and 1.0; written they differ."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _narrowed(field: str, rule: str) -> Difference:
    return Difference(field, rule, "backward")


def _widened(field: str, rule: str) -> Difference:
    return Difference(field, rule, "forward")


def _set(keyword: str, value: Any) -> set[str]:
    """What the keyword allows, as comparable words. A number is the integers and the rest."""
    if keyword == "enum":
        return {_written(one).decode() for one in value}
    kinds = {value} if isinstance(value, str) else set(value)
    return kinds | {"integer"} if "number" in kinds else kinds


def _allowed(keyword: str, before: set[str], after: set[str], field: str) -> Iterator[Difference]:
    for gone in sorted(before - after):
        yield _narrowed(field, f"{keyword} no longer allows {gone}")
    for come in sorted(after - before):
        yield _widened(field, f"{keyword} now allows {come}")


def _required(before: set[str], after: set[str], field: str) -> Iterator[Difference]:
    for name in sorted(after - before):
        yield _narrowed(f"{field}/{name}", "now required")
    for name in sorted(before - after):
        yield _widened(f"{field}/{name}", "no longer required")


def _bound(keyword: str, before: Any, after: Any, field: str) -> Iterator[Difference]:
    """A bound that came or moved inwards narrows, one that went or moved outwards widens."""
    if before is None:
        yield _narrowed(field, f"{keyword} added")
    elif after is None:
        yield _widened(field, f"{keyword} dropped")
    elif (after > before) == (keyword in _LOWER):
        yield _narrowed(field, f"{keyword} narrowed from {before} to {after}")
    else:
        yield _widened(field, f"{keyword} widened from {before} to {after}")


def _switch(keyword: str, before: Any, after: Any, field: str) -> Iterator[Difference]:
    """Keywords that are on or off; `additionalProperties` narrows when it is off, `uniqueItems` when it is on."""
    off = keyword == "additionalProperties"
    was, is_ = (off if before is None else before), (off if after is None else after)
    if not (isinstance(was, bool) and isinstance(is_, bool)):
        yield Difference(field, f"{keyword} changed", "unknown")
    elif was != is_:
        yield (_narrowed if is_ is not off else _widened)(field, f"{keyword} is now {str(is_).lower()}")


def _constraint(keyword: str, before: Any, after: Any, field: str) -> Iterator[Difference]:
    """Keywords whose values can't be compared: another may refuse what was allowed and allow what was refused."""
    if before is not None:
        yield _widened(field, f"{keyword} {'dropped' if after is None else 'changed'}")
    if after is not None:
        yield _narrowed(field, f"{keyword} {'added' if before is None else 'changed'}")


def _sensitivity(before: Any, after: Any, field: str) -> Iterator[Difference]:
    if _SENSITIVITY.index(after) < _SENSITIVITY.index(before):
        yield _widened(field, f"x-sensitivity lowered from {before} to {after or 'nothing'}")


def _properties(old: Schema, new: Schema, field: str) -> Iterator[Difference]:
    before, after = old.get("properties", {}), new.get("properties", {})
    for name, schema in before.items():
        if name in after:
            yield from differences(schema, after[name], f"{field}/{name}")
        else:
            yield _widened(f"{field}/{name}", "field removed")
    if new.get("additionalProperties", True) is not True or old.get("additionalProperties", True) is not True:
        for name in after.keys() - before.keys():
            yield Difference(f"{field}/{name}", "field added where readers allow no more", "unknown")


def _items(old: Schema, new: Schema, field: str) -> Iterator[Difference]:
    if "items" in old and "items" in new:
        yield from differences(old["items"], new["items"], f"{field}/*")
    elif "items" in new:
        yield _narrowed(field, "items added")
    elif "items" in old:
        yield _widened(field, "items dropped")
