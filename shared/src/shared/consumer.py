"""Batches of Kafka records in, each event with exactly one effect, nothing lost and nothing blocking.

A whole batch is one transaction. When it fails for a reason that can pass, it is tried again with growing delay, in
order. When it fails for another reason it is halved until the bad record stands alone; that one becomes a dead letter.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from time import monotonic, perf_counter
from typing import NamedTuple

import structlog

from shared import inbox
from shared.batches import lanes, waves
from shared.contracts import Contracts
from shared.database import can_pass
from shared.dead_letters import SAME_ID, DeadLetter
from shared.envelope_words import WRONG_SUBJECT
from shared.events import Incoming, Record, Unreadable, read, source_municipality
from shared.faults import Fault, Refused
from shared.observability.metrics import Metrics
from shared.observability.traces import span_from
from shared.tally import Tally
from shared.work import UnitOfWork, Work

Handler = Callable[[Work, Sequence[Incoming]], Awaitable[None]]
Check = Callable[[Incoming], Sequence[Fault]]
log = structlog.get_logger()

_TRIES = 4
_FIRST_DELAY, _LONGEST_DELAY = 0.1, 15.0


@dataclass(frozen=True, slots=True)
class Reading:
    """A type of event that a service reads: what handles it, and what it checks beyond the contract."""

    type: str
    handle: Handler
    check: Check | None = None


class Item(NamedTuple):
    """A record and what was read of it."""

    record: Record
    event: Incoming | None
    letter: DeadLetter | None = None


class BatchConsumer:
    """Takes batches of records for one service.

    `take` returns when every record of the batch is committed as handled, passed over, or set aside. It raises only
    when it is cancelled, or when not even setting aside works: then the records must be read again. `busy_since` is
    when it last made progress on the batch in hand (monotonic seconds), or None; `in_hand` are the batch's records.
    """

    def __init__(
        self,
        service: str,
        readings: Sequence[Reading],
        unit_of_work: UnitOfWork,
        contracts: Contracts,
        metrics: Metrics,
    ) -> None:
        self._service = service
        self._readings = {reading.type: reading for reading in readings}
        self._unit_of_work = unit_of_work
        self._contracts = contracts
        self._metrics = metrics
        self._last: dict[tuple[str, int], float] = {}
        self.busy_since: float | None = None
        self.in_hand: Sequence[Record] = ()

    async def take(self, records: Sequence[Record]) -> None:
        """Handle these records, in order, to the end."""
        self._metrics.batch(len(records))
        self.busy_since, self.in_hand = monotonic(), records
        async with asyncio.TaskGroup() as together:
            for lane in lanes(records):
                together.create_task(self._settle_lane(lane))
        self.busy_since, self.in_hand = None, ()
        for record in records:
            self._last[record.topic, record.partition] = record.timestamp / 1000

    def last_taken(self, topic: str, partition: int) -> float | None:
        """When the last record taken from a partition was written (epoch seconds)."""
        return self._last.get((topic, partition))

    async def _settle_lane(self, records: Sequence[Record]) -> None:
        await self._settle([self._read(record) for record in records])

    def _read(self, record: Record) -> Item:
        try:
            return Item(record, read(record))
        except Unreadable as error:
            return Item(record, None, DeadLetter(record, None, error.reason, error.faults))
        except Exception:  # no record, however made, may stop those behind it
            log.exception("record_not_read", topic=record.topic, offset=record.offset)
            return Item(record, None, DeadLetter(record, None, "failed", [_OUR_FAULT]))

    async def _settle(self, items: Sequence[Item]) -> None:
        if len(items) == 1:
            await self._settle_one(items[0])
            return
        failure = await self._patiently(items)
        if failure is not None:
            log.warning("batch_halved", records=len(items), error=type(failure).__name__)
            middle = len(items) // 2
            await self._settle(items[:middle])
            await self._settle(items[middle:])

    async def _settle_one(self, item: Item) -> None:
        failure: Exception | None = None
        for attempt in range(_TRIES):
            failure = await self._patiently([item])
            if failure is None or isinstance(failure, Refused):
                break
            await asyncio.sleep(_FIRST_DELAY * attempt)
        if failure is None:
            return
        await self._give_up(item, failure)

    async def _give_up(self, item: Item, failure: Exception) -> None:
        """Set aside a report that breaks a rule, or one that our code can't handle (for us to mend and replay)."""
        assert item.event is not None
        if isinstance(failure, Refused):
            letter = DeadLetter(item.record, item.event, failure.code, failure.faults)
        else:
            log.error("event_failed", event_id=item.event.id, event_type=item.event.type, error=type(failure).__name__)
            letter = DeadLetter(item.record, item.event, "failed", [_OUR_FAULT], _TRIES)
        remaining = await self._patiently([Item(item.record, item.event, letter)])
        if remaining is not None:
            raise remaining

    async def _patiently(self, items: Sequence[Item]) -> Exception | None:
        """One transaction for these items; waits as long as the trouble can pass. Gives the error that can't."""
        delay = _FIRST_DELAY
        while True:
            try:
                await self._attempt(items)
            except Exception as error:  # noqa: BLE001  # judged here: it passes by itself, or the record is set aside
                if not can_pass(error):
                    return error
                log.warning("consumer_paused", seconds=delay, error=type(error).__name__)
                await asyncio.sleep(delay)
                delay = min(delay * 2, _LONGEST_DELAY)
                self.busy_since = monotonic()
            else:
                return None

    async def _attempt(self, items: Sequence[Item]) -> None:
        tally = Tally()
        async with self._unit_of_work() as work:
            for item in items:
                if item.letter is not None and item.event is None:
                    work.set_aside(item.letter)
            await self._handle(work, items, tally)
            tally.set_aside(work.refused)
        tally.report(self._metrics)

    async def _handle(self, work: Work, items: Sequence[Item], tally: Tally) -> None:
        given_up = {id(item.event): item.letter for item in items if item.event and item.letter}
        known = [item.event for item in items if item.event and self._wanted(item.event)]
        seen = await inbox.enter(work.connection, known)
        tally.repeats.update(event.type for event in seen.repeats)
        for event in seen.conflicts:
            log.warning("same_id_other_content", event_id=event.id, source=event.source)
            work.refuse(event, SAME_ID, _CONFLICT)
        valid = []
        for event in seen.fresh:
            letter = given_up.get(id(event)) or self._unfit(event)
            if letter is None:
                valid.append(event)
            else:
                work.set_aside(letter)
        for kind, events in waves(valid):
            await self._handle_kind(work, self._readings[kind], events, tally)

    async def _handle_kind(self, work: Work, reading: Reading, events: Sequence[Incoming], tally: Tally) -> None:
        before, started = len(work.refused), perf_counter()
        # Many events are one span of its own trace; each says what it caused under its own (`Outgoing.cause`).
        trace = events[0].traceparent if len(events) == 1 else None
        work.cause = events[0] if len(events) == 1 else None
        with span_from(trace, "handle", event_type=reading.type, events=len(events)):
            await reading.handle(work, events)
        work.cause = None
        tally.took(reading.type, events, work.refused[before:])
        tally.seconds.append((reading.type, perf_counter() - started, len(events)))

    def _wanted(self, event: Incoming) -> bool:
        """Other services say much that we don't read; what a municipality sends us is never passed over."""
        return event.type in self._readings or event.municipality is not None

    def _rightly_named(self, event: Incoming) -> bool:
        """The subject is the key, and so decides what keeps its order: it must be what the contract says."""
        return event.subject == self._contracts.get(event.type).subject(event.data, event.municipality)

    def _unfit(self, event: Incoming) -> DeadLetter | None:
        record = event.record
        assert record is not None
        reading = self._readings.get(event.type)
        # A municipality must not say what only another service may.
        if reading is None or self._contracts.get(event.type).inbound != (event.municipality is not None):
            return DeadLetter(record, event, "unknown_type", [_UNKNOWN_TYPE])
        if event.municipality is not None and source_municipality(event.source) != event.municipality:
            return DeadLetter(record, event, "wrong_source", [_WRONG_SOURCE])
        if not self._contracts.valid(event.type, event.data):
            return DeadLetter(record, event, "wrong_shape", self._contracts.faults(event.type, event.data))
        if event.municipality is not None and not self._rightly_named(event):
            return DeadLetter(record, event, "wrong_subject", [WRONG_SUBJECT])
        faults = reading.check(event) if reading.check else ()
        return DeadLetter(record, event, "breaks_a_rule", faults) if faults else None


_CONFLICT = Fault(
    "/id",
    SAME_ID,
    "En annan händelse med samma id är redan mottagen; ge varje ny händelse ett nytt id.",
    "Another event with the same id has been taken already; give every new event a new id.",
)
_UNKNOWN_TYPE = Fault(
    "/type",
    "unknown_type",
    "Den här tjänsten läser ingen händelse av den typen; jämför typen och versionen med kontrakten.",
    "This service reads no event of that type; compare type and version with the contracts.",
)
_WRONG_SOURCE = Fault(
    "/source",
    "wrong_source",
    "source ska vara /municipalities/<kommunkod>/<system> med samma kommunkod som ämnet (topic).",
    "source must be /municipalities/<code>/<system> with the same municipality code as the topic.",
)
_OUR_FAULT = Fault(
    "",
    "failed",
    "Händelsen kunde inte tas om hand hos oss. Den är sparad och tas om när felet är rättat; skicka den inte på nytt.",
    "We could not handle the event. It is kept and will be taken again once we have mended the fault; don't resend.",
)
