"""What a fault is."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from random import Random
from typing import Literal

from chaos.eyes import Eyes
from chaos.world import World

Need = Literal["", "network", "disks", "clock"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One injection: what to break, chosen by `random`, the `number`-th time that this fault is injected (from 0)."""

    world: World
    eyes: Eyes
    random: Random
    number: int

    def one_of(self, names: tuple[str, ...] | list[str]) -> str:
        """Each in its turn, so that a short run too breaks different ones; the seed decides where to begin."""
        return names[self.number % len(names)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`inject(turn, targets)` breaks and mends; it adds what it has broken to `targets`. `hold`: seconds it lasts."""

    name: str
    title: str
    inject: Callable[[Turn, list[str]], AbstractAsyncContextManager[None]]
    hold: tuple[float, float]
    needs: Need = ""

    def obstacle(self, world: World) -> str:
        """Why it can't be done here; empty when it can."""
        return str(getattr(world.obstacles, self.needs)) if self.needs else ""
