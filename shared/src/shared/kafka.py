"""The broker as Samverk uses it: one batch subscriber a service, acknowledged after the database has committed."""

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer, ConsumerRebalanceListener
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaAckableMessage
from faststream.kafka.subscriber.usecase import BatchSubscriber

from shared.consumer import BatchConsumer
from shared.settings import Settings

log = structlog.get_logger()

_REQUEST_BYTES = 2_000_000
_BATCH_BYTES = 512 * 1024


def make_producer(settings: Settings) -> AIOKafkaProducer:
    """A producer that waits for every in-sync replica; not yet started."""
    return AIOKafkaProducer(
        bootstrap_servers=settings.kafka,
        **settings.kafka_access.client(),
        client_id="samverk",
        acks="all",
        enable_idempotence=settings.kafka_idempotence,
        max_batch_size=_BATCH_BYTES,
        max_request_size=_REQUEST_BYTES,
        request_timeout_ms=10_000,
        metadata_max_age_ms=30_000,
    )


def topic_pattern(service: str, listens_to: Sequence[str]) -> str:
    """All municipalities' inbound topics of the service, present and future, and the named topics of other services."""
    names = [rf"in\.[0-9][0-9][0-9][0-9]\.{service}", *(re.escape(topic) for topic in listens_to)]
    return f"^({'|'.join(names)})$"


class Broken(Exception):
    """A batch could neither be handled nor set aside; the process must end and read it again."""


class Subscription:
    """A FastStream batch subscriber over raw records; `run` keeps it started for as long as it runs."""

    def __init__(
        self,
        service: str,
        listens_to: Sequence[str],
        consumer: BatchConsumer,
        settings: Settings,
        listener: ConsumerRebalanceListener | None = None,
    ) -> None:
        self.broker = KafkaBroker(
            # FastStream takes one text for one server
            settings.kafka.split(","),
            security=settings.kafka_access.faststream(),
            apply_types=False,
            allow_auto_create_topics=False,
            graceful_timeout=8.0,
            request_timeout_ms=10_000,
            # A municipality's topic that is created later is seen within this time.
            metadata_max_age_ms=5_000,
            logger=None,
        )
        self._consumer = consumer
        self._listener = listener
        self.subscriber = self._subscribe(service, listens_to, settings)
        self.started = False
        self._broken = asyncio.Event()

    def _subscribe(self, service: str, listens_to: Sequence[str], settings: Settings) -> BatchSubscriber:
        subscriber = self.broker.subscriber(
            pattern=topic_pattern(service, listens_to),
            batch=True,
            group_id=service,
            listener=self._listener,
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.MANUAL,
            max_records=settings.batch_size,
            batch_timeout_ms=100,
            # A long outage of the database must not cost us the partitions before we have tried again.
            max_poll_interval_ms=600_000,
            session_timeout_ms=6_000,
            heartbeat_interval_ms=2_000,
            fetch_max_bytes=8_000_000,
            max_partition_fetch_bytes=2_000_000,
            # Each header is decoded by us: one that isn't UTF-8 would else fail its whole batch.
            parser=self._parse,
            decoder=_records,
        )
        subscriber(self._take)
        return subscriber

    async def _parse(self, records: tuple[Any, ...]) -> KafkaAckableMessage:
        return KafkaAckableMessage(
            body=b"",
            raw_message=records,
            consumer=self.subscriber.consumer,
            message_id=f"{records[0].offset}-{records[-1].offset}",
        )

    async def _take(self, records: tuple[Any, ...]) -> None:
        try:
            await self._consumer.take(records)
        except Exception:
            log.exception("batch_failed", records=len(records))
            self._broken.set()
            # The next acknowledgement would pass over these records, so there must be none.
            await asyncio.Event().wait()
        await self._acknowledge()

    async def _acknowledge(self) -> None:
        """Commit the positions. Where that fails the records come again, to whoever then has the partitions."""
        consumer = self.subscriber.consumer
        try:
            if consumer is not None:
                await consumer.commit()
        except KafkaError as error:
            log.warning("offsets_not_committed", error=type(error).__name__)

    async def run(self) -> None:
        """Start, retrying while the broker is away. Raises Broken when a batch could not be brought to an end."""
        await self.start()
        await self._broken.wait()
        raise Broken

    async def start(self) -> None:
        """Start, retrying while the broker is away."""
        delay = 0.2
        while not self.started:
            try:
                await self.broker.start()
                self.started = True
            except (KafkaError, OSError) as error:
                log.warning("broker_away", seconds=delay, error=type(error).__name__)
                with suppress(Exception):
                    await self.broker.stop()
                await asyncio.sleep(delay)
                delay = min(delay * 2, 5.0)

    async def stop(self) -> None:
        """Finish the batch in hand, commit its offsets, leave the group."""
        with suppress(KafkaError, OSError):
            await self.broker.stop()
        self.started = False


async def _records(message: KafkaAckableMessage) -> tuple[Any, ...]:
    """Nothing is decoded before our own code sees it.

    The message itself must not be given: it keeps what it was decoded to, and a whole batch would then wait in a cycle
    for the garbage collector.
    """
    records: tuple[Any, ...] = message.raw_message
    return records
