"""The public event types: one file each, with schema, topic, key and example. Read them through `Contracts`."""

from shared.contracts.files import Contract, NoContract
from shared.contracts.registry import Contracts

__all__ = ["Contract", "Contracts", "NoContract"]
