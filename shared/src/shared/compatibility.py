"""The gate that keeps events' promises: `python -m shared.compatibility check|release`.

What is released lies frozen in `contracts/released/`: schema, topic, key and every example event so far. `check` fails
on whatever an old reader or a stored old event could not live with; `release` freezes what passes. A breaking change is
a new file beside the old one, `.v2`.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import orjson

from shared.contracts import Contract, Contracts, files
from shared.contracts.differences import WORDS, Difference, differences

Released = Mapping[str, Any]


def check(folder: Path) -> list[str]:
    """Every reason, one line each, why the contracts in the folder must not go out; none when they may."""
    contracts, frozen = _read(folder)
    broken = list(_broken(contracts, frozen))
    named = {line.split()[0] for line in broken}
    return [*broken, *(line for line in _not_released(contracts, frozen) if line.split()[0] not in named)]


def release(folder: Path) -> list[str]:
    """Freeze the contracts as they are now. When a promise would be broken: the reasons, and nothing is written."""
    contracts, frozen = _read(folder)
    if broken := list(_broken(contracts, frozen)):
        return broken
    target = folder / "released"
    target.mkdir(exist_ok=True)
    for name in contracts.types():
        text = orjson.dumps(_freeze(contracts.get(name), frozen.get(name)), option=orjson.OPT_INDENT_2)
        (target / f"{name}.json").write_bytes(text + b"\n")
    return []


def _read(folder: Path) -> tuple[Contracts, dict[str, Released]]:
    frozen = (orjson.loads(path.read_bytes()) for path in sorted((folder / "released").glob("*.json")))
    return Contracts.load(folder), {released["type"]: released for released in frozen}


def _broken(contracts: Contracts, frozen: Mapping[str, Released]) -> Iterator[str]:
    present = set(contracts.types())
    for name, released in frozen.items():
        if name not in present:
            yield _line(name, Difference("", "the contract has vanished", "backward"))
        else:
            yield from _changed(contracts, contracts.get(name), released)
    for name in contracts.types():
        yield from _unfit(contracts, name, "example", contracts.event(name))


def _changed(contracts: Contracts, now: Contract, released: Released) -> Iterator[str]:
    for name, word in (("topic", now.topic), ("key", now.key)):
        if released[name] != word:
            yield _line(now.type, Difference("", f"{name} changed from {released[name]} to {word}", "forward"))
    for difference in differences(released["schema"], now.schema):
        yield _line(now.type, difference)
    for example in released["examples"]:
        yield from _unfit(contracts, now.type, f"stored event {example['id']}", example)


def _unfit(contracts: Contracts, type: str, what: str, event: Mapping[str, Any]) -> Iterator[str]:
    for fault in [*contracts.validate_envelope(event), *contracts.faults(type, event["data"])]:
        yield f"{type} {fault.field or '/'}: {what} does not keep the contract ({fault.code})"


def _not_released(contracts: Contracts, frozen: Mapping[str, Released]) -> Iterator[str]:
    """A change that nobody froze would not be guarded, so it must be released before it goes out."""
    for name in contracts.types():
        if name not in frozen:
            yield f"{name} /: not released yet; run `python -m shared.compatibility release`"
        elif _bare(frozen[name]["schema"]) != _bare(contracts.get(name).schema):
            yield f"{name} /: changed since its release; run `python -m shared.compatibility release`"


def _bare(schema: Any) -> Any:
    """The schema without its words. Names of fields are kept, also those that are spelled as a keyword."""
    if not isinstance(schema, dict):
        return schema
    bare = {keyword: value for keyword, value in schema.items() if keyword not in WORDS | {"properties", "items"}}
    if "properties" in schema:
        bare["properties"] = {name: _bare(inner) for name, inner in schema["properties"].items()}
    return {**bare, "items": _bare(schema["items"])} if "items" in schema else bare


def _freeze(contract: Contract, before: Released | None) -> Released:
    examples: Sequence[Any] = before["examples"] if before else ()
    new = [] if contract.example in examples else [contract.example]
    return {
        "type": contract.type,
        "topic": contract.topic,
        "key": contract.key,
        "schema": contract.schema,
        "examples": [*examples, *new],
    }


def _line(type: str, difference: Difference) -> str:
    return f"{type} {difference}"


_COMMANDS: Final[Mapping[str, Callable[[Path], list[str]]]] = {"check": check, "release": release}


def main(arguments: Sequence[str]) -> int:
    """Run `check` or `release` on the contracts; the exit code is 1 when a reason was printed, 2 for a wrong call."""
    if len(arguments) != 1 or arguments[0] not in _COMMANDS:
        sys.stderr.write("usage: python -m shared.compatibility check|release\n")
        return 2
    reasons = _COMMANDS[arguments[0]](files.folder())
    sys.stdout.writelines(f"{reason}\n" for reason in reasons)
    return 1 if reasons else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
