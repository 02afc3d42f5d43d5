"""Records handed to the broker by HTTP: confirmed within a bounded time, or the caller is told to come back."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Protocol

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

# Well under the ten seconds within which a caller is promised an answer.
CONFIRM_SECONDS: Final = 8.0
# A topic made this very moment is not known to every broker yet.
_LOOKS: Final = 12
_LOOK_AGAIN_SECONDS: Final = 0.25
_log = structlog.get_logger(__name__)

Headers = Sequence[tuple[str, bytes | None]]


@dataclass(frozen=True, slots=True)
class Sending:
    """One record to send."""

    topic: str
    key: bytes | None
    headers: Headers
    value: bytes | None


class BrokerAway(Exception):
    """The broker has not confirmed in time. Try again; what was taken twice has one effect."""

    sv = "Meddelandekön har inte bekräftat i tid. Försök igen; det som tas emot två gånger får en enda verkan."


class NoTopic(BrokerAway):
    """The topic does not exist, or is not ours to write to. Trying again does not help."""


class TooLarge(Exception):
    """A record is larger than the broker takes."""


class EventSink(Protocol):
    """Where records are sent; awaiting what `send` gives is awaiting the broker's confirmation."""

    async def send(self, topic: str, key: bytes | None, headers: Headers, value: bytes | None) -> Awaitable[object]:
        """Hand the record over. Raises, here or from what it gives, when the broker does not take it."""
        ...


async def confirmed(sink: EventSink, records: Sequence[Sending], seconds: float = CONFIRM_SECONDS) -> None:
    """Send all, then wait until all are confirmed. Raises BrokerAway, TooLarge or (nothing sent there) NoTopic.

    Some of the records may then have arrived.
    """
    try:
        async with asyncio.timeout(seconds):
            waiting = [await sink.send(r.topic, r.key, r.headers, r.value) for r in records]
            outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    except (KafkaError, OSError, TimeoutError) as error:
        raise _named(error) from error
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise _named(outcome) from outcome


def _named(error: BaseException) -> Exception:
    _log.warning("broker_did_not_confirm", error=type(error).__name__)
    if isinstance(error, NoTopic):
        return error
    return TooLarge() if isinstance(error, MessageSizeTooLargeError) else BrokerAway()


class KafkaSink:
    """An EventSink over a producer that it starts when first needed and replaces when it can never work again.

    `make` gives a new, not yet started producer with `acks="all"`.
    """

    def __init__(self, make: Callable[[], AIOKafkaProducer]) -> None:
        self._make = make
        self._producer: AIOKafkaProducer | None = None
        self._lock = asyncio.Lock()
        self._closing: set[asyncio.Task[None]] = set()

    async def send(self, topic: str, key: bytes | None, headers: Headers, value: bytes | None) -> Awaitable[object]:
        """Put the record in the producer's buffer; the future is done when all in-sync replicas have it."""
        producer = await self._started()
        await _known(producer, topic)
        try:
            future: asyncio.Future[object] = await producer.send(topic, value, key=key, headers=list(headers))
        except KafkaError as error:
            self._judge(producer, error)
            raise
        future.add_done_callback(lambda done: self._look(producer, done))
        return future

    async def answers(self) -> bool:
        """Whether the broker can be reached; raises when it can't."""
        await (await self._started()).client.fetch_all_metadata()
        return True

    async def close(self) -> None:
        """Send what is in the buffer and let go of the broker."""
        async with self._lock:
            producer, self._producer = self._producer, None
        if producer is not None:
            await _stop(producer)
        await asyncio.gather(*self._closing, return_exceptions=True)

    async def _started(self) -> AIOKafkaProducer:
        if self._producer is not None:
            return self._producer
        async with self._lock:
            if self._producer is None:
                self._producer = await _start(self._make())
            return self._producer

    def _look(self, producer: AIOKafkaProducer, done: asyncio.Future[object]) -> None:
        # Reading the exception also keeps asyncio from reporting one that nobody waited for any longer.
        error = None if done.cancelled() else done.exception()
        if isinstance(error, KafkaError):
            self._judge(producer, error)

    def _judge(self, producer: AIOKafkaProducer, error: KafkaError) -> None:
        """A lost sequence number or a fenced producer fails for ever after: let the next send make a new one."""
        if error.retriable or isinstance(error, MessageSizeTooLargeError) or self._producer is not producer:
            return
        _log.warning("producer_replaced", error=type(error).__name__)
        self._producer = None
        task = asyncio.create_task(_stop(producer))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)


async def _known(producer: AIOKafkaProducer, topic: str) -> None:
    """Raises NoTopic. Asked before sending: the producer would wait long for the topic, and ask for it ever after."""
    client = producer.client
    if client.cluster.partitions_for_topic(topic) is not None:
        return
    for _ in range(_LOOKS):
        if (await client.fetch_all_metadata()).partitions_for_topic(topic) is not None:
            return
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)
    raise NoTopic


async def _start(producer: AIOKafkaProducer) -> AIOKafkaProducer:
    try:
        await producer.start()
    except BaseException:  # also when the caller has waited long enough: a half-started producer keeps tasks
        await producer.stop()
        raise
    return producer


async def _stop(producer: AIOKafkaProducer) -> None:
    # It failed already; that it fails again while closing says nothing new.
    with suppress(KafkaError, OSError):
        await producer.stop()
