"""One run: start everything, load it, break it in turn, let it come to rest, and judge."""

import asyncio
import platform
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from time import monotonic

import asyncpg

from chaos import search, witness
from chaos.doors import Door, HttpDoor, KafkaDoor
from chaos.eyes import Eyes, NeverCalm
from chaos.facts import Sent
from chaos.faults import Fault
from chaos.faults.fault import Turn
from chaos.judge import Verdict, judge
from chaos.ledger import Injection, Ledger
from chaos.load import Load, Tally
from chaos.reports import MUNICIPALITIES, SERVICES
from chaos.world import ADMINISTRATOR, World
from local_stack import kafka_jars
from local_stack.supervisor import StartFailed

_WARM_SECONDS, _QUIET_SECONDS = 3.0, (1.0, 3.0)
_TROUBLE = (OSError, TimeoutError, asyncpg.PostgresError, StartFailed)
KEPT = Path(__file__).parents[1] / ".samverk-chaos"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run is to be. `seconds` is how long load and faults last, `patience` how long a recovery may take."""

    seed: int
    seconds: float
    faults: Sequence[Fault]
    rate: float
    brokers: int = 3
    patience: float = 240.0
    short: bool = False


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What became of it. `impossible` maps faults that could not be injected here to the reason."""

    plan: Plan
    verdict: Verdict
    injections: list[Injection]
    sent: list[Sent]
    failures: list[str] = field(default_factory=list)
    impossible: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def good(self) -> bool:
        """Nothing lost, doubled, out of order, unanswered or unexplained, and everything recovered."""
        return self.verdict.good and not self.failures


@dataclass(slots=True)
class Watcher:
    """Who is told how it goes: a step of the start, a line to keep, the state to show."""

    step: Callable[[str, int, int], None]
    say: Callable[[str], None]
    show: Callable[[str, float, Tally], None]


class Run:
    """The state of a run under way."""

    def __init__(self, plan: Plan, world: World, ledger: Ledger, watcher: Watcher) -> None:
        self._plan, self._world, self._ledger, self._watcher = plan, world, ledger, watcher
        self._eyes = Eyes(world)
        self._random = Random(plan.seed)
        self._during = ""
        self._began = monotonic()
        self.failures: list[str] = []
        self.impossible = {f.name: f.obstacle(world) for f in plan.faults if f.obstacle(world)}

    async def go(self) -> Verdict:
        """Load, break, rest, judge."""
        for service in SERVICES:
            await witness.install(self._world.database_url(service), service)
        doors = self._doors()
        load = Load(self._ledger, doors, seed=self._plan.seed, rate=self._plan.rate, during=lambda: self._during)
        self._began = monotonic()
        load.start()
        showing = asyncio.create_task(self._show(load))
        try:
            await asyncio.sleep(_WARM_SECONDS)
            await self._break_in_turn()
            await load.finish()
        finally:
            showing.cancel()
            for door in (door for of_all in doors.values() for door in of_all.values()):
                await door.close()
        await self._rest()
        return await self._judged()

    @property
    def seconds(self) -> float:
        """Since the load began."""
        return monotonic() - self._began

    async def _break_in_turn(self) -> None:
        numbers = {fault.name: self._random.randrange(12) for fault in self._plan.faults}
        for fault in self._order():
            longest = fault.hold[1] + _QUIET_SECONDS[1]
            if self.seconds + longest > self._plan.seconds or self.failures:
                break
            await asyncio.sleep(self._random.uniform(*_QUIET_SECONDS))
            await self._inject(fault, numbers[fault.name])
            numbers[fault.name] += 1
        await asyncio.sleep(max(0.0, min(_QUIET_SECONDS[1], self._plan.seconds - self.seconds)))

    def _order(self) -> Iterator[Fault]:
        """All faults in an order drawn anew each time round."""
        possible = [fault for fault in self._plan.faults if fault.name not in self.impossible]
        while possible:
            yield from self._random.sample(possible, len(possible))

    async def _inject(self, fault: Fault, number: int) -> None:
        targets: list[str] = []
        turn = Turn(self._world, self._eyes, Random(self._random.random()), number)
        began = mended = self.seconds
        entry, recovered, self._during = self._ledger.inject(fault.name, began), None, fault.name
        try:
            async with fault.inject(turn, targets):
                await asyncio.sleep(self._random.uniform(*fault.hold))
                mended = self.seconds
            await self._eyes.until_calm(seconds=self._plan.patience)
            recovered = self.seconds
        except (NeverCalm, *_TROUBLE) as error:
            self.failures.append(f"{fault.name}: {', '.join(targets)}: {type(error).__name__}: {error}")
        self._during = ""
        injection = Injection(fault.name, ", ".join(targets), began, mended, recovered)
        self._ledger.mend(entry, injection)
        self._watcher.say(_told(injection))

    async def _rest(self) -> None:
        """Nothing is sent any longer: all that came must come to its end."""
        self._during = "coming to rest"
        try:
            await self._eyes.until_calm(seconds=self._plan.patience)
        except NeverCalm as error:
            self.failures.append(f"never came to rest: {error}")
        finally:
            await self._eyes.close()

    async def _judged(self) -> Verdict:
        urls = {service: self._world.database_url(service) for service in SERVICES}
        evidence = await search.everything(self._world.client(ADMINISTRATOR), urls)
        sent = self._ledger.sent()
        return await asyncio.to_thread(judge, sent, evidence)

    def _doors(self) -> dict[str, dict[str, Door]]:
        stack = self._world.stack
        return {
            "http": {code: HttpDoor(stack.urls, partial(stack.token, municipality=code)) for code in MUNICIPALITIES},
            "kafka": {code: KafkaDoor(partial(stack.client, f"municipality-{code}")) for code in MUNICIPALITIES},
        }

    async def _show(self, load: Load) -> None:
        while True:
            self._watcher.show(self._during, self.seconds, load.tally)
            await asyncio.sleep(0.25)


async def run(plan: Plan, watcher: Watcher) -> Outcome:
    """The whole of it. What was kept of it (ledger, and logs when it went wrong) is in the folder `KEPT`."""
    shutil.rmtree(KEPT, ignore_errors=True)
    KEPT.mkdir()
    with Ledger(KEPT / "ledger.db") as ledger:
        async with World(brokers=plan.brokers, say=watcher.say, on_step=watcher.step) as world:
            this = Run(plan, world, ledger, watcher)
            verdict = await this.go()
            outcome = Outcome(
                plan=plan,
                verdict=verdict,
                injections=ledger.injections(),
                sent=ledger.sent(),
                failures=this.failures,
                impossible=this.impossible,
                versions=await _versions(world),
                seconds=this.seconds,
            )
            if not outcome.good:
                keep_logs(world)
        return outcome


def keep_logs(world: World) -> None:
    """What the programs said, for whoever looks for the reason."""
    for name, log in world.logs().items():
        with suppress(OSError):
            shutil.copyfile(log, KEPT / f"{name}.log")


def _told(injection: Injection) -> str:
    end = "did not recover" if injection.recovery is None else f"well again after {injection.recovery:.1f} s"
    return f"{injection.fault:20} {injection.target:52} {end}"


async def _versions(world: World) -> dict[str, str]:
    connection = await asyncpg.connect(world.stack.postgres_admin_url)
    try:
        postgres: str = await connection.fetchval("SHOW server_version")
    finally:
        await connection.close()
    return {"PostgreSQL": postgres, "Apache Kafka": kafka_jars.version(), "Python": platform.python_version()}
