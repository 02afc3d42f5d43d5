"""The two doors, as a municipality's system meets them: `POST /events` with a token, and its own Kafka topics."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Protocol

import httpx
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from chaos.facts import Place
from chaos.reports import Report

# Longer than a door may take to say that the broker is away.
_ANSWER_SECONDS = 12.0
_CONFIRM_SECONDS = 15.0


class NotConfirmed(Exception):
    """It may have arrived or not; send it again under the same id."""


class TurnedAway(Exception):
    """The door has said that it will not take it."""


class Door(Protocol):
    """Takes a report; gives where it stands on the broker when that is told."""

    async def send(self, report: Report) -> Place | None:
        """Returns when it is accepted. Raises NotConfirmed or TurnedAway."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class HttpDoor:
    """One municipality's client of all services' `POST /events`. `token` gives a fresh bearer token."""

    def __init__(self, urls: Mapping[str, str], token: Callable[[], str]) -> None:
        self._urls, self._token = urls, token
        self._client = httpx.AsyncClient(timeout=_ANSWER_SECONDS, trust_env=False)
        self._bearer = token()

    async def send(self, report: Report) -> None:
        """See Door."""
        headers = {"Authorization": f"Bearer {self._bearer}", "Content-Type": "application/cloudevents+json"}
        try:
            answer = await self._client.post(
                f"{self._urls[report.service]}/events", json=report.envelope(), headers=headers
            )
        except httpx.HTTPError as error:
            raise NotConfirmed(type(error).__name__) from error
        if answer.status_code == 401:
            # A door whose clock is wrong finds our token not yet valid; a real client asks for a new one.
            self._bearer = self._token()
            raise NotConfirmed("401")
        if answer.status_code >= 500 or answer.status_code == 429:
            raise NotConfirmed(str(answer.status_code))
        if answer.status_code != 202:
            raise TurnedAway(str(answer.status_code))

    async def close(self) -> None:
        """See Door."""
        await self._client.aclose()


class KafkaDoor:
    """One municipality's producer. `access` gives the arguments with which its clients come in."""

    def __init__(self, access: Callable[[], Mapping[str, Any]]) -> None:
        self._access = access
        self._producer: AIOKafkaProducer | None = None
        self._lock = asyncio.Lock()

    async def send(self, report: Report) -> Place:
        """See Door."""
        producer: AIOKafkaProducer | None = None
        try:
            async with asyncio.timeout(_CONFIRM_SECONDS):
                producer = await self._started()
                key = report.subject.encode() or None
                told = await producer.send_and_wait(report.topic, report.value(), key=key, headers=report.headers())
        except (KafkaError, OSError, TimeoutError) as error:
            if producer is not None and not getattr(error, "retriable", True):
                await self._replace(producer)
            raise NotConfirmed(type(error).__name__) from error
        return Place(told.topic, told.partition, told.offset)

    async def close(self) -> None:
        """See Door."""
        if self._producer is not None:
            await _stop(self._producer)

    async def _started(self) -> AIOKafkaProducer:
        async with self._lock:
            if self._producer is None:
                made = AIOKafkaProducer(
                    acks="all", enable_idempotence=True, request_timeout_ms=10_000, **self._access()
                )
                try:
                    await made.start()
                except BaseException:  # also when there is no more time: a half-started one keeps tasks
                    await _stop(made)
                    raise
                self._producer = made
            return self._producer

    async def _replace(self, producer: AIOKafkaProducer) -> None:
        """A producer that lost its sequence fails for ever."""
        async with self._lock:
            if self._producer is producer:
                self._producer = None
        await _stop(producer)


async def _stop(producer: AIOKafkaProducer) -> None:
    with suppress(KafkaError, OSError, TimeoutError):
        await asyncio.wait_for(producer.stop(), 5)
