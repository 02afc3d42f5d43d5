"""Steady load from all municipalities through both doors, as real senders make it: one after the other for each matter.

A matter's next revision is sent when the former was accepted, so the order in which things were accepted is the order
in which they must take effect. What is not confirmed is sent again under the same id; now and then a sender gives up.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

from chaos.doors import Door, NotConfirmed, TurnedAway
from chaos.facts import Sent
from chaos.ledger import Ledger
from chaos.reports import MUNICIPALITIES, SERVICES, Matter, Report, Writer

BREAKING, REPEATED, GIVES_UP = 0.08, 0.1, 0.05
_MOST_REVISIONS = 6
_AGAIN_SECONDS = (0.3, 1.5)
# How long a sender that is to stop goes on trying to have its last event confirmed.
_LAST_TRY_SECONDS = 90.0
_AT_ONCE_BACK = 3


@dataclass(slots=True)
class Tally:
    """Counts for the progress line."""

    accepted: int = 0
    tried: int = 0
    failed: int = 0
    turned_away: list[str] = field(default_factory=list)


class Load:
    """Senders that run until they are told to stop. `during` gives the fault at hand, or an empty text."""

    def __init__(
        self,
        ledger: Ledger,
        doors: Mapping[str, Mapping[str, Door]],
        *,
        seed: int,
        rate: float,
        during: Callable[[], str],
    ) -> None:
        self._ledger, self._doors, self._during = ledger, doors, during
        self._random, self._writer = Random(seed), Writer(seed)
        self._pause = len(MUNICIPALITIES) * len(SERVICES) / rate
        self._ending = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.tally = Tally()

    def start(self) -> None:
        """One sender for each municipality and service."""
        for municipality in MUNICIPALITIES:
            for service in SERVICES:
                self._tasks.append(asyncio.create_task(self._run(municipality, service)))

    async def finish(self) -> None:
        """Each sender brings its last event to an end and stops. Raises what a sender raised."""
        self._ending.set()
        await asyncio.gather(*self._tasks)

    async def _run(self, municipality: str, service: str) -> None:
        random = Random(self._random.random())
        matters = self._matters(municipality, service)
        sent: deque[Report] = deque(maxlen=200)
        await self._rest(random.random() * self._pause)
        for matter, revision in matters:
            if self._ending.is_set():
                return
            if random.random() < BREAKING:
                door = random.choice(("http", "kafka"))
                sent.append(await self._deliver(self._writer.breaking(municipality, service, door=door), door, random))
            else:
                door = random.choice(("http", "kafka"))
                sent.append(await self._deliver(self._writer.report(matter, revision), door, random))
            if random.random() < REPEATED:
                await self._repeat(random.choice(sent), random)
            await self._rest(random.expovariate(1 / self._pause))

    def _matters(self, municipality: str, service: str) -> Iterator[tuple[Matter, int]]:
        """Each matter with its next revision; a few are under way at once."""
        if service == "pricing":
            bases = list(self._writer.bases(municipality))
            for revision in range(1, 1_000_000):
                # A programme's basis comes again after a few others.
                for basis in bases[: 4 + revision % 60]:
                    yield basis, revision
        while True:
            matters = [self._writer.matter(municipality, service) for _ in range(_AT_ONCE_BACK)]
            for revision in range(1, 1 + self._random.randint(2, _MOST_REVISIONS)):
                for matter in matters:
                    yield matter, revision

    async def _deliver(self, report: Report, door: str, random: Random) -> Report:
        sent = _entry(report, door)
        sent.during = self._during()
        number = self._ledger.enter(sent)
        give_up = random.random() < GIVES_UP
        last = _LAST_TRY_SECONDS
        while sent.state == "sending":
            sent.attempts += 1
            await self._try(report, door, sent)
            if sent.state == "sending":
                if give_up or last <= 0:
                    sent.state = "unknown"
                else:
                    seconds = random.uniform(*_AGAIN_SECONDS)
                    last -= seconds if self._ending.is_set() else 0
                    await asyncio.sleep(seconds)
            self._ledger.note(number, sent)
        return report

    async def _try(self, report: Report, door: str, sent: Sent) -> None:
        self.tally.tried += 1
        try:
            sent.place = await self._doors[door][report.municipality].send(report)
            sent.state = "accepted"
            self.tally.accepted += 1
        except NotConfirmed:
            self.tally.failed += 1
        except TurnedAway as refusal:
            sent.state = "refused"
            self.tally.turned_away.append(str(refusal))
        sent.during = self._during() or sent.during

    async def _repeat(self, report: Report, random: Random) -> None:
        """The same event once more, on purpose; nobody minds whether it arrives, but it must do nothing."""
        door = random.choice(("http", "kafka")) if report.readable and report.reason != "wrong_shape" else "kafka"
        self.tally.tried += 1
        try:
            await self._doors[door][report.municipality].send(report)
        except (NotConfirmed, TurnedAway):
            self.tally.failed += 1

    async def _rest(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._ending.wait(), seconds)
        except TimeoutError:
            return


def _entry(report: Report, door: str) -> Sent:
    return Sent(
        id=report.id if report.readable else None,
        source=report.source,
        municipality=report.municipality,
        service=report.service,
        subject=report.subject,
        revision=report.revision,
        kind="breaking" if report.reason else "valid",
        reason=report.reason,
        door=door,
    )
