"""Those who knock at the doors: each waits for its answer before it sends again, so their number is the load."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from statistics import quantiles
from typing import Any

import orjson
from aiokafka import AIOKafkaProducer

from benchmarks.events import Sent, applications
from local_stack.stack import Stack

SERVICE = "admissions"
Send = Callable[[], Awaitable[int]]


@dataclass(slots=True)
class Step:
    """One load, held for a while: events confirmed, and how long each request waited, in seconds."""

    senders: int
    seconds: float = 0
    events: int = 0
    refused: int = 0
    waits: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Confirmed events a second."""
        return self.events / self.seconds if self.seconds else 0

    def wait_ms(self, percent: int) -> float:
        """The wait that so many of a hundred requests stayed under."""
        return quantiles(self.waits, n=100)[percent - 1] * 1_000 if len(self.waits) > 1 else 0


class Supply:
    """Applications, each of an applicant of its own."""

    def __init__(self) -> None:
        self._events = applications(900_000)

    def take(self, number: int) -> list[Sent]:
        """The next ones."""
        return list(islice(self._events, number))

    def one(self) -> Sent:
        return next(self._events)


def envelope(sent: Sent) -> dict[str, Any]:
    """The same event in structured mode."""
    attributes = {name.removeprefix("ce_"): value.decode() for name, value in sent.headers if name.startswith("ce_")}
    return {**attributes, "datacontenttype": "application/json", "data": orjson.loads(sent.value)}


class Line:
    """A kept-alive HTTP/1.1 connection to a door: what a lean client costs, so that the door is what is measured."""

    def __init__(self, url: str) -> None:
        self._host, _, port = url.removeprefix("http://").rpartition(":")
        self._port = int(port)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, body: bytes, token: str, kind: str) -> int:
        """The status of the answer."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        head = f"POST /events HTTP/1.1\r\nHost: {self._host}\r\nAuthorization: Bearer {token}\r\n"
        head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        answered = await reader.readuntil(b"\r\n\r\n")
        lines = answered.lower().split(b"\r\n")
        length = next((int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:")), 0)
        await reader.readexactly(length)
        return int(lines[0].split()[1])

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()


def by_http(stack: Stack, supply: Supply, line: Line, *, batch: int = 1) -> Send:
    """Sends one request with so many events of one municipality; gives how many were accepted."""
    tokens: dict[str, str] = {}

    async def send() -> int:
        sent = supply.take(batch * 7)[::7] if batch > 1 else [supply.one()]
        code = sent[0].municipality
        token = tokens.setdefault(code, stack.token(municipality=code))
        content: Any = [envelope(each) for each in sent] if batch > 1 else envelope(sent[0])
        kind = "application/cloudevents-batch+json" if batch > 1 else "application/cloudevents+json"
        return len(sent) if await line.post(orjson.dumps(content), token, kind) == 202 else 0

    return send


def by_kafka(producer: AIOKafkaProducer, supply: Supply) -> Send:
    """Sends one record and waits until every copy is written."""

    async def send() -> int:
        sent = supply.one()
        topic = f"in.{sent.municipality}.{SERVICE}"
        await producer.send_and_wait(topic, sent.value, key=sent.key, headers=sent.headers)
        return 1

    return send


async def hold(sends: list[Send], seconds: float, *, each_s: float = 0) -> Step:
    """Keep all senders busy for the time; with `each_s` each begins no oftener than that."""
    step, began = Step(len(sends)), time.perf_counter()

    async def work(send: Send) -> None:
        while time.perf_counter() - began < seconds:
            sent_at = time.perf_counter()
            accepted = await send()
            waited = time.perf_counter() - sent_at
            step.waits.append(waited)
            step.events += accepted
            step.refused += accepted == 0
            if each_s > waited:
                await asyncio.sleep(each_s - waited)

    await asyncio.gather(*(work(send) for send in sends))
    step.seconds = time.perf_counter() - began
    return step


def sound(steps: Iterator[Step]) -> bool:
    """Whether every request was accepted."""
    return all(step.refused == 0 and step.events for step in steps)
