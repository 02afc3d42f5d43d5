"""The catalogue of events in `docs/events.md`, written from the contracts."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import orjson

from shared.contracts.files import Contract
from shared.contracts.registry import Contracts

BEGIN: Final = "<!-- catalogue: written by python -m shared.contracts docs -->"
END: Final = "<!-- end of catalogue -->"
_RULES: Final = ("format", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")


class NoPlaceForCatalogue(Exception):
    """The page lacks the two comments between which the catalogue stands."""


def updated(page: str, contracts: Contracts) -> str:
    """The page with its catalogue written anew; what stands outside the two comments is kept."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise NoPlaceForCatalogue
    return f"{before}{BEGIN}\n\n{_catalogue(contracts)}\n{END}{after}"


def write(page: Path, contracts: Contracts) -> None:
    """Write the catalogue into the page. Raises `NoPlaceForCatalogue`."""
    page.write_text(updated(page.read_text(encoding="utf-8"), contracts), encoding="utf-8")


def _catalogue(contracts: Contracts) -> str:
    every = sorted(map(contracts.get, contracts.types()), key=lambda contract: (contract.service, contract.type))
    services = [(service, list(group)) for service, group in groupby(every, key=lambda contract: contract.service)]
    return "\n".join(line for service, group in services for line in _service(service, group))


def _service(service: str, contracts: Sequence[Contract]) -> Iterator[str]:
    yield f"## {service}\n"
    yield "| Event | Händelse | Topic | Key | Type |"
    yield "|---|---|---|---|---|"
    for contract in contracts:
        yield (
            f"| [{contract.title.en}](#{_anchor(contract)}) | {contract.title.sv} | `{contract.topic}` "
            f"| `{contract.key}` | `{contract.type}` |"
        )
    yield ""
    for contract in contracts:
        yield from _event(contract)


def _anchor(contract: Contract) -> str:
    """The address that Git hosts give the heading of the event: lower case, no dots."""
    return contract.type.replace(".", "")


def _event(contract: Contract) -> Iterator[str]:
    yield f"### {contract.type}\n"
    yield f"{contract.summary.en} *{contract.summary.sv}*\n"
    yield "| Field | Value | Meaning | Betydelse |"
    yield "|---|---|---|---|"
    yield from _fields(contract.schema, "")
    example = orjson.dumps(contract.example["data"], option=orjson.OPT_INDENT_2).decode()
    yield f"\n<details><summary>Example of data</summary>\n\n```json\n{example}\n```\n\n</details>\n"


def _fields(schema: Mapping[str, Any], prefix: str) -> Iterator[str]:
    required = schema.get("required", ())
    for name, inner in schema.get("properties", {}).items():
        optional = "" if name in required else " (optional)"
        personal = " **personal**" if inner.get("x-sensitivity") == "personal" else ""
        yield (
            f"| `{prefix}{name}`{optional} | {_value(inner)}{personal} "
            f"| {inner['description']} | {inner['x-description-sv']} |"
        )
        yield from _fields(inner, f"{prefix}{name}.")
        yield from _fields(inner.get("items", {}), f"{prefix}{name}[].")


def _value(schema: Mapping[str, Any]) -> str:
    """What may stand in the field, in few words."""
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    kinds = schema["type"]
    words = [kinds if isinstance(kinds, str) else " or ".join(kinds)]
    words += [f"{rule} {schema[rule]}" for rule in _RULES if rule in schema]
    if "pattern" in schema and "format" not in schema:
        pattern = schema["pattern"].replace("|", "\\|")
        words.append(f"`{pattern}`")
    items = schema.get("items", {})
    return ", ".join(words) + (f" of {_value(items)}" if items and "properties" not in items else "")
