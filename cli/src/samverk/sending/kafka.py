"""A municipality that produces to Kafka itself."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, TopicAuthorizationFailedError

from samverk.envelopes import Record
from samverk.sending.outcomes import DoorAway, DoorShut
from shared.kafka_security import Security

_IN_FLIGHT = 500
_PLAIN = Security()
OnSent = Callable[[int], None]


def _silent(_number: int) -> None:
    return None


@asynccontextmanager
async def producer(
    bootstrap: str, security: Security = _PLAIN, *, idempotence: bool = True
) -> AsyncIterator[AIOKafkaProducer]:
    """A started producer that waits for every replica.

    Raises DoorAway when no broker answers (or does not know us), DoorShut when what is sent is not ours to send.
    """
    made = AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        **security.client(),
        client_id="samverk-send",
        acks="all",
        enable_idempotence=idempotence,
        linger_ms=5,
    )
    try:
        await made.start()
        yield made
    except TopicAuthorizationFailedError as error:
        raise DoorShut(403, f"{security.username} → {error.args[0] if error.args else '?'}") from error
    except KafkaError as error:
        raise DoorAway(bootstrap) from error
    finally:
        await made.stop()


async def send(producer: AIOKafkaProducer, topic: str, records: Sequence[Record], on_sent: OnSent = _silent) -> None:
    """Send in order and wait for the broker's confirmation of each."""
    for start in range(0, len(records), _IN_FLIGHT):
        part = records[start : start + _IN_FLIGHT]
        futures = [
            await producer.send(topic, key=record.key, value=record.value, headers=record.headers) for record in part
        ]
        for future in futures:
            await future
        on_sent(len(part))
