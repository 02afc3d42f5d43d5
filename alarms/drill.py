"""The drill: cause, see it fire, mend, see it clear."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from alarms.causes import Cause, business, events, servers
from alarms.eyes import Eyes
from alarms.hands import Hands
from alarms.receivers import Receivers
from alarms.setting import sources
from local_stack.settings import Settings
from local_stack.stack import Stack
from local_stack.watching import Watching

_FIRES_WITHIN, _CLEARS_WITHIN = 90.0, 120.0
# always fires, so there is nothing to clear
_ALWAYS: Final = "Watchdog"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one alert; None where it did not come, or did not go, in time."""

    alert: str
    how: str
    fired: float | None
    cleared: float | None

    @property
    def well(self) -> bool:
        return self.fired is not None and (self.cleared is not None or self.alert == _ALWAYS)


@dataclass(frozen=True, slots=True)
class Scene:
    """A running stack that is watched, and everything to break and see it with."""

    stack: Stack
    hands: Hands
    eyes: Eyes
    receivers: Receivers


@asynccontextmanager
async def scene(folder: Path, *, brokers: int, say: Callable[[str], None]) -> AsyncIterator[Scene]:
    """Start the stack and its watchers with the drill's configuration. Raises what `Stack` raises."""
    async with AsyncExitStack() as held:
        receivers = await held.enter_async_context(Receivers())
        setting = sources(folder / "drill", webhook=receivers.webhook_port, smtp=receivers.smtp_port)
        watching = Watching(setting)
        settings = replace(Settings.from_environment(state=folder), brokers=brokers, kafka=None, postgres=None)
        stack = await held.enter_async_context(Stack(settings=settings, watching=watching, say=say))
        eyes = await held.enter_async_context(Eyes(watching.prometheus_url))
        await eyes.until_all_seen()
        yield Scene(stack, Hands(stack, receivers), eyes, receivers)


def acts(*, brokers: int, quick: bool = False) -> list[list[Cause]]:
    """The causes that go together, act by act: calm ones all at once, then what would get in others' way."""
    calm = [*events.CAUSES, *business.CAUSES, *servers.CALM]
    return [
        chosen
        for act in (calm, *servers.STORMS)
        if (chosen := [cause for cause in act if _fits(cause, brokers) and (cause.quick or not quick)])
    ]


def _fits(cause: Cause, brokers: int) -> bool:
    return cause.brokers <= brokers <= cause.most and (not cause.root or os.geteuid() == 0)


async def play(on: Scene, causes: Iterable[Sequence[Cause]], say: Callable[[str], None]) -> list[Outcome]:
    """All acts, one after the other."""
    outcomes: list[Outcome] = []
    for act in causes:
        began = time.monotonic()
        found = [each for part in await asyncio.gather(*(_play_one(on, cause) for cause in act)) for each in part]
        outcomes += found
        for each in found:
            say(f"{each.alert}: fired after {each.fired} s, cleared after {each.cleared} s")
        say(f"act of {len(act)} causes: {time.monotonic() - began:.0f} s")
    return outcomes


async def _play_one(on: Scene, cause: Cause) -> list[Outcome]:
    only = dict(cause.only)
    async with AsyncExitStack() as held:
        began = time.monotonic()
        await held.enter_async_context(cause.make(on.hands))
        spent = time.monotonic() - began
        fired = await asyncio.gather(*(_until(on, alert, only, fires=True) for alert in cause.alerts))
        mended = time.monotonic()
    mending = time.monotonic() - mended
    cleared: list[float | None] = [None] * len(fired)
    if cause.alerts != (_ALWAYS,):
        cleared = await asyncio.gather(*(_until(on, alert, only, fires=False) for alert in cause.alerts))
    return [
        Outcome(alert, cause.how, _plus(come, spent), _plus(gone, mending))
        for alert, come, gone in zip(cause.alerts, fired, cleared, strict=True)
    ]


def _plus(seconds: float | None, more: float) -> float | None:
    return None if seconds is None else round(seconds + more, 1)


async def _until(on: Scene, alert: str, only: dict[str, str], *, fires: bool) -> float | None:
    return await on.eyes.until(alert, only, fires=fires, within=_FIRES_WITHIN if fires else _CLEARS_WITHIN)
