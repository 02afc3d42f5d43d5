"""All contracts, ready to check events against."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Self

import jsonschema_rs

from shared.contracts import files
from shared.contracts.files import Contract, NoContract
from shared.contracts.masking import masked, pruned
from shared.contracts.sentences import TOO_MANY, decimal_fault, fault_of
from shared.contracts.whole_numbers import AllWhole, all_whole, decimals
from shared.events import envelope_faults
from shared.faults import Fault

MOST_FAULTS = 100


@dataclass(frozen=True, slots=True)
class _Compiled:
    contract: Contract
    validator: jsonschema_rs.Draft202012Validator
    all_whole: AllWhole


class Contracts:
    """The contracts by event type. Load once: a schema is compiled when it is first needed, and then kept; no service
    reads or says more than some of them."""

    def __init__(self, contracts: Sequence[Contract]) -> None:
        self._contracts = {contract.type: contract for contract in contracts}
        self._compiled: dict[str, _Compiled] = {}

    @classmethod
    def load(cls, folder: Path | None = None) -> Self:
        """The contracts of the files in a folder; the packaged ones unless told otherwise."""
        return cls([files.read(path) for path in sorted((folder or files.folder()).glob("*.json"))])

    def types(self) -> Sequence[str]:
        """All event types, in alphabetical order."""
        return sorted(self._contracts)

    def get(self, type: str) -> Contract:
        """The contract of an event type. Raises `NoContract`."""
        try:
            return self._contracts[type]
        except KeyError:
            raise NoContract(type) from None

    def event(self, type: str) -> dict[str, Any]:
        """A fresh copy of the example: a whole CloudEvent in structured mode. Raises `NoContract`."""
        return deepcopy(dict(self.get(type).example))

    def valid(self, type: str, data: Any) -> bool:
        """Whether the data keeps the contract, formats included. About 2 µs. Raises `NoContract`."""
        compiled = self._compiled.get(type) or self._compile(type)
        try:
            return compiled.validator.is_valid(data) and compiled.all_whole(data)
        except ValueError:  # nested deeper than the validator goes; no contract is
            return False

    def faults(self, type: str, data: Any) -> list[Fault]:
        """Every fault of the data, up to a hundred; none when it is valid. Raises `NoContract`."""
        compiled = self._compiled.get(type) or self._compile(type)
        schema = compiled.contract.schema
        worth = pruned(schema, data)
        errors = compiled.validator.iter_errors(worth)
        faults = [fault_of(error, schema) for error in islice(errors, MOST_FAULTS + 1)]
        faults += [decimal_fault(path) for path in islice(decimals(schema, worth), MOST_FAULTS + 1)]
        return faults if len(faults) <= MOST_FAULTS else [*faults[:MOST_FAULTS], TOO_MANY]

    def mask(self, type: str, data: Any) -> Any:
        """The data fit to be shown to an operator: personal, unknown and faulty values are replaced by `***`.

        All of it is, when the type is unknown. A faulty value may be anything, a name in the wrong column too.
        """
        if type not in self._contracts:
            return masked({}, data, frozenset())
        compiled = self._compiled.get(type) or self._compile(type)
        schema = compiled.contract.schema
        return masked(schema, data, _faulty(compiled.validator, pruned(schema, data)))

    @staticmethod
    def validate_envelope(attributes: Mapping[str, Any]) -> list[Fault]:
        """Every fault of a CloudEvent's attributes; reading from Kafka checks by the same rules."""
        return envelope_faults(attributes)

    def _compile(self, type: str) -> _Compiled:
        contract = self.get(type)
        made = _Compiled(contract, compiled(contract.schema), all_whole(contract.schema))
        self._compiled[type] = made
        return made


def compiled(schema: Mapping[str, Any]) -> jsonschema_rs.Draft202012Validator:
    """A validator that checks formats, refuses formats it does not know, and takes linear time for every pattern."""
    return jsonschema_rs.Draft202012Validator(
        dict(schema),
        validate_formats=True,
        ignore_unknown_formats=False,
        pattern_options=jsonschema_rs.RegexOptions(),
        offline=True,
    )


# These find fault with a container, not with the values in it.
_OF_CONTAINERS = frozenset({"required", "minItems", "maxItems", "uniqueItems"})


def _faulty(validator: jsonschema_rs.Draft202012Validator, data: Any) -> frozenset[tuple[str | int, ...]]:
    errors = validator.iter_errors(data)
    return frozenset(tuple(error.instance_path) for error in errors if error.kind.name not in _OF_CONTAINERS)
