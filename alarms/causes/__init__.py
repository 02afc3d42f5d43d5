"""How each alert is caused: the real condition on the real stack wherever that can be had."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from alarms.hands import Hands

Make = Callable[[Hands], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True)
class Cause:
    """What `make` does makes `alerts` fire; leaving it makes them clear. `how` is for the table, in Swedish.

    `only` are labels that the alert must carry to count, where others of its name may fire for reasons of their own.
    `brokers` is how many brokers it takes and `most` with how many it still works; `root` says that it takes a mount.
    `quick` ones are tried with the tests.
    """

    alerts: tuple[str, ...]
    how: str
    make: Make
    only: tuple[tuple[str, str], ...] = ()
    brokers: int = 1
    most: int = 3
    root: bool = False
    quick: bool = False
